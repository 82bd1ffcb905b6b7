/**
 * Which requests of a tree are under way: what they have booked and do not use comes free when they end.
 */
export interface Traffic {
  /** A request leaves. Returns what to call at its end. */
  begin(): () => void;
  /** Settles when the next of those under way ends; null if none is. */
  freed(): Promise<void> | null;
}

export function createTraffic(): Traffic {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    begin() {
      count += 1;
      return () => {
        count -= 1;
        for (const wake of waiting.splice(0)) wake();
      };
    },
    freed: () => (count === 0 ? null : new Promise(wake => waiting.push(wake))),
  };
}
