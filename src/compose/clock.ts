/** The machine's own time, as core wants it. */
import {race} from '../core/cancel.js';
import type {Clock} from '../core/ports.js';

/** Node fires a longer timer at once. Whoever wants to wait for longer than 25 days may wake and look. */
const longestTimerMs = 2 ** 31 - 1;

export const clock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    let timer: NodeJS.Timeout | undefined;
    const slept = new Promise<void>(wake => {
      timer = setTimeout(wake, Math.min(ms, longestTimerMs));
    });
    return race(slept, signal).finally(() => clearTimeout(timer));
  },
};
