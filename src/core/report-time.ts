/**
 * The time of reports at a cap on time: all that it ends have one common span, and share it, since each reports after those
 * below it. So the last has reported by its end, however many before it hang.
 */
import type {Cap} from './caps.js';

/** Milliseconds after a cap: many times what a report takes of a server that answers. */
const commonMs = 60_000;

/** @param caps from its own level upwards. Milliseconds that a report may take from now on: until the caps, and its share. */
export function reportTime(caps: readonly Cap[]): number {
  const shares = caps
    .filter(({limit}) => limit === 'ms')
    .map(({cap, spent}, above) => {
      const left = cap - spent;
      // As many levels up as that cap is, so many report after this one.
      return Math.max(0, left) + Math.max(0, commonMs + Math.min(0, left)) / (above + 1);
    });
  return Math.min(...shares);
}
