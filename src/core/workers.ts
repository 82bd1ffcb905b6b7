/**
 * Who is at work below each level of a budget: they share what is left there. Where one finds no room, because others booked it or
 * keep it for their reports, it waits for them. When nobody is left who goes on by himself, one of those who wait makes room, with
 * its report: whoever has spent most.
 */
import type {Traffic} from './traffic.js';
import type {Usage} from './types.js';
import {totalTokens} from './usage.js';

/** One agent at work, as others see it. */
export interface Worker {
  /** Requests under way. */
  requests: number;
  /** It found no room, and waits for some. */
  isStuck: boolean;
  /** It has agents at work below it, and may be waiting for them. */
  readonly isAbove: boolean;
  /** The greater, the sooner its end is to make room for others; no two are the same. With agents below it, it makes none. */
  readonly claims: readonly number[];
}

/** One level, and what is spent there. */
export interface Workplace {
  /** One for all levels of a tree. */
  readonly traffic: Traffic;
  /** At work on this level and below: they share what is left. */
  readonly workers: Set<Worker>;
  readonly usage: Usage;
  readonly costPico: number;
}

export interface WorkerControl {
  /** Whether it counts among those at work, on all its levels. */
  work(isAtWork: boolean): void;
  /** A request leaves. Returns what to call at its end. */
  begin(): () => void;
  /** It has found room. */
  found(): void;
  /** It found none below this level. Settles when that may have changed; null: its own end is what makes room. */
  room(level: Pick<Workplace, 'workers'>): Promise<void> | null;
}

/** @param levels its own and all above. */
export function createWorker(levels: readonly [Workplace, ...Workplace[]]): WorkerControl {
  const [own] = levels;
  const {traffic} = own;
  const since = -traffic.number();
  const self: Worker = {
    requests: 0,
    isStuck: false,
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
      self.isStuck = false;
      traffic.changed();
    },
    begin() {
      self.requests += 1;
      return () => {
        self.requests -= 1;
        traffic.changed();
      };
    },
    found() {
      self.isStuck = false;
    },
    room({workers}) {
      const wasStuck = self.isStuck;
      self.isStuck = [...workers].some(isBefore);
      // Only then: those who wait would wake each other without end.
      if (self.isStuck !== wasStuck) traffic.changed();
      return self.isStuck ? traffic.next() : null;
    },
  };
}

function compare(one: Worker['claims'], other: Worker['claims']): number {
  const at = one.findIndex((amount, index) => amount !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
