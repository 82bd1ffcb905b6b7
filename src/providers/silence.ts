/**
 * Notices when a server says nothing for too long. Only time spent waiting for it counts, so a reader that is slow, or
 * a program that was suspended, never takes its own pause for the server's.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Clock} from '../core/ports.js';

export interface SilenceWatch {
  /** From now on something is expected within `limitMs`. */
  expect(limitMs: number): void;
  /** It came. */
  heard(): void;
  stop(): void;
}

/** Calls `onSilence` once, with the limit that passed, and watches no longer. Holds one timer at most. */
export function watchSilence(clock: Clock, onSilence: (limitMs: number) => void): SilenceWatch {
  const stopping = new AbortController();
  let awaited: {readonly since: number; readonly limitMs: number} | null = null;
  let isWatching = false;

  const watch = async (): Promise<void> => {
    while (awaited) {
      const current: {readonly since: number; readonly limitMs: number} = awaited;
      await clock.sleep(Math.max(0, current.since + current.limitMs - clock.now()), stopping.signal);
      // After a pause of the whole process its timers are served before its sockets: let those speak first.
      await nextTurn();
      if (stopping.signal.aborted) return;
      if (awaited === current) {
        stopping.abort();
        onSilence(current.limitMs);
        return;
      }
    }
    isWatching = false;
  };

  return {
    expect(limitMs) {
      awaited = {since: clock.now(), limitMs};
      if (isWatching || stopping.signal.aborted) return;
      isWatching = true;
      watch().catch(error => {
        if (!stopping.signal.aborted) throw error;
      });
    },
    heard() {
      awaited = null;
    },
    stop() {
      stopping.abort();
    },
  };
}
