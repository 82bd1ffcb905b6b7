/**
 * Notices when a server says nothing for too long. Only time spent waiting for it counts, so a reader that is slow, or
 * a program that was suspended, never takes its own pause for the server's.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Clock} from '../core/ports.js';
import {createAlarm} from './alarm.js';

export interface SilenceWatch {
  /** From now on something is expected within `limitMs`. */
  expect(limitMs: number): void;
  /** It came. */
  heard(): void;
  stop(): void;
}

interface Expectation {
  readonly until: number;
  readonly limitMs: number;
}

/**
 * Calls `onSilence` once, with the limit that passed, and watches no longer. Sleeps through expectations that are met,
 * so that a stream of many chunks costs no timer for each.
 */
export function watchSilence(clock: Clock, onSilence: (limitMs: number) => void): SilenceWatch {
  let expected: Expectation | null = null;
  let sleepsUntil: number | null = null;
  const alarm = createAlarm(clock, () => {
    sleepsUntil = null;
    // After a pause of the whole process its timers are served before its sockets: let those speak first.
    void nextTurn().then(wake);
  });

  const sleepUntil = (until: number): void => {
    sleepsUntil = until;
    alarm.set(until);
  };

  const wake = (): void => {
    if (!expected) return;
    if (expected.until > clock.now()) sleepUntil(expected.until);
    else onSilence(expected.limitMs);
  };

  return {
    expect(limitMs) {
      expected = {until: clock.now() + limitMs, limitMs};
      if (sleepsUntil === null || sleepsUntil > expected.until) sleepUntil(expected.until);
    },
    heard() {
      expected = null;
    },
    stop() {
      expected = null;
      alarm.set(null);
    },
  };
}
