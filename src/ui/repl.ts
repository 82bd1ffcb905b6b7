/**
 * Starts the screen that fits the terminal: drawn where the cursor can be moved, line by line where it cannot,
 * or where it is read out.
 */
import {startInteractive} from './interactive.js';
import {startPlain} from './plain.js';
import type {Repl, ReplOptions} from './repl-options.js';
import {readCapabilities} from './terminal/capabilities.js';

export type {Command} from './commands.js';
export type {Repl, ReplOptions} from './repl-options.js';
export type {Rewinding} from './rewind/rewinding.js';
export type {Status} from './screen.js';

/** Both streams are terminals. Throws nothing; what fails while it draws rejects `exited`. */
export function startRepl(options: ReplOptions): Repl {
  const known = readCapabilities(options.env);
  const capabilities = options.screenReader ? {...known, dumb: true} : known;
  return capabilities.dumb ? startPlain(options, capabilities) : startInteractive(options, capabilities);
}
