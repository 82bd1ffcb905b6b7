/**
 * Whether nothing that lies in a folder leads out of the project, and whether its names can be told on lines and cut into words
 * again without becoming other names, or options: then what a program is given that was told so is known to lie there.
 */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {locate} from './places.js';

/** More entries are not looked at: some ten milliseconds. */
const mostEntries = 10_000;
/** What xargs cuts at or takes for its own, and what would be an option. */
const odd = /[\s'"\\]|^-/;

interface Question {
  readonly folder: string;
  /** The names are cut into words. */
  readonly isCut: boolean;
}

/** No where there is too much to look at, or the folder cannot be read. */
export function namesArePlain({folder, isCut}: Question, isInside: (path: string) => boolean): boolean {
  const {real} = locate(folder);
  if (real === null) return false;
  const open = [real];
  let entries = 0;
  try {
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      for (const entry of readdirSync(place, {withFileTypes: true})) {
        entries += 1;
        const path = join(place, entry.name);
        if (entries > mostEntries || (isCut && odd.test(entry.name))) return false;
        if (entry.isSymbolicLink() && !isInside(path)) return false;
        if (entry.isDirectory()) open.push(path);
      }
    }
    return true;
  } catch {
    return false;
  }
}
