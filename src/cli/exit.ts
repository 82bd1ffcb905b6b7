/**
 * The one way out of the program. Node restores the terminal's modes as it exits, and aborts with a stack trace where
 * the terminal is gone; then the program ends by SIGHUP itself, which a shell reports as the 129 it would have seen.
 */
import {isLostTerminal} from './lost-terminal.js';

/** Ends the program. Only what is already done is done: nothing is flushed. */
export function exit(code: number): never {
  if ([0, 1, 2].some(isLostTerminal)) {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }
  process.exit(code);
}
