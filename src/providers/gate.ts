/**
 * The gate before a provider, one for each credential, shared by all agents of the process.
 *
 * A refusal for load (429, 529) closes it for everyone. While it is closed one request at a time goes through, as a
 * probe, and only after the back-off; the others stay parked. A probe that is answered opens the gate; one that is
 * refused closes it for the next, longer step; one that fails in another way leaves its place to the next in line.
 */
import {race} from '../core/cancel.js';
import type {ProviderError} from '../core/errors.js';
import type {Clock} from '../core/ports.js';
import {backoff, backoffMs} from './backoff.js';

/** Why the gate is closed and until when. Every refused probe makes a new one. */
export interface Closure {
  readonly error: ProviderError;
  /** Milliseconds since the epoch: when the next probe may go. */
  readonly until: number;
}

/** One request's leave to go. Whoever holds it says how it went, and leaves in any case. */
export interface Pass {
  answered(): void;
  refused(error: ProviderError): void;
  leave(): void;
}

export interface Gate {
  /**
   * Returns the leave to send one request, at once while the gate is open. While it is closed, yields each closure
   * once, then waits. Throws `Interrupted` when `signal` aborts.
   */
  enter(signal: AbortSignal): AsyncGenerator<Closure, Pass>;
}

export interface GateOptions {
  readonly clock: Clock;
  /** Like `Math.random`. */
  readonly random: () => number;
}

export function createGate({clock, random}: GateOptions): Gate {
  let closure: Closure | null = null;
  let isProbing = false;
  /** Refusals in a row. A refusal soon after the gate opened goes on counting. */
  let step = 0;
  let openedAt = Number.NEGATIVE_INFINITY;
  let change = createSignal();

  const update = (next: Closure | null): void => {
    closure = next;
    change.fire();
    change = createSignal();
  };

  const close = (error: ProviderError): void => {
    step = closure || clock.now() - openedAt < backoff.capMs ? step + 1 : 1;
    update({error, until: clock.now() + backoffMs(step, random, error.retryAfterMs)});
  };

  const open = (): void => {
    openedAt = clock.now();
    update(null);
  };

  const issue = (isProbe: boolean): Pass => {
    let holdsProbe = isProbe;
    const endProbe = (): boolean => {
      const held = holdsProbe;
      holdsProbe = false;
      if (held) isProbing = false;
      return held;
    };
    return {
      answered() {
        if (endProbe()) open();
      },
      refused(error) {
        const wasProbe = endProbe();
        const wish = clock.now() + (error.retryAfterMs ?? 0);
        // A request sent before the gate closed tells nothing new, unless the server asks it for more patience.
        if (wasProbe || !closure) close(error);
        else if (wish > closure.until) update({error, until: wish});
      },
      leave() {
        if (endProbe()) update(closure);
      },
    };
  };

  return {
    async *enter(signal) {
      let told: Closure | null = null;
      while (closure) {
        if (told !== closure) {
          told = closure;
          yield closure;
        } else if (!isProbing && clock.now() >= closure.until) {
          isProbing = true;
          return issue(true);
        } else {
          await next(signal, isProbing ? null : closure.until - clock.now());
        }
      }
      return issue(false);
    },
  };

  /** Waits for a change of the gate, or that `ms` pass. */
  async function next(signal: AbortSignal, ms: number | null): Promise<void> {
    if (ms === null) return race(change.fired, signal);
    const timer = new AbortController();
    // The sleep rejects only for this timer.
    const slept = clock.sleep(ms, timer.signal).catch(() => {});
    try {
      await race(Promise.race([change.fired, slept]), signal);
    } finally {
      timer.abort();
    }
  }
}

function createSignal(): {readonly fired: Promise<void>; fire(): void} {
  let fire = (): void => {};
  const fired = new Promise<void>(resolve => {
    fire = resolve;
  });
  return {fired, fire: () => fire()};
}
