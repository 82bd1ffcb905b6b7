/** What the program's exit code says, in one place for the code and for `--help`. */
import type {RunOutcome} from '../core/types.js';

export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  limit: 3,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export const exitCodeHelp = `Exit codes:
  0    done, or ended by one of your hooks
  1    error: the model's server failed, the answer was cut or refused, a bug
  2    usage: an unknown option, model or tool, a broken settings file, no key
  3    the limit of --max-turns or --max-budget-usd was reached
  129  hung up (SIGHUP)
  130  interrupted (SIGINT, Ctrl-C)
  143  terminated (SIGTERM)`;

/** The exit code of a run that no signal ended. */
export function exitCodeOf(outcome: RunOutcome): number {
  switch (outcome.reason) {
    case 'completed':
      return exitCodes.done;
    case 'max_steps':
    case 'budget':
      return exitCodes.limit;
    case 'stopped':
      return isEndedByHook(outcome) ? exitCodes.done : exitCodes.error;
    default:
      return exitCodes.error;
  }
}

/** A hook ended the turn, or did not let the prompt pass: that is as its owner wants it, and no failure. */
export function isEndedByHook({reason, error}: RunOutcome): boolean {
  return reason === 'stopped' && (error?.kind === 'hook' || error?.kind === 'blocked_prompt');
}
