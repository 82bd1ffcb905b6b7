/**
 * What the program does when it is told to end: the first signal stops the work and lets it clean up, a second one
 * ends the program at once. Either way the exit code names the first signal.
 */
import {exit} from './exit.js';
import {exitCodes} from './exit-codes.js';

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
type EndingSignal = (typeof signals)[number];

export interface Signals {
  /** The exit code of the first signal, or null if there was none. */
  exitCode(): number | null;
  /** What to stop at the first signal; called at once if it came already. */
  onFirst(stop: () => void): void;
}

/** How long cleaning up may take. Ending a command that ignores SIGTERM takes half a second. */
const patienceMs = 3_000;

/** Takes over the signals for the rest of the program's life. */
export function catchSignals(): Signals {
  let code: number | null = null;
  let stop: (() => void) | null = null;
  const receive = (signal: EndingSignal): void => {
    if (code !== null) exit(code);
    code = exitCodes[signal];
    setTimeout(() => exit(exitCodes[signal]), patienceMs).unref();
    // Before there is anything to stop, ending is all there is to do.
    if (stop === null) exit(code);
    stop();
  };
  for (const signal of signals) process.on(signal, () => receive(signal));
  return {
    exitCode: () => code,
    onFirst(next) {
      stop = next;
    },
  };
}
