/**
 * A model that tries again: what may pass by itself (load, failures of server and network, cuts, garbage, silence) is
 * retried, everything else fails at once. What a failed attempt had said is taken back by `attempt_retracted`.
 */
import {ProviderError} from '../core/errors.js';
import type {Clock, Model} from '../core/ports.js';
import {backoffMs} from './backoff.js';
import type {Gate} from './gate.js';
import {createRetries, type RetryPolicy} from './retries.js';

export interface RetryOptions {
  /** Shared by all models of one credential. */
  readonly gate: Gate;
  readonly clock: Clock;
  /** Like `Math.random`. */
  readonly random: () => number;
  readonly policy: RetryPolicy;
}

/**
 * Yields `retry_scheduled` before every other attempt, and `request_held` while the request waits behind others. Throws the
 * last `ProviderError` when the policy's attempts are used up.
 */
export function retrying(model: Model, options: RetryOptions): Model {
  const {gate, clock, random, policy} = options;
  return {
    info: model.info,
    async *stream(request, signal) {
      const retries = createRetries(policy, clock, request.isReplaceable);
      while (true) {
        const pass = yield* gate.enter(model.info.id, signal, retries.held);
        let hasSpoken = false;
        let failure: ProviderError;
        let waitsAtGate = false;
        try {
          const unannounced = retries.unannounced();
          if (unannounced) yield unannounced;
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
          if (error instanceof ProviderError) waitsAtGate = pass.failed(error);
          if (!(error instanceof ProviderError && error.isTransient)) throw error;
          failure = error;
        } finally {
          pass.leave();
        }
        if (hasSpoken) yield {type: 'attempt_retracted', reason: failure.message};
        retries.failed(failure);
        if (waitsAtGate) continue;
        const delayMs = backoffMs(retries.count, random, failure.retryAfterMs);
        yield retries.announce(failure, delayMs);
        await clock.sleep(delayMs, signal);
      }
    },
  };
}
