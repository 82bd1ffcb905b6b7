/**
 * Models behind the Messages API, Anthropic's or a compatible server's. Streams the wire's own events; never retries.
 *
 * The SDK makes the request and is loaded with the first one. The answer's events are decoded here, for a third of what
 * the SDK's own decoder costs.
 */
import type {IncomingMessage} from 'node:http';
import {interruption} from '../core/cancel.js';
import {ProviderError, UsageError} from '../core/errors.js';
import type {Clock, Model, ModelInfo} from '../core/ports.js';
import type {Environment} from '../platform/environment.js';
import type {ClientOptions, MessagesClient} from './anthropic-client.js';
import {cutError, type Endpoint, endlessError, garbageError, silenceError, stalledError} from './anthropic-errors.js';
import {createEventReader, type EventReader} from './anthropic-events.js';
import {toBody} from './anthropic-request.js';
import {type Credential, credentialHeaders} from './credential.js';
import {release} from './http-fetch.js';
import {mergeDeltas} from './merge-deltas.js';
import {proxyFor} from './proxy.js';
import {type SilenceWatch, watchSilence} from './silence.js';
import {createSseDecoder, type SseEvent} from './sse.js';

export interface AnthropicOptions {
  readonly info: ModelInfo;
  readonly credential: Credential;
  /** ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS and the proxy variables are read from it. */
  readonly env: Environment;
  readonly clock: Clock;
  readonly silence?: SilenceLimits;
}

/** How long a server may say nothing, in milliseconds. */
export interface SilenceLimits {
  /** Until the first byte of its answer: a long prompt takes its time. */
  readonly firstByteMs: number;
  /** Between two bytes: the API pings every few seconds. */
  readonly idleMs: number;
  /** Between two parts of its answer, however often it pings. */
  readonly stallMs: number;
}

/** Characters: enough for the head of a web page with its title. */
const preambleLimit = 4096;
const defaultSilence: SilenceLimits = {firstByteMs: 120_000, idleMs: 90_000, stallMs: 600_000};

/**
 * Makes a model of the Messages API. Throws `UsageError` if ANTHROPIC_BASE_URL or the proxy's variable is no address, and
 * for a credential or custom headers that no request can carry.
 */
export function createAnthropicModel(options: AnthropicOptions): Model {
  const {info, credential, env, clock, silence = defaultSilence} = options;
  const baseUrl = baseUrlOf(env);
  const endpoint: Endpoint = {baseUrl, credential, model: info.id, proxy: proxyFor(baseUrl, env)};
  const headers = credentialHeaders(credential, env);
  let client: Promise<MessagesClient> | undefined;

  return {
    info,
    async *stream(request, signal) {
      if (signal.aborted) throw interruption(signal);
      // The SDK leaves listeners on the signal it is given: it gets one that ends with the request.
      const ending = new AbortController();
      const onAbort = (): void => ending.abort();
      signal.addEventListener('abort', onAbort, {once: true});
      let silent: ProviderError | undefined;
      const watch = watchSilence(clock, limitMs => {
        silent = silenceError(endpoint, limitMs);
        ending.abort();
      });
      let answer: IncomingMessage | undefined;
      const destroy = (): void => void answer?.destroy();
      let isWhole = false;
      try {
        client ??= connect({endpoint, headers, env, clock});
        const {open} = await client;
        watch.expect(silence.firstByteMs);
        answer = await open(toBody(info, request), ending.signal);
        // The SDK lets go of the signal once its own view of the answer is collected, while we still read.
        ending.signal.addEventListener('abort', destroy);
        const reader = createEventReader(endpoint);
        for await (const batch of readBatches(answer, {endpoint, reader, watch, clock, silence})) {
          for (const event of mergeDeltas(reader.read(batch))) {
            isWhole = event.type === 'message_stop';
            yield event;
            if (isWhole) return;
          }
        }
        throw cutError(endpoint);
      } catch (error) {
        throw signal.aborted ? interruption(signal) : (silent ?? error);
      } finally {
        watch.stop();
        signal.removeEventListener('abort', onAbort);
        if (answer && isWhole) await release(answer);
        else ending.abort();
        // The SDK holds the signal for some time still.
        ending.signal.removeEventListener('abort', destroy);
      }
    },
  };
}

async function connect(options: ClientOptions): Promise<MessagesClient> {
  const {createMessagesClient} = await import('./anthropic-client.js');
  return createMessagesClient(options);
}

function baseUrlOf(env: Environment): URL {
  const value = env.ANTHROPIC_BASE_URL?.trim() || 'https://api.anthropic.com';
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new UsageError(
    `ANTHROPIC_BASE_URL is "${value}", which is no web address. Set it to https://host, or unset it.`,
  );
}

interface Reading {
  readonly endpoint: Endpoint;
  readonly reader: EventReader;
  readonly watch: SilenceWatch;
  readonly clock: Clock;
  readonly silence: SilenceLimits;
}

/**
 * An answer's server-sent events, as many at a time as a chunk brought: one turn of the event loop's machinery for all
 * of them. Breaking off leaves the answer open, to be released or destroyed.
 */
async function* readBatches(answer: IncomingMessage, reading: Reading): AsyncGenerator<readonly SseEvent[]> {
  const {endpoint, reader, watch, clock, silence} = reading;
  const decoder = createSseDecoder();
  /** How the answer begins: one without an event of this API is judged by it. */
  let preamble = '';
  /** For how long nothing but pings came. */
  let stalledMs = 0;
  let since = clock.now();
  try {
    for await (const chunk of answer.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
      watch.heard();
      if (!reader.hasRead && preamble.length < preambleLimit) preamble += chunk.toString('utf8', 0, preambleLimit);
      const events = decoder.push(chunk);
      if (decoder.held() > longestEvent) throw endlessError(endpoint, longestEvent);
      // A program that was suspended is not to take that for the server's doing.
      stalledMs = events.every(isPing) ? stalledMs + Math.min(clock.now() - since, silence.idleMs) : 0;
      if (stalledMs >= silence.stallMs) throw stalledError(endpoint, silence.stallMs);
      yield events;
      since = clock.now();
      watch.expect(silence.idleMs);
    }
  } catch (error) {
    throw error instanceof ProviderError ? error : cutError(endpoint, error);
  }
  // The end may have cut the last event in two.
  yield decoder.end().filter(isJson);
  if (!reader.hasRead && preamble.trim() !== '') throw garbageError(endpoint, answer.statusCode ?? 0, preamble);
}

/** Characters of an event: far more than any of this API has, and few enough to be held. */
const longestEvent = 16_000_000;

function isPing({name, data}: SseEvent): boolean {
  return name === 'ping' || /^\s*\{\s*"type"\s*:\s*"ping"/.test(data);
}

function isJson({data}: SseEvent): boolean {
  try {
    JSON.parse(data);
    return true;
  } catch {
    return false;
  }
}
