/**
 * A model that tries again: what may pass by itself (load, failures of server and network, cuts, garbage, silence) is
 * retried, everything else fails at once. What a failed attempt had said is taken back by `attempt_retracted`.
 */
import {ProviderError} from '../core/errors.js';
import type {Clock, Model, ModelEvent} from '../core/ports.js';
import {backoffMs} from './backoff.js';
import type {Closure, Gate, Pass} from './gate.js';

export interface RetryPolicy {
  /** How often a request is tried again; null: without end, however long the server asks to wait. */
  readonly maxAttempts: number | null;
}

export interface RetryOptions {
  /** Shared by all models of one credential. */
  readonly gate: Gate;
  readonly clock: Clock;
  /** Like `Math.random`. */
  readonly random: () => number;
  readonly policy: RetryPolicy;
}

/** Who counts attempts does not wait for hours either: milliseconds. */
const longestBoundedWait = 10 * 60_000;

/** Yields `retry_scheduled` before every wait. Throws the last `ProviderError` when the policy's attempts are used up. */
export function retrying(model: Model, options: RetryOptions): Model {
  const {gate, clock, random, policy} = options;
  return {
    info: model.info,
    async *stream(request, signal) {
      const retries = createRetries(policy);
      const parking: Parking = {clock, retries, told: new WeakSet()};
      while (true) {
        const pass = yield* park(gate.enter(signal), parking);
        let hasSpoken = false;
        let failure: ProviderError;
        try {
          let isWhole = false;
          for await (const event of model.stream(request, signal)) {
            if (!hasSpoken) pass.answered();
            hasSpoken = true;
            isWhole = event.type === 'message_stop';
            yield event;
          }
          if (isWhole) return;
          failure = new ProviderError('The answer ended in the middle.', {kind: 'cut'});
        } catch (error) {
          if (!(error instanceof ProviderError && error.isTransient)) throw error;
          failure = error;
          if (isLoad(failure)) pass.refused(failure);
        } finally {
          pass.leave();
        }
        if (hasSpoken) yield {type: 'attempt_retracted', reason: failure.message};
        // A refusal for load waits at the gate.
        if (isLoad(failure)) continue;
        const delayMs = backoffMs(retries.count + 1, random, failure.retryAfterMs);
        yield retries.next(failure, delayMs);
        await clock.sleep(delayMs, signal);
      }
    },
  };
}

const isLoad = ({kind}: ProviderError): boolean => kind === 'rate_limited' || kind === 'overloaded';

interface Parking {
  readonly clock: Clock;
  readonly retries: Retries;
  /** Closures this request has waited for: it may come back to the same one after a failure of another kind. */
  readonly told: WeakSet<Closure>;
}

/** Waits at the gate, and tells each step of the wait. Other agents' refusals count as own: they share one fate. */
async function* park(entrance: AsyncGenerator<Closure, Pass>, parking: Parking): AsyncGenerator<ModelEvent, Pass> {
  const {clock, retries, told} = parking;
  while (true) {
    const entered = await entrance.next();
    if (entered.done) return entered.value;
    const closure = entered.value;
    if (!told.has(closure)) yield retries.next(closure.error, Math.max(0, closure.until - clock.now()));
    told.add(closure);
  }
}

interface Retries {
  readonly count: number;
  /** The event that tells of the next retry. Throws if there may be none. */
  next(failure: ProviderError, delayMs: number): ModelEvent;
}

function createRetries({maxAttempts}: RetryPolicy): Retries {
  let count = 0;
  return {
    get count() {
      return count;
    },
    next(failure, delayMs) {
      const {kind, message, status} = failure;
      if (maxAttempts !== null && delayMs > longestBoundedWait) throw failure;
      if (count === maxAttempts) throw givenUp(failure, count);
      count += 1;
      return {
        type: 'retry_scheduled',
        attempt: count,
        maxAttempts,
        delayMs,
        kind,
        message,
        ...(status !== undefined && {status}),
      };
    },
  };
}

function givenUp(failure: ProviderError, count: number): ProviderError {
  const {kind, status, retryAfterMs} = failure;
  return new ProviderError(`${failure.message} Gave up after ${count} more attempts.`, {
    kind,
    cause: failure,
    ...(status !== undefined && {status}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  });
}
