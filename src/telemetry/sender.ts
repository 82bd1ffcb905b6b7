/**
 * Sends what is to be exported to a collector, over HTTP. A failure that may pass is tried again until the time of the export
 * is over; the end of the signal ends everything that is under way.
 */
import {request as httpRequest} from 'node:http';
import {request as httpsRequest} from 'node:https';
import {gzipSync} from 'node:zlib';
import type {Destination} from './wish.js';

/** Resolves once the collector has it. Rejects with what a person is to know: why it has not. */
export type Send = (body: Uint8Array) => Promise<void>;

/** What OTLP says may pass. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const firstDelayMs = 500;

class Passing extends Error {
  constructor(
    message: string,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function createSend(destination: Destination, closing: AbortSignal): Send {
  return async body => {
    const until = Date.now() + destination.timeoutMs;
    const bytes = destination.compression === 'gzip' ? gzipSync(body) : body;
    for (let delayMs = firstDelayMs; ; delayMs *= 2) {
      try {
        return await post(destination, bytes, {closing, timeoutMs: until - Date.now()});
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        const wait = Math.max(error.retryAfterMs, delayMs * (0.5 + Math.random() / 2));
        if (closing.aborted || Date.now() + wait >= until) throw error;
        await sleep(wait, closing);
        if (closing.aborted) throw error;
      }
    }
  };
}

interface Patience {
  readonly closing: AbortSignal;
  readonly timeoutMs: number;
}

function post(
  {url, protocol, headers, compression}: Destination,
  body: Uint8Array,
  {closing, timeoutMs}: Patience,
): Promise<void> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  const {host} = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
        'content-length': body.length,
        ...(compression === 'gzip' && {'content-encoding': 'gzip'}),
      },
    });
    const giveUp = (): void => void sent.destroy(new Error('it did not answer in time'));
    const timer = setTimeout(giveUp, timeoutMs);
    closing.addEventListener('abort', giveUp);
    if (closing.aborted) giveUp();
    const leave = (): void => {
      clearTimeout(timer);
      closing.removeEventListener('abort', giveUp);
    };
    const fail = (cause: Error): void => {
      leave();
      reject(new Passing(`the collector at ${host} was not reached: ${codeOf(cause) ?? cause.message}.`, 0, {cause}));
    };
    sent.once('response', response => {
      response.resume();
      response.once('error', fail);
      response.once('end', () => {
        leave();
        const {statusCode = 0, headers} = response;
        if (statusCode >= 200 && statusCode < 300) return resolve();
        const message = `the collector at ${host} answered ${statusCode}.`;
        const seconds = Number(headers['retry-after']);
        reject(passing.has(statusCode) ? new Passing(message, seconds > 0 ? seconds * 1_000 : 0) : new Error(message));
      });
    });
    sent.once('error', fail);
    sent.end(body);
  });
}

const codeOf = (error: Error): string | null => ('code' in error && typeof error.code === 'string' ? error.code : null);

/** Ends early with the signal. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
