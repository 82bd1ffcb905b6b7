/**
 * Whatever may make room in a tree of budgets, told to all who wait for some: a request or an agent that ends, one that waits
 * as well.
 */
export interface Traffic {
  changed(): void;
  /** Settles with the next change. */
  next(): Promise<void>;
  /** A number that nobody else has, each greater than the last. */
  number(): number;
}

export function createTraffic(): Traffic {
  const waiting: (() => void)[] = [];
  let last = 0;
  return {
    changed() {
      for (const wake of waiting.splice(0)) wake();
    },
    next: () => new Promise(wake => waiting.push(wake)),
    number() {
      last += 1;
      return last;
    },
  };
}
