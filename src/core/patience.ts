/**
 * Work that was told to stop may still have something to hand back: it is waited for, but not for ever.
 */
import {createScope, interruption, race} from './cancel.js';

/** As `work`; once the signal aborts, `work` has as long as `grace` takes to hand back what it has, then it is left alone. */
export async function finishOrAbandon<T>(
  work: Promise<T>,
  signal: AbortSignal,
  grace: (signal: AbortSignal) => Promise<void>,
): Promise<T> {
  try {
    return await race(work, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const patience = createScope();
    const giveUp = grace(patience.signal).then(() => Promise.reject(interruption(signal)));
    try {
      return await Promise.race([work, giveUp]);
    } finally {
      patience.abort();
    }
  }
}
