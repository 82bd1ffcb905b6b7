/**
 * Gets one page over HTTP, bounded in time and size. A name is resolved once, its addresses are looked at, and one of those is
 * what the connection goes to: no later answer of its name server leads elsewhere. Redirects stay on the host that was asked for.
 */
import {lookup as resolveName} from 'node:dns/promises';
import type {IncomingMessage, RequestOptions} from 'node:http';
import {isIP, type LookupFunction} from 'node:net';
import type {Readable} from 'node:stream';
import {interruption, whenAborted} from '../../core/cancel.js';
import {ToolError} from '../../core/errors.js';
import {kindOf} from './addresses.js';

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name, at least one. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

export interface GetOptions {
  readonly signal: AbortSignal;
  /** Addresses of this machine and its networks may be reached. */
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

export type Got =
  | {
      readonly type: 'page';
      readonly url: string;
      readonly status: number;
      readonly contentType: string;
      readonly body: Buffer;
      /** The server had more. */
      readonly isCut: boolean;
    }
  /** Another host, or a connection that is not secure any more: not followed. */
  | {readonly type: 'moved'; readonly url: string; readonly status: number; readonly to: string};

const maxRedirects = 5;
const maxBytes = 2 * 1024 * 1024;
const defaultTimeoutMs = 30_000;
const headers = {
  accept: 'text/markdown, text/html;q=0.9, text/plain;q=0.8, */*;q=0.1',
  'accept-encoding': 'gzip, br, deflate',
  'user-agent': 'agent-runtime (a coding agent, on behalf of its user)',
};

const system: Resolve = hostname => resolveName(hostname, {all: true, verbatim: true});

/** Throws `ToolError` for what cannot or may not be reached, `Interrupted` when the signal aborts. */
export async function get(start: URL, options: GetOptions): Promise<Got> {
  const {signal, timeoutMs = defaultTimeoutMs} = options;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  const leave = whenAborted(signal, () => patience.abort());
  try {
    return await follow(start, options, patience.signal);
  } catch (error) {
    if (signal.aborted) throw interruption(signal);
    if (patience.signal.aborted) throw new ToolError(`${start.host} did not answer in ${timeoutMs / 1_000} s.`);
    throw error instanceof ToolError ? error : new ToolError(faultOf(error, start), {cause: error});
  } finally {
    clearTimeout(timer);
    leave();
  }
}

async function follow(start: URL, options: GetOptions, patience: AbortSignal): Promise<Got> {
  let url = start;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const message = await send(url, options, patience);
    const {statusCode: status = 0} = message;
    const location = status >= 300 && status < 400 ? message.headers.location : undefined;
    if (location === undefined) return read(url, message, patience);
    message.destroy();
    const to = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (to === null) throw new ToolError(`${url.host} redirects to what is no address. Nothing was fetched.`);
    if (!staysOn(url, to)) return {type: 'moved', url: url.href, status, to: to.href};
    url = to;
  }
  throw new ToolError(`${start.host} redirects more than ${maxRedirects} times. Nothing was fetched.`);
}

/** The same host, its connection no less secure. */
function staysOn(from: URL, to: URL): boolean {
  if (to.username !== '' || to.password !== '' || from.hostname !== to.hostname) return false;
  return from.protocol === to.protocol ? from.port === to.port : to.protocol === 'https:' && to.port === '';
}

async function send(url: URL, options: GetOptions, patience: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) check(host, [{address: host, family: isIP(host)}], options);
  const {request} = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const lookup: LookupFunction = (hostname, {all}, done) => {
    const resolved = (options.resolve ?? system)(hostname).then(found => check(hostname, found, options));
    resolved.then(
      ([first, ...more]) => (all ? done(null, [first, ...more].map(toNode)) : done(null, first.address, first.family)),
      (error: NodeJS.ErrnoException) => done(error, '', 0),
    );
  };
  // A connection of its own: one that is kept may lead where the name leads no more.
  const settings: RequestOptions = {
    host,
    port: url.port,
    path: url.pathname + url.search,
    headers,
    lookup,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(settings, resolve);
    const leave = whenAborted(patience, () => outgoing.destroy(new Error('aborted')));
    outgoing.on('error', reject);
    outgoing.once('close', leave);
    outgoing.end();
  });
}

const toNode = ({address, family}: Address) => ({address, family});

type Addresses = readonly [Address, ...Address[]];

/** All of them have to be fit: which one is reached is not ours to say. */
function check(host: string, found: readonly Address[], {allowPrivate}: GetOptions): Addresses {
  const [first, ...more] = found;
  if (first === undefined) throw new ToolError(`There is no host ${host}.`);
  for (const {address} of found) {
    const kind = kindOf(address);
    if (kind === null || (kind === 'private' && allowPrivate)) continue;
    const where = address === host ? host : `${host} (${address})`;
    const remedy = kind === 'link' ? '' : ' The user can allow such with the setting webFetch.allowPrivate.';
    throw new ToolError(`${where} is no part of the public web, so it was not fetched.${remedy}`);
  }
  return [first, ...more];
}

async function read(url: URL, message: IncomingMessage, patience: AbortSignal): Promise<Got> {
  const body = await unpack(message);
  const leave = whenAborted(patience, () => message.destroy(new Error('aborted')));
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } finally {
    leave();
    message.destroy();
  }
  return {
    type: 'page',
    url: url.href,
    status: message.statusCode ?? 0,
    contentType: message.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    isCut: size > maxBytes,
  };
}

async function unpack(message: IncomingMessage): Promise<Readable> {
  const encoding = message.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return message;
  const {createBrotliDecompress, createGunzip, createInflate} = await import('node:zlib');
  const unpackers = {gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress, deflate: createInflate};
  const found = Object.entries(unpackers).find(([name]) => name === encoding);
  if (!found) {
    message.destroy();
    throw new ToolError(`The page comes packed as ${encoding}, which cannot be read.`);
  }
  const unpacker = found[1]();
  message.on('error', error => unpacker.destroy(error));
  return message.pipe(unpacker);
}

const faults: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be resolved now; is there a connection?',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENETUNREACH: 'there is no way to it',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
};

function faultOf(error: unknown, {host}: URL): string {
  const {code = '', message} = error as NodeJS.ErrnoException;
  return `${host} was not reached: ${faults[code] ?? message}${code === '' ? '' : ` (${code})`}.`;
}
