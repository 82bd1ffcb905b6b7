/**
 * Whether nothing that lies in a folder leads out of the project, and whether its names can be told on lines and cut into words
 * again without becoming other names, or options: then what a program is given that was told so is known to lie there.
 */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {locate} from './places.js';

/** More entries are not looked at: some ten milliseconds. */
const mostEntries = 10_000;
/** An answer holds that long without being checked: a decision asks several times. */
const freshMs = 100;

/** What xargs cuts at or takes for its own, and what would be an option. */
const odd = /[\s'"\\]|^-/;

interface Question {
  readonly folder: string;
  /** The names are cut into words. */
  readonly isCut: boolean;
}

let last: (Question & {readonly isPlain: boolean; readonly foundAt: number}) | null = null;

/** No where there is too much to look at, or the folder cannot be read. */
export function namesArePlain(question: Question, isInside: (path: string) => boolean): boolean {
  const now = performance.now();
  const {folder, isCut} = question;
  if (last?.folder === folder && last.isCut === isCut && now - last.foundAt < freshMs) return last.isPlain;
  const isPlain = look(question, isInside);
  last = {...question, isPlain, foundAt: now};
  return isPlain;
}

function look({folder: start, isCut}: Question, isInside: (path: string) => boolean): boolean {
  const {real} = locate(start);
  if (real === null) return false;
  const open = [real];
  let entries = 0;
  try {
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      for (const entry of readdirSync(folder, {withFileTypes: true})) {
        entries += 1;
        const path = join(folder, entry.name);
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
