/**
 * Makes a folder with those above it, one by one. Node's own recursive way never ends where making one is answered by
 * "no such folder" although the one above is there, as in /proc.
 */
import {mkdirSync} from 'node:fs';
import {dirname} from 'node:path';

/** Throws what the system says. A folder that is there is left as it is. @param mode of those that are made. */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    makeOne(path, mode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    makeOne(path, mode);
  }
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, {mode});
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

// Not text-file.ts's: the program's first file holds this one, and nothing that it does not need.
const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
