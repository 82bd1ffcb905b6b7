/**
 * A bounded list, oldest first: what comes in may merge with the last or push the oldest out, and each item leaves once,
 * with all others or taken back alone.
 */

export interface QueueOptions<T> {
  /** How many items it holds before it is full, at least 1. */
  readonly bound: number;
  /** Makes one item of the last and the next, or null. What comes out may be dropped if `last` may. */
  merge?(last: T, next: T): T | null;
  /** Full: the oldest such item goes, to make room. */
  mayDrop?(item: T): boolean;
  /** Full, and none to drop: such an item is taken all the same. By default what `mayDrop` spares; without it, none. */
  mustKeep?(item: T): boolean;
}

export interface Queue<T> {
  /** How many there are then, or null: it is full. */
  add(item: T): number | null;
  drain(): readonly T[];
  /** Takes out the newest such item; null if there is none. */
  withdraw(is: (item: T) => boolean): T | null;
  has(is: (item: T) => boolean): boolean;
  isEmpty(): boolean;
}

export function createQueue<T>({bound, merge, mayDrop, mustKeep}: QueueOptions<T>): Queue<T> {
  /** By a key that grows. */
  let items = new Map<number, T>();
  let newest = 0;
  let search = items.entries(); // for an item to drop; goes on where it stopped, so that it looks at each once
  let searched = 0;
  const isKept = mustKeep ?? (item => mayDrop !== undefined && !mayDrop(item));

  function dropOldest(): boolean {
    while (mayDrop && searched < newest) {
      const [key, item] = search.next().value as [number, T];
      searched = key;
      if (mayDrop(item)) return items.delete(key);
    }
    return false;
  }

  return {
    add(item) {
      const merged = merge && items.size > 0 ? merge(items.get(newest) as T, item) : null;
      if (merged === null && items.size >= bound && !dropOldest() && !isKept(item)) return null;
      if (merged === null) newest += 1;
      items.set(newest, merged ?? item);
      return items.size;
    },
    drain() {
      const drained = [...items.values()];
      items = new Map();
      search = items.entries();
      return drained;
    },
    withdraw(is) {
      const found = [...items].findLast(([, item]) => is(item));
      if (!found) return null;
      items.delete(found[0]);
      newest = [...items.keys()].at(-1) ?? newest;
      // An iterator that has come to its end stays there.
      search = items.entries();
      searched = 0;
      return found[1];
    },
    has: is => [...items.values()].some(is),
    isEmpty: () => items.size === 0,
  };
}
