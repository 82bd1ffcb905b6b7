/**
 * The links in a folder that a command goes through: where it follows them, or hands their names to one that does, it comes to what
 * they lead to.
 */
import {statSync} from 'node:fs';
import type {Located} from './places.js';
import {pathIn, type Surveyor} from './survey.js';

export interface Link {
  readonly path: string;
  readonly isFolder: boolean;
}

export interface LinkSearch {
  /** Links to folders are followed as well. */
  readonly isDeep: boolean;
  readonly survey: Surveyor['survey'];
  locate(path: string): Located;
  isInside(path: string): boolean;
}

/** Null where there is too much to look at. What others published and what git keeps is passed over. */
export function linksBelow(folder: string, {isDeep, survey, locate, isInside}: LinkSearch): readonly Link[] | null {
  const open = [{written: folder, real: locate(folder).real}];
  const seen = new Set<string>();
  const links: Link[] = [];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const {written, real} = place;
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    const found = survey(real);
    if (found === null) return null;
    for (const {at, links: names} of found.folders) {
      for (const name of names) {
        const path = pathIn(written, at, name);
        const target = pathIn(real, at, name);
        const leadsTo = isFolderAt(target) ? locate(target).real : null;
        links.push({path, isFolder: leadsTo !== null});
        // What lies outside is asked about as it is.
        if (isDeep && leadsTo !== null && isInside(leadsTo)) open.push({written: path, real: leadsTo});
      }
    }
    if (links.length > mostLinks) return null;
  }
  return links;
}

/** Each is followed by itself. */
const mostLinks = 2_000;

export function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
