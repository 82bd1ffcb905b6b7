/**
 * Who is at work below each level of a budget: they share what is left there. Where one finds no room, because others booked it or
 * keep it for their reports, it waits for them. When nobody is left who goes on by himself, one of those who wait makes room, with
 * its report: whoever has spent most.
 */
import type {Level} from './level.js';
import type {Worker} from './traffic.js';
import {totalTokens} from './usage.js';

export interface WorkerControl {
  /** Whether it counts among those at work, on all its levels. */
  work(isAtWork: boolean): void;
  /** A request leaves. Returns what to call at its end. */
  begin(): () => void;
  /** It has found room. */
  found(): void;
  /** It found none below this level. Settles when that may have changed; null: its own end is what makes room. */
  room(level: Level): Promise<void> | null;
}

/** @param levels its own and all above. */
export function createWorker(levels: readonly [Level, ...Level[]]): WorkerControl {
  const [own] = levels;
  const {traffic} = own;
  const since = -traffic.number();
  let requests = 0;
  let isStuck = false;
  const self: Worker = {
    get requests() {
      return requests;
    },
    get isStuck() {
      return isStuck;
    },
    get isAbove() {
      return own.workers.size > 1;
    },
    get claims() {
      return [own.workers.size > 1 ? 0 : 1, own.costPico, totalTokens(own.usage), since];
    },
  };

  /** Whether there is something to wait for. */
  function isBefore(other: Worker): boolean {
    if (other === self) return false;
    if (other.requests > 0) return true;
    return other.isStuck ? compare(other.claims, self.claims) > 0 : !other.isAbove;
  }

  return {
    work(isAtWork) {
      if (own.workers.has(self) === isAtWork) return;
      for (const {workers} of levels) isAtWork ? workers.add(self) : workers.delete(self);
      isStuck = false;
      traffic.changed();
    },
    begin() {
      requests += 1;
      return () => {
        requests -= 1;
        traffic.changed();
      };
    },
    found() {
      isStuck = false;
    },
    room({workers}) {
      const wasStuck = isStuck;
      isStuck = [...workers].some(isBefore);
      // Only then: those who wait would wake each other without end.
      if (isStuck !== wasStuck) traffic.changed();
      return isStuck ? traffic.next() : null;
    },
  };
}

function compare(one: Worker['claims'], other: Worker['claims']): number {
  const at = one.findIndex((amount, index) => amount !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
