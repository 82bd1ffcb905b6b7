/** How far apart two names are: what somebody meant by a name that is not there is seldom more than a slip away. */

/** Slips allowed in a name: a third of its length, three at most. */
export const slipsIn = (name: string): number => Math.min(3, Math.floor(name.length / 3));

/** How many letters have to be put in, taken out, replaced, or swapped with their neighbour. For short strings. */
export function editDistance(a: string, b: string): number {
  let [earlier, last] = [[] as number[], Array.from({length: b.length + 1}, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (earlier[j - 2] ?? 0) + 1 : replaced;
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [earlier, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** The nearest of the names, or null where nobody would confuse any of them. Of a long name its beginning counts. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  const given = wanted.slice(0, 64).toLowerCase();
  const ranked = names
    .map(name => ({name, far: editDistance(given, name.toLowerCase())}))
    .filter(({far}) => far <= slipsIn(given))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));
  return ranked[0]?.name ?? null;
}
