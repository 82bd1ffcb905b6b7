/** Instructions of folders in the project, told with the first file that an agent reads there. */
import type {Instructions} from '../../core/ports.js';
import {type LoadOptions, loadMemory} from './load.js';
import {findNested, type MemoryPlace} from './places.js';
import {openingOf, toWords} from './words.js';

export interface NestedOptions extends Required<LoadOptions> {
  /** The project's top folder. */
  readonly root: string;
  /** What was looked at when the session began. */
  readonly places: readonly MemoryPlace[];
}

export async function nestedOf(
  path: string,
  isNew: (words: string) => boolean,
  {root, places, ...options}: NestedOptions,
): ReturnType<Instructions['of']> {
  const found = findNested(path, root).filter(place => places.every(known => known.path !== place.path));
  if (found.length === 0) return null;
  const {files} = await loadMemory(found, options);
  const fresh = files.filter(file => isNew(openingOf(file)));
  return fresh.length === 0 ? null : {words: fresh.map(toWords).join('\n\n'), paths: fresh.map(file => file.path)};
}
