/**
 * Names in a folder that somebody may have meant by a name that is not there: other case, other extension, a slip or
 * two. Looks at a bounded number of entries and gives the best few.
 */
import {opendir} from 'node:fs/promises';
import {parse} from 'node:path';

const maxEntries = 5_000;
const maxNames = 3;
/** Slips allowed in a name: a third of its length, three at most. */
const slipsIn = (name: string): number => Math.min(3, Math.floor(name.length / 3));

/** Levenshtein distance of two short strings. */
function distance(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

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
    const slipped = distance(lower, other);
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
