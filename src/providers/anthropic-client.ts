/**
 * The official SDK as this program uses it: one streaming request, no retries, no timeouts, no logging, no credentials
 * but the ones given, over our own fetch. Loaded with the first request; only what is imported here gets bundled.
 */
import type {IncomingMessage} from 'node:http';
import {BaseAnthropic} from '@anthropic-ai/sdk/client';
import {APIError} from '@anthropic-ai/sdk/error';
import {type MessageCreateParamsStreaming, Messages} from '@anthropic-ai/sdk/resources/messages/messages';
import type {Clock} from '../core/ports.js';
import type {Environment} from '../platform/environment.js';
import {type Endpoint, refusalError} from './anthropic-errors.js';
import {createHttpFetch} from './http-fetch.js';
import {networkError} from './network-errors.js';

export interface MessagesClient {
  /** Sends the request and resolves with the answer, once its head is there. Throws `ProviderError`. */
  open(body: MessageCreateParamsStreaming, signal: AbortSignal): Promise<IncomingMessage>;
}

/** The longest that a timer takes, about 25 days: the SDK has no way to say never. */
const never = 2 ** 31 - 1;

export interface ClientOptions {
  readonly endpoint: Endpoint;
  /** The credential's and the user's own; null takes a header of the SDK's away. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly env: Environment;
  readonly clock: Clock;
}

export function createMessagesClient({endpoint, headers, env, clock}: ClientOptions): MessagesClient {
  const {fetch, bodyOf} = createHttpFetch(env);
  const client = new BaseAnthropic({
    // Its own header is replaced below; without a key the SDK would look for credentials in files.
    apiKey: endpoint.credential.value,
    baseURL: endpoint.baseUrl.href,
    fetch,
    maxRetries: 0,
    timeout: never,
    logLevel: 'off',
    openTelemetry: false,
    defaultHeaders: {'x-stainless-timeout': null, ...headers},
  });
  const messages = new Messages(client);
  return {
    async open(body, signal) {
      try {
        return bodyOf(await messages.create(body, {signal}).asResponse());
      } catch (error) {
        if (!(error instanceof APIError) || error.status === undefined) throw networkError(endpoint, error);
        throw refusalError(endpoint, {
          status: error.status,
          body: error.error ?? error.message.replace(/^\d+ (status code \(no body\))?/, ''),
          header: name => error.headers?.get(name) ?? null,
          now: clock.now(),
        });
      }
    },
  };
}
