/** What a command in the background has come to so far, for the agent that asks. */
import type {BackgroundCommand} from '../core/ports.js';

export function commandReport({id, command, state, exitCode, path}: BackgroundCommand, output: string): string {
  const how = state === 'running' || exitCode === null ? state : `${state}, exit code ${exitCode}`;
  const where = path === null ? '' : `\nAll of its output: ${path}`;
  return `## ${id} (${how})\n\n$ ${command}\n${output.trimEnd() || '(no output)'}${where}`;
}
