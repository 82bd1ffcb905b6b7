/** What somebody may have meant by a name that is not there. */
import {editDistance} from '../platform/edit-distance.js';

/** Longer names are nobody's slip, and comparing them would take its time. */
const longest = 60;

/** The name that is nearest to `wanted`, of which half may be wrong, three letters at most; null if none is near. */
export function nearest(wanted: string, names: readonly string[]): string | null {
  if (wanted.length > longest) return null;
  const slips = Math.min(3, Math.ceil(wanted.length / 2));
  let best: {readonly name: string; readonly far: number} | null = null;
  for (const name of names) {
    const far = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (far <= slips && far < (best?.far ?? Number.POSITIVE_INFINITY)) best = {name, far};
  }
  return best?.name ?? null;
}
