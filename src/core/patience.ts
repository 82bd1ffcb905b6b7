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

/**
 * The generator with a `return` that stops its work first: returning alone would wait for as long as the generator is
 * parked in an await, a hanging request for example.
 */
export function stopFirst<T, R>(generator: AsyncGenerator<T, R>, stop: () => void): AsyncGenerator<T, R> {
  const leave = generator.return.bind(generator);
  generator.return = value => {
    stop();
    return leave(value);
  };
  return generator;
}
