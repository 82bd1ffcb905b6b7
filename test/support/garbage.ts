/**
 * Garbage collection on demand, for tests that something is let go of. Needs `node --expose-gc`.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';

/** Collects until `done`, with turns of the event loop between rounds for finalizers to run; gives up after 50. */
export async function collectUntil(done: () => boolean): Promise<void> {
  const {gc} = globalThis;
  if (gc === undefined) throw new Error('This test needs node --expose-gc.');
  for (let round = 0; round < 50 && !done(); round += 1) {
    await nextTurn();
    gc();
    await nextTurn();
  }
}
