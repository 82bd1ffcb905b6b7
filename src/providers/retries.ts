/**
 * How often one request is tried and how long it waits, and the events that say so. Who counts attempts counts those
 * that it made itself, and those of others that it stood in line behind: what nobody gets is not waited for without end.
 */
import {ProviderError} from '../core/errors.js';
import type {Clock, ModelEvent} from '../core/ports.js';
import type {Hold} from './gate.js';

export interface RetryPolicy {
  /** How often a request is tried again; null: without end, however long the server asks to wait. */
  readonly maxAttempts: number | null;
}

export interface Retries {
  /** Failed attempts. */
  readonly count: number;
  /** Notes a failed attempt. Throws `ProviderError` if there may be no other. */
  failed(failure: ProviderError): void;
  /** Says that the request is tried again in `delayMs`, after this failure. Throws it if that is too long to wait. */
  announce(failure: ProviderError, delayMs: number): ModelEvent;
  /** Says why the request does not go yet. Throws `ProviderError` if it may not wait any longer. */
  held(hold: Hold): ModelEvent;
  /** That the request is tried again now, unless that was announced, or it is its first attempt. */
  unannounced(): ModelEvent | null;
}

/** Who counts attempts does not wait for hours either: milliseconds. */
const longestBoundedWait = 10 * 60_000;
/** Where another model would answer, so many refusals in a row are enough, one's own or others', and so long a wait is too long. */
const enough = {refusals: 3, waitMs: 10_000};
/** A page of a proxy or of a network's login stays until a person does something: not even who has all time tries on. */
const attemptsAtGarbage = 3;

/** @param isReplaceable another model would answer in the place of one that is overloaded. */
export function createRetries({maxAttempts}: RetryPolicy, clock: Clock, isReplaceable = false): Retries {
  let count = 0;
  let garbage = 0;
  let overloads = 0;
  /** The last failure, until it is said that the request is tried again. */
  let untold: ProviderError | null = null;
  /** The fewest failures in a row that this request was held back for. */
  let fewest = Number.POSITIVE_INFINITY;

  const checkWait = (failure: ProviderError, delayMs: number): void => {
    if (maxAttempts === null || delayMs <= longestBoundedWait) return;
    const limit = inWords(longestBoundedWait);
    throw givenUp(
      failure,
      `because the server asks to wait for ${inWords(delayMs)}, longer than the limit of ${limit}`,
    );
  };

  /** With which try it gives up, if every other fails as this one did; null for never. */
  const lastTry = ({kind}: ProviderError): number | null => {
    if (kind === 'garbage') return Math.min(maxAttempts ?? Infinity, count + attemptsAtGarbage - garbage);
    return isReplaceable && kind === 'overloaded'
      ? Math.min(maxAttempts ?? Infinity, enough.refusals - 1)
      : maxAttempts;
  };

  const announce = (failure: ProviderError, delayMs: number): ModelEvent => {
    checkWait(failure, delayMs);
    untold = null;
    return {type: 'retry_scheduled', attempt: count, maxAttempts: lastTry(failure), delayMs, ...describe(failure)};
  };

  return {
    get count() {
      return count;
    },
    failed(failure) {
      if (failure.kind === 'garbage') garbage += 1;
      if (failure.kind === 'overloaded') overloads += 1;
      if (isReplaceable && overloads >= enough.refusals) throw failure;
      if (count === maxAttempts || garbage > attemptsAtGarbage) throw givenUp(failure, `after ${plural(count)}`);
      count += 1;
      untold = failure;
    },
    announce,
    held({closure: {error, until, failures}, isNext}) {
      fewest = Math.min(fewest, failures);
      const delayMs = Math.max(0, until - clock.now());
      const isOverloaded = isReplaceable && error.kind === 'overloaded';
      if (isOverloaded && (failures >= enough.refusals || delayMs > enough.waitMs)) throw error;
      checkWait(error, delayMs);
      if (maxAttempts !== null && failures - fewest >= maxAttempts) {
        throw givenUp(error, `after ${plural(failures - fewest)}, those of other agents included`);
      }
      if (count > 0 && isNext) return announce(error, delayMs);
      return {type: 'request_held', delayMs, ...describe(error)};
    },
    unannounced: () => (untold === null ? null : announce(untold, 0)),
  };
}

function describe({kind, message, status}: ProviderError) {
  return {kind, message, ...(status !== undefined && {status})};
}

const plural = (count: number): string => `${count} more ${count === 1 ? 'attempt' : 'attempts'}`;

function inWords(ms: number): string {
  const hours = ms / 3_600_000;
  return hours >= 1 ? `${Number(hours.toFixed(1))} h` : `${Math.ceil(hours * 60)} min`;
}

function givenUp(failure: ProviderError, why: string): ProviderError {
  const {kind, status, retryAfterMs} = failure;
  return new ProviderError(`${failure.message} Gave up ${why}.`, {
    kind,
    cause: failure,
    ...(status !== undefined && {status}),
    ...(retryAfterMs !== undefined && {retryAfterMs}),
  });
}
