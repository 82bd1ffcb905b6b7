/**
 * Paths as a model gives them and as a person reads them.
 */
import {homedir} from 'node:os';
import {isAbsolute, relative, resolve, sep} from 'node:path';

/** The absolute path that `given` means in `cwd`; `~` is the person's home. */
export const resolvePath = (cwd: string, given: string): string =>
  resolve(cwd, given === '~' || given.startsWith('~/') ? homedir() + given.slice(1) : given);

const isBelow = (path: string): boolean => path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);

/** `path` relative to `folder` if it lies in it, else as it is. */
export function shortPath(folder: string, path: string): string {
  const short = relative(folder, path);
  return isBelow(short) ? short || '.' : path;
}
