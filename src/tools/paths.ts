/**
 * Paths as a model gives them and as a person reads them.
 */
import {isAbsolute, relative, resolve, sep} from 'node:path';
import {userHome} from '../platform/home.js';

/** The absolute path that `given` means in `cwd`; `~` is the person's home, if there is one. */
export function resolvePath(cwd: string, given: string): string {
  const home = given === '~' || given.startsWith('~/') ? userHome() : null;
  return resolve(cwd, home === null ? given : home + given.slice(1));
}

const isBelow = (path: string): boolean => path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);

/** `path` relative to `folder` if it lies in it, else as it is. */
export function shortPath(folder: string, path: string): string {
  const short = relative(folder, path);
  return isBelow(short) ? short || '.' : path;
}
