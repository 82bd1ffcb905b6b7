/**
 * Whether nothing that lies in a folder leads out of the project, and whether its names can be told on lines and cut into words
 * again without becoming other names, or options: then what a program is given that was told so is known to lie there.
 */
import {basename} from 'node:path';
import type {Located} from './places.js';
import {pathIn, type Survey, type Surveyor} from './survey.js';

/** What the shell and xargs cut at or take for their own, and what would be an option. */
const odd = /[\s'"\\*?[\]]|^-/;

export interface NameSearch {
  /** The names are cut into words. */
  readonly isCut: boolean;
  readonly survey: Surveyor['survey'];
  locate(path: string): Located;
  isInside(path: string): boolean;
}

/** No where there is too much to look at, or some folder cannot be read. */
export function namesArePlain(folder: string, search: NameSearch): boolean {
  const {real} = search.locate(folder);
  const found = real === null ? null : search.survey(real);
  if (real === null || found === null || !isPlain(real, found, search)) return false;
  return found.passedOver.every(at => {
    const inner = pathIn(real, '', at);
    const there = search.survey(inner, true);
    return there !== null && isPlain(inner, there, search);
  });
}

function isPlain(start: string, {folders, isPartial}: Survey, {isCut, isInside}: NameSearch): boolean {
  if (isPartial) return false;
  return folders.every(
    ({at, files, links}) =>
      !(
        isCut &&
        (odd.test(basename(at)) || files.some(name => odd.test(name)) || links.some(name => odd.test(name)))
      ) && links.every(name => isInside(pathIn(start, at, name))),
  );
}
