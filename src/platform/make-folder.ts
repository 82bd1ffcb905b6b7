/**
 * Makes a folder with those above it, one by one. Node's own recursive way never ends where making one is answered by
 * "no such folder" although the one above is there, as in /proc.
 */
import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

/** Throws what the system says. A folder that is there is left as it is. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    makeOnce(path);
  }
}

/** Somebody else may make it at the same time. */
function makeOnce(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
