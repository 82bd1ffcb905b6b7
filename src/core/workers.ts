/**
 * Who is at work below each level of a budget: they share what is left there. Where one finds no room, because others booked it or
 * keep it for their reports, it waits for them. When nobody is left who goes on by himself, one of those who wait makes room, with
 * its report: whoever has spent most.
 */
import {compareClaims, type Line, type Turn} from './line.js';
import type {Share} from './share.js';
import type {Usage} from './types.js';
import {totalTokens} from './usage.js';

/** One agent at work, as others see it. */
export interface Worker {
  /** Requests under way. */
  requests: number;
  /** It waits for room. */
  isStuck: boolean;
  /** It has agents at work below it, and may be waiting for them. */
  readonly isAbove: boolean;
  /** The greater, the sooner its end is to make room for others; no two are the same. With agents below it, it makes none. */
  readonly claims: readonly number[];
}

/** One level, and what is spent there. */
export interface Workplace {
  /** One for all levels of a tree. */
  readonly line: Line<Workplace>;
  /** At work on this level and below: they share what is left. */
  readonly workers: Set<Worker>;
  readonly usage: Usage;
  readonly costPico: number;
  readonly share: Share | null;
}

export interface WorkerControl {
  /** Whether it counts among those at work, on all its levels. */
  work(isAtWork: boolean): void;
  /** A request leaves. Returns what to call at its end. */
  begin(): () => void;
  /** Asks for room in its turn: `ask` says where there is none, or null if it is over, also where only its own end makes room. */
  enter(ask: () => Workplace | null): Turn;
}

/** @param levels its own and all above. */
export function createWorker(levels: readonly [Workplace, ...Workplace[]]): WorkerControl {
  const [own] = levels;
  const {line} = own;
  const since = -line.number();
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
    return other.isStuck ? compareClaims(other.claims, self.claims) > 0 : !other.isAbove;
  }

  return {
    work(isAtWork) {
      if (own.workers.has(self) === isAtWork) return;
      for (const {workers} of levels) isAtWork ? workers.add(self) : workers.delete(self);
      line.changed();
    },
    begin() {
      self.requests += 1;
      return () => {
        self.requests -= 1;
        line.changed();
      };
    },
    enter(ask) {
      self.isStuck = true;
      return line.join({
        get claims() {
          return self.claims;
        },
        get rank() {
          const [pico, tokens] = own.share?.mean() ?? [own.costPico, totalTokens(own.usage)];
          return [own.workers.size > 1 ? 0 : 1, pico, tokens, ...self.claims.slice(1).map(claim => -claim)];
        },
        levels,
        ask,
        mayHope: ({workers}) => [...workers].some(isBefore),
        left() {
          self.isStuck = false;
        },
      });
    },
  };
}
