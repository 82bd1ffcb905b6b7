/**
 * What two sequences share at their ends: the characters of two texts, or two lists of lines.
 */

/** How many elements are the same at the beginning, and then at the end; none is counted twice. */
export function commonEnds(
  a: ArrayLike<string>,
  b: ArrayLike<string>,
): {readonly before: number; readonly after: number} {
  const most = Math.min(a.length, b.length);
  let before = 0;
  while (before < most && a[before] === b[before]) before++;
  let after = 0;
  while (after < most - before && a[a.length - 1 - after] === b[b.length - 1 - after]) after++;
  return {before, after};
}
