/** Shares a tree of files out: the folders that hold most of it, each a part for one agent. */
import type {FileCount} from './results.js';

/** A folder with what is below it. */
export interface Part {
  readonly folder: string;
  readonly files: readonly FileCount[];
  readonly lines: number;
}

/** The folders directly below `folder` ('' for the top), those with most lines first. */
export function partsOf(files: readonly FileCount[], folder: string): readonly Part[] {
  const start = folder === '' ? 0 : folder.length + 1;
  const parts = new Map<string, FileCount[]>();
  for (const file of files) {
    const end = file.path.indexOf('/', start);
    if (end === -1 || (folder !== '' && !file.path.startsWith(`${folder}/`))) continue;
    const name = file.path.slice(0, end);
    parts.set(name, [...(parts.get(name) ?? []), file]);
  }
  return [...parts]
    .map(([name, own]) => ({folder: name, files: own, lines: own.reduce((sum, {count}) => sum + count, 0)}))
    .toSorted((a, b) => b.lines - a.lines || (a.folder < b.folder ? -1 : 1));
}

/** As many parts as wanted, the largest first; fewer if there are not so many folders. */
export function shareOut(files: readonly FileCount[], wanted: number): readonly Part[] {
  let parts = partsOf(files, '');
  while (parts.length < wanted) {
    const splittable = parts.find(({files: own, folder}) => partsOf(own, folder).length > 1);
    if (splittable === undefined) break;
    const others = parts.filter(part => part !== splittable);
    parts = [...others, ...partsOf(splittable.files, splittable.folder)].toSorted((a, b) => b.lines - a.lines);
  }
  return parts.slice(0, wanted);
}
