/**
 * Clocks for tests: one whose time a test moves by hand, and the real one.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import {race} from '../../src/core/cancel.js';
import {Interrupted} from '../../src/core/errors.js';
import type {Clock} from '../../src/core/ports.js';

export interface VirtualClock extends Clock {
  /** Moves time on, waking each sleeper at its moment, and lets everything that follows from it happen. */
  advance(ms: number): Promise<void>;
  /** Moves time to the next sleeper's moment; false if nobody sleeps, or while it is held. */
  step(): Promise<boolean>;
  /** How many sleep now. */
  readonly sleepers: number;
}

/** @param isHeld whether something is under way that takes time of the machine's own, and none of this clock's. */
export function createVirtualClock(start = 1_000_000, isHeld = () => false): VirtualClock {
  let now = start;
  const sleepers = new Set<{readonly at: number; readonly wake: () => void}>();
  const first = () => [...sleepers].reduce((a, b) => (b.at < a.at ? b : a));
  const step = async (): Promise<boolean> => {
    await settle();
    if (sleepers.size === 0 || isHeld()) return false;
    const sleeper = first();
    now = Math.max(now, sleeper.at);
    sleeper.wake();
    await settle();
    return true;
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Interrupted());
        const end = (settleIt: () => void) => () => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', onAbort);
          settleIt();
        };
        const onAbort = end(() => reject(new Interrupted()));
        const sleeper = {at: now + ms, wake: end(resolve)};
        sleepers.add(sleeper);
        signal.addEventListener('abort', onAbort);
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      while (sleepers.size > 0 && first().at <= end) await step();
      now = end;
    },
    step,
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets promises and immediates that are due run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}

/** The machine's own time. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => {
    let timer: NodeJS.Timeout | undefined;
    const promise = new Promise<void>(resolve => {
      timer = setTimeout(resolve, ms);
    });
    return race(promise, signal).finally(() => clearTimeout(timer));
  },
};
