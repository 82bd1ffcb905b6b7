/**
 * Where programs are looked for. A folder may bring programs named like those of the system, and PATH may lead into it: by
 * an entry that is not absolute, or because `npx` puts the folder's `node_modules/.bin` before everything else.
 */
import {realpathSync} from 'node:fs';
import {basename, delimiter, dirname, isAbsolute} from 'node:path';
import {isWithin} from './paths.js';

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** An entry that is not absolute means another place in every folder. */
const entriesOf = (path: string): readonly string[] => path.split(delimiter).filter(isAbsolute);

const isLeadingInto = (folder: string) => {
  const real = realFolder(folder);
  return (entry: string): boolean => isWithin(entry, folder) || isWithin(realFolder(entry), real);
};

/** For programs that agent starts by itself: nothing in `folder`. */
export function ownPath(path: string, folder: string): string {
  const isInside = isLeadingInto(folder);
  return entriesOf(path)
    .filter(entry => !isInside(entry))
    .join(delimiter);
}

const isPackages = (entry: string): boolean =>
  basename(entry) === '.bin' && basename(dirname(entry)) === 'node_modules';

/**
 * For commands: nothing of the packages in `folder`. Some commands run without a question, and one of these names would be
 * whatever a package calls so.
 */
export function commandPath(path: string, folder: string): string {
  const isInside = isLeadingInto(folder);
  return entriesOf(path)
    .filter(entry => !(isPackages(entry) && isInside(entry)))
    .join(delimiter);
}
