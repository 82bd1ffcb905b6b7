/** What a command in the background has come to so far, for the agent that asks. */
import {ToolError} from '../core/errors.js';
import type {BackgroundCommand} from '../core/ports.js';
import type {Agents} from '../core/tree.js';

export function commandReport({id, command, state, exitCode, path}: BackgroundCommand, output: string): string {
  const how = state === 'running' || exitCode === null ? state : `${state}, exit code ${exitCode}`;
  const where = path === null ? '' : `\nAll of its output: ${path}`;
  return `## ${id} (${how})\n\n$ ${command}\n${output.trimEnd() || '(no output)'}${where}`;
}

/**
 * Of a command that is not known: a conversation may know of one that ended with an earlier program. An agent may be named like
 * one. Throws `ToolError`.
 */
export function refuseGone(id: string, {below}: Pick<Agents, 'below'>): void {
  if (!/^b-/.test(id) || below().some(({name}) => name === id)) return;
  throw new ToolError(`There is no background command ${id} of yours any more: it has ended.`);
}
