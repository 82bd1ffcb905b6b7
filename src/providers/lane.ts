/**
 * What a cause of refusals, a model or the connection, lets through: everything, until it refuses one request. Then no
 * request before the back-off is over, and after it one at a time, as a probe. Each that is answered makes room for two
 * more, so that a server that just came back is not met by all at once.
 *
 * State and arithmetic only. Who waits, and whose turn it is, is the gate's.
 */
import type {ProviderError} from '../core/errors.js';
import type {Clock} from '../core/ports.js';
import {backoff, backoffMs} from './backoff.js';

/** Why a lane is closed, and until when. */
export interface Closure {
  readonly error: ProviderError;
  /** Milliseconds since the epoch: when the next request may go. */
  readonly until: number;
  /** Refusals in a row, from 1. An answer takes half of them away. */
  readonly failures: number;
}

/** One request's place in a lane. Whoever holds it says how the request went, and leaves in any case. */
export interface Passage {
  answered(): void;
  refused(error: ProviderError): void;
  leave(): void;
}

export interface Lane {
  readonly closure: Closure | null;
  /** Milliseconds since the epoch from which a request may go; infinite while those on their way have to be heard first. */
  readonly admitsFrom: number;
  enter(): Passage;
  /** Opens, if there was an answer since it closed. For when nobody waits any longer that could go. */
  settle(): void;
}

export interface LaneOptions {
  readonly clock: Clock;
  /** Like `Math.random`. */
  readonly random: () => number;
}

export function createLane({clock, random}: LaneOptions): Lane {
  let closure: Closure | null = null;
  /** A refusal soon after the lane opened goes on counting. */
  let failures = 0;
  let closings = 0;
  /** How many more may be on their way while it is closed. */
  let room = 0;
  let wasAnswered = false;

  const close = (error: ProviderError): void => {
    failures += 1;
    closings += 1;
    room = 1;
    wasAnswered = false;
    closure = {error, failures, until: clock.now() + backoffMs(failures, random, error.retryAfterMs)};
  };

  const admitsFrom = (): number => {
    if (closure === null) return Number.NEGATIVE_INFINITY;
    return room > 0 ? closure.until : Number.POSITIVE_INFINITY;
  };

  return {
    get closure() {
      return closure;
    },
    get admitsFrom() {
      return admitsFrom();
    },
    enter() {
      const isProbe = closure !== null;
      const entered = closings;
      let isPending = true;
      if (isProbe) room -= 1;
      return {
        answered() {
          if (!isPending) return;
          isPending = false;
          // That a request got through which went before the lane closed tells nothing of now.
          if (entered !== closings) return;
          failures = Math.floor(Math.min(failures, backoff.steps) / 2);
          wasAnswered = true;
          room += 2;
        },
        refused(error) {
          isPending = false;
          if (closure === null || entered === closings) return close(error);
          // It tells nothing new either, unless the server asks it for more patience.
          const wish = clock.now() + (error.retryAfterMs ?? 0);
          if (wish > closure.until) closure = {...closure, error, until: wish};
        },
        leave() {
          if (isPending && isProbe && entered === closings) room += 1;
          isPending = false;
        },
      };
    },
    settle() {
      if (wasAnswered && admitsFrom() <= clock.now()) closure = null;
    },
  };
}
