/**
 * What went wrong with a server of the Messages API, as one line for a person: what failed, why, what to do.
 *
 * Whatever a server says is made one line, shortened and stripped of control characters and of the credential before
 * it gets into a message.
 */
import {ProviderError, type ProviderErrorKind} from '../core/errors.js';
import {suggestModel} from './catalog.js';
import type {Credential} from './credential.js';
import {proxyVariable, showProxy} from './proxy.js';

/** Whom a model talks to, as messages need it. */
export interface Endpoint {
  readonly baseUrl: URL;
  readonly credential: Credential;
  readonly model: string;
  /** What requests go through. */
  readonly proxy: URL | null;
}

/** An answer that is none: the parts of it that say why. */
export interface Refusal {
  readonly status: number;
  /** The body, parsed if it was JSON. */
  readonly body: unknown;
  readonly header: (name: string) => string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** How servers of this API, and compatible ones, say that the conversation does not fit. */
const tooLong =
  /prompt is too long|exceeds? (the )?(available |maximum )?context|context (length|window|limit)|maximum context|too many tokens/i;

/** Refusals that are tried again unless the server says not to. */
const passing: ReadonlySet<ProviderErrorKind> = new Set(['rate_limited', 'overloaded', 'server_error']);

/** An answer with a status other than 2xx. */
export function refusalError(endpoint: Endpoint, refusal: Refusal): ProviderError {
  const {status, header} = refusal;
  const said = clean(endpoint, messageOf(refusal.body));
  const kind = kindOf(status, said);
  const shouldRetry = header('x-should-retry');
  const retryAfterMs = retryAfter(refusal);
  const message = sentence(endpoint, {kind, status, said, location: header('location')});
  const isFinal = shouldRetry === 'false' && passing.has(kind);
  return new ProviderError(isFinal ? `${message} The server says not to try again.` : message, {
    kind,
    status,
    ...(retryAfterMs !== undefined && {retryAfterMs}),
    ...((shouldRetry === 'true' || shouldRetry === 'false') && {isTransient: shouldRetry === 'true'}),
  });
}

/** An `error` event in the middle of a stream. */
export function streamedError(endpoint: Endpoint, event: unknown): ProviderError {
  const type = isObject(event) && isObject(event.error) ? String(event.error.type) : '';
  return refusalError(endpoint, {status: statusOfType[type] ?? 500, body: event, header: () => null, now: 0});
}

/** The stream ended before `message_stop`. */
export function cutError(endpoint: Endpoint, cause?: unknown): ProviderError {
  return new ProviderError(`${endpoint.baseUrl.host} cut its answer off in the middle.`, {kind: 'cut', cause});
}

/** An answer that is not of this API. `text` is what there was to read of it. */
export function garbageError(endpoint: Endpoint, status: number, text: string): ProviderError {
  const isPage = isHtml(text);
  const what = isPage ? `a web page (${titleOf(endpoint, text)})` : `"${clean(endpoint, text).slice(0, 60)}"`;
  const hint = isPage ? loginHint(endpoint) : `Check ${addressOf(endpoint)} and the network.`;
  return new ProviderError(`${endpoint.baseUrl.host} answered ${status} with ${what} instead of events. ${hint}`, {
    kind: 'garbage',
    status,
  });
}

/** An event of this API that is no JSON of its form: with it a piece of the answer is lost. `type`: null if nothing tells it. */
export function damagedError(endpoint: Endpoint, type: string | null): ProviderError {
  const what = type === null ? 'an event' : `a ${type} event`;
  return new ProviderError(`${endpoint.baseUrl.host} sent ${what} that cannot be read.`, {kind: 'cut'});
}

/** An event that does not end. */
export function endlessError(endpoint: Endpoint, limit: number): ProviderError {
  const size = `${limit / 1e6} million characters`;
  const hint = `Check that ${addressOf(endpoint)} speaks the Messages API.`;
  return new ProviderError(`${endpoint.baseUrl.host} sent an event that has not ended after ${size}. ${hint}`, {
    kind: 'garbage',
    status: 200,
  });
}

/** An event of this API without fields that it cannot do without. */
export function incompleteError(endpoint: Endpoint, type: string): ProviderError {
  const hint = `Check that ${addressOf(endpoint)} speaks the Messages API.`;
  return new ProviderError(`${endpoint.baseUrl.host} sent a ${type} event that lacks some of its fields. ${hint}`, {
    kind: 'garbage',
    status: 200,
  });
}

/** What a person does about a page that stands in the way. */
function loginHint(endpoint: Endpoint): string {
  const {proxy} = endpoint;
  const sender = proxy ? `the proxy ${showProxy(proxy)} or the network` : 'the network or a proxy';
  return `If ${sender} wants a login, log in with a browser; else check ${addressOf(endpoint)}.`;
}

/** No byte came for `limitMs`. */
export function silenceError(endpoint: Endpoint, limitMs: number): ProviderError {
  return new ProviderError(`${endpoint.baseUrl.host} said nothing for ${Math.round(limitMs / 1000)} s.`, {
    kind: 'timeout',
  });
}

/** @param limitMs for how long only signs of life came. */
export function stalledError(endpoint: Endpoint, limitMs: number): ProviderError {
  const minutes = Math.round(limitMs / 60_000);
  const message = `${endpoint.baseUrl.host} sent no word of its answer for ${minutes} min, only signs of life.`;
  return new ProviderError(message, {kind: 'timeout'});
}

function kindOf(status: number, said: string): ProviderErrorKind {
  // Said with 400, but nothing is wrong with the request.
  if (status === 400 && /credit balance/i.test(said)) return 'permission';
  if (status === 413 || (status === 400 && tooLong.test(said))) return 'context_exceeded';
  switch (status) {
    case 401:
      return 'authentication';
    case 402:
    case 403:
    case 407:
    case 511:
      return 'permission';
    case 404:
      return 'not_found';
    case 408:
    case 409:
      return 'server_error';
    case 429:
      return 'rate_limited';
    case 503:
    case 529:
      return 'overloaded';
    default:
      return status >= 500 ? 'server_error' : 'invalid_request';
  }
}

interface Facts {
  readonly kind: ProviderErrorKind;
  readonly status: number;
  readonly said: string;
  readonly location: string | null;
}

function sentence(endpoint: Endpoint, {kind, status, said, location}: Facts): string {
  const {baseUrl, proxy} = endpoint;
  const {host, pathname} = baseUrl;
  if (status === 407 && proxy) {
    return `The proxy ${showProxy(proxy)} asks for a login (407). Set ${proxyVariable(baseUrl)} to http://user:password@host:port.`;
  }
  const why = new RegExp(`^${status}\\b`).test(said) ? said : [`${status}`, said].filter(Boolean).join(': ');
  if (status === 511) return `The network asks for a login (${why}). Log in with a browser, then try again.`;
  switch (kind) {
    case 'authentication':
      return `${host} refused the credential in ${endpoint.credential.source} (${why}). Set a valid one.`;
    case 'permission':
      return `${host} does not allow this with the credential in ${endpoint.credential.source} (${why}).`;
    case 'not_found': {
      if (!/model/i.test(said)) {
        const tail = /\/v1\/?$/.test(pathname) ? ' It must not end in /v1.' : '';
        return `${host} has no Messages API at this address (${why}). Check ${addressOf(endpoint)}.${tail}`;
      }
      const near = suggestModel(endpoint.model);
      const hint = near === null ? 'Choose another: opus, sonnet, haiku, or a full name.' : `Did you mean ${near}?`;
      return `${host} does not know the model ${endpoint.model} (${why}). ${hint}`;
    }
    case 'context_exceeded':
      return `The conversation is too long for ${endpoint.model} (${why}). Start a new one, or choose a model with a larger window.`;
    case 'rate_limited':
      return `${host} limits the rate of requests to ${endpoint.model} (${why}).`;
    case 'overloaded':
      return `${host} says that ${endpoint.model} is overloaded (${why}).`;
    case 'server_error':
      return `${host} failed (${why}).`;
    default:
      if (location === null) return `${host} rejected the request (${why}).`;
      return status === 301 || status === 308
        ? `${host} moved to ${location} (${status}). Set ANTHROPIC_BASE_URL to the new address.`
        : `${host} sends us to ${location} (${status}). ${loginHint(endpoint)}`;
  }
}

/** The address as a person set it, to be checked. */
export const addressOf = ({baseUrl}: Endpoint): string =>
  `ANTHROPIC_BASE_URL (${baseUrl.origin}${baseUrl.pathname.replace(/\/$/, '')})`;

/** Seconds, milliseconds or a date: how long to wait from now. */
function retryAfter({header, now}: Refusal): number | undefined {
  const milliseconds = Number.parseFloat(header('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const value = header('retry-after') ?? '';
  if (/^\s*[\d.]+\s*$/.test(value)) return Number.parseFloat(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The message of an error body: this API's shape, or one of those that compatible servers have. */
function messageOf(body: unknown): string {
  if (typeof body === 'string') return isHtml(body) ? `a web page, ${rawTitle(body)}` : body;
  if (!isObject(body)) return '';
  for (const key of ['error', 'message', 'detail']) {
    const part = body[key];
    if (typeof part === 'string') return part;
    if (isObject(part)) return messageOf(part);
  }
  return JSON.stringify(body);
}

const isHtml = (text: string): boolean => /^\s*<[!?a-z]/i.test(text);

const titleOf = (endpoint: Endpoint, html: string): string => clean(endpoint, rawTitle(html));

function rawTitle(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.trim();
  const words = (title || html.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')).trim().split(/\s+/);
  return `"${words.slice(0, 8).join(' ')}"`;
}

/** Shorter ones are placeholders for local servers; hiding them would only garble the message. */
const leastSecret = 8;

/** One line of what a server said, without the credential. */
export function clean({credential}: Endpoint, text: string): string {
  const secret = credential.value.replace(/^Bearer /i, '');
  const line = (secret.length < leastSecret ? text : text.replaceAll(secret, '[hidden]'))
    .replace(/\x1b\[[\d;?]*[ -/]*[@-~]/g, '')
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
