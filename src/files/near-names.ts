/**
 * Names in a folder that somebody may have meant by a name that is not there: other case, other extension, a slip or
 * two. Looks at a bounded number of entries and gives the best few.
 */
import {opendir} from 'node:fs/promises';
import {parse} from 'node:path';
import {editDistance, slipsIn} from '../platform/edit-distance.js';

const maxEntries = 5_000;
const maxNames = 3;

/** How far a name is from the wanted one; infinite when nobody would confuse the two. */
function distanceFrom(wanted: string): (name: string) => number {
  const lower = wanted.toLowerCase();
  const stem = parse(lower).name;
  const slips = slipsIn(lower);
  return name => {
    const other = name.toLowerCase();
    if (other === lower) return 0;
    if (parse(other).name === stem) return 1;
    if (Math.abs(other.length - lower.length) > slips) return Number.POSITIVE_INFINITY;
    const slipped = editDistance(lower, other);
    return slipped <= slips ? slipped + 1 : Number.POSITIVE_INFINITY;
  };
}

async function someNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const {name} of await opendir(folder)) if (names.push(name) === maxEntries) break;
  return names;
}

/** The names in `folder` nearest to `wanted`, best first; none if the folder cannot be listed. */
export async function nearNames(folder: string, wanted: string): Promise<readonly string[]> {
  const names = await someNames(folder).catch(() => []);
  const distanceTo = distanceFrom(wanted);
  return names
    .map(name => ({name, far: distanceTo(name)}))
    .filter(({far}) => Number.isFinite(far))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, maxNames)
    .map(({name}) => name);
}
