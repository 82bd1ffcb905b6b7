/**
 * Work on one key runs one after another, in the order it was asked for; work on different keys runs together.
 */

/** Runs `work` when everything asked for earlier under `key` has settled. */
export type TakeTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createTurns(): TakeTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
