/** Deletes conversations that are as old as the person's settings say. */
import {findLogs, findPlaces} from './find.js';
import {deleteSession} from './footprint.js';
import {outdated} from './outdated.js';

const dayMs = 24 * 60 * 60 * 1000;

/** @param sessions the folder of all projects. What cannot be deleted, or a program has open, stays until the next time. */
export function cleanUp(sessions: string, days: number): void {
  const bounds = {age: days * dayMs, bytes: null};
  for (const log of outdated(
    quietly(() => findPlaces(sessions).flatMap(findLogs), []),
    bounds,
    Date.now(),
  ))
    quietly(() => deleteSession(log), false);
}

/** Nobody asked for it now, and nobody waits to hear that it failed. */
function quietly<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
