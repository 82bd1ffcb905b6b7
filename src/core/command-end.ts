/** What a command in the background has come to, as a state and in words for its agent. */
import type {CommandOutcome} from './commands.js';
import type {BackgroundCommand} from './tasks.js';

/** Of what was ended from elsewhere a shell says only by which signal. */
export function stateOf({exitCode, interrupted}: CommandOutcome): 'done' | 'failed' | 'stopped' {
  if (interrupted || exitCode === 143 || exitCode === 137) return 'stopped';
  return exitCode === 0 ? 'done' : 'failed';
}

export function endText({id, command, state, exitCode, path}: BackgroundCommand): string {
  const how = state === 'stopped' ? 'was stopped' : `has ended: exit code ${exitCode ?? 'unknown'}`;
  const where = path === null ? '' : ` Its output is in ${path}.`;
  return `The background command ${id} ${how}.${where}\n\n${command}`;
}
