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

/** One agent at work, as others see it. */
export interface Worker {
  /** Requests under way. */
  readonly requests: number;
  /** It found no room, and waits for some. */
  readonly isStuck: boolean;
  /** It has agents at work below it, and may be waiting for them. */
  readonly isAbove: boolean;
  /** The greater, the sooner its end is to make room for others; no two are the same. With agents below it, it makes none. */
  readonly claims: readonly number[];
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
