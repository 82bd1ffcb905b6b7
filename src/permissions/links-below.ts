/**
 * The links in a folder that a command goes through: where it follows them, or hands their names to one that does, it comes to what
 * they lead to.
 */
import {type Dirent, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {locate} from './places.js';

/** More entries are not looked at: some tens of milliseconds. */
const mostEntries = 20_000;

export interface Link {
  readonly path: string;
  readonly isFolder: boolean;
}

export interface LinkSearch {
  /** Links to folders are followed as well. */
  readonly isDeep: boolean;
  isInside(path: string): boolean;
}

/** Null where there is too much to look at. What others published and what git keeps is passed over. */
export function linksBelow(folder: string, {isDeep, isInside}: LinkSearch): readonly Link[] | null {
  const {real} = locate(folder);
  const open = real === null ? [] : [{written: folder, real}];
  const seen = new Set<string>();
  const links: Link[] = [];
  let entries = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place.real)) continue;
    seen.add(place.real);
    for (const entry of entriesOf(place.real)) {
      entries += 1;
      if (entries > mostEntries) return null;
      // Most are files, of which not even the path is needed.
      if (entry.isSymbolicLink()) {
        const path = join(place.written, entry.name);
        const target = join(place.real, entry.name);
        const leadsTo = isFolderAt(target) ? locate(target).real : null;
        links.push({path, isFolder: leadsTo !== null});
        // What lies outside is asked about as it is.
        if (isDeep && leadsTo !== null && isInside(leadsTo)) open.push({written: path, real: leadsTo});
      } else if (entry.isDirectory() && !passedOver(entry.name, place.real)) {
        open.push({written: join(place.written, entry.name), real: join(place.real, entry.name)});
      }
    }
  }
  return links;
}

/** What others published, and what git keeps in a form that no command reads. */
export const passedOver = (name: string, folder: string): boolean =>
  name === 'node_modules' || (name === 'objects' && folder.endsWith('/.git'));

/** None where it cannot be listed, for then no command of ours can go through it either, or is a file. */
export function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return [];
  }
}

export function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
