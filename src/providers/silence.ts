/**
 * Notices when a server says nothing for too long. Only time spent waiting for it counts, so a reader that is slow, or
 * a program that was suspended, never takes its own pause for the server's.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import {Interrupted} from '../core/errors.js';
import type {Clock} from '../core/ports.js';

export interface SilenceWatch {
  /** From now on something is expected within `limitMs`. */
  expect(limitMs: number): void;
  /** It came. */
  heard(): void;
  stop(): void;
}

/** Made once: an abort without a reason makes a new exception for every request. */
const over = new Interrupted('the server was heard');

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
  let sleeping: {readonly until: number; readonly alarm: AbortController} | null = null;

  const sleepUntil = (until: number): void => {
    sleeping?.alarm.abort(over);
    const alarm = new AbortController();
    sleeping = {until, alarm};
    clock
      .sleep(Math.max(0, until - clock.now()), alarm.signal)
      // After a pause of the whole process its timers are served before its sockets: let those speak first.
      .then(() => nextTurn())
      .then(
        () => {
          if (!alarm.signal.aborted) wake();
        },
        error => {
          if (!alarm.signal.aborted) throw error;
        },
      );
  };

  const wake = (): void => {
    sleeping = null;
    if (!expected) return;
    if (expected.until > clock.now()) sleepUntil(expected.until);
    else onSilence(expected.limitMs);
  };

  return {
    expect(limitMs) {
      expected = {until: clock.now() + limitMs, limitMs};
      if (!sleeping || sleeping.until > expected.until) sleepUntil(expected.until);
    },
    heard() {
      expected = null;
    },
    stop() {
      expected = null;
      sleeping?.alarm.abort(over);
    },
  };
}
