/** One timer that can be moved: it rings at the moment that it was last set to. */
import {Interrupted} from '../core/errors.js';
import type {Clock} from '../core/ports.js';

export interface Alarm {
  /** Milliseconds since the epoch; null for never. */
  set(at: number | null): void;
}

/** Made once: an abort without a reason makes a new exception each time. */
const moved = new Interrupted('the alarm was moved');

/** May ring early where the clock's longest sleep is shorter: whoever hears it looks at the time. */
export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let setTo: number | null = null;
  let sleep: AbortController | null = null;
  return {
    set(at) {
      if (at === setTo) return;
      sleep?.abort(moved);
      setTo = at;
      if (at === null) return;
      const mine = new AbortController();
      sleep = mine;
      const rung = (): void => {
        if (mine.signal.aborted) return;
        setTo = null;
        ring();
      };
      clock.sleep(Math.max(0, at - clock.now()), mine.signal).then(rung, error => {
        if (!mine.signal.aborted) throw error;
      });
    },
  };
}
