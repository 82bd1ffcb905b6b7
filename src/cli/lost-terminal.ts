/** Whether a terminal is gone: a closed window leaves a device open that is a terminal no more. */
import {fstatSync, readlinkSync, statSync} from 'node:fs';

/** Whether the open file was a terminal and is none now. */
export function isLostTerminal(descriptor: number): boolean {
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
