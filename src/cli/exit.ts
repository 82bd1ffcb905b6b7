/**
 * The one way out of the program. Node restores the terminal's modes as it exits, and aborts with a stack trace where
 * the terminal is gone; then the program ends by SIGHUP itself, which a shell reports as the 129 it would have seen.
 */
import {fstatSync, readlinkSync, statSync} from 'node:fs';

/** Ends the program. Only what is already done is done: nothing is flushed. */
export function exit(code: number): never {
  if ([0, 1, 2].some(isLostTerminal)) {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  }
  process.exit(code);
}

/** A closed window leaves a device that is a terminal no more. */
function isLostTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice() || !isNamedTerminal(descriptor)) return false;
  } catch {
    // Not open.
    return false;
  }
  // Loaded here: most runs end without it.
  return !process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Other devices, a full one for example, are no terminals either, and never were. */
function isNamedTerminal(descriptor: number): boolean {
  if (process.platform === 'linux')
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
  const {rdev} = fstatSync(descriptor);
  return ['/dev/null', '/dev/zero', '/dev/random'].every(path => statSync(path).rdev !== rdev);
}
