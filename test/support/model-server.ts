/**
 * A model server on 127.0.0.1 that speaks the Messages API's streaming wire, for tests and the bench: it answers each
 * request with the next reply of a list, or with what a handler chooses, without any delay, and remembers what it was asked.
 *
 * A reply is a function, so a test can also write to the socket what no server should.
 */
import {once} from 'node:events';
import {createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {
  MessageCreateParamsStreaming,
  RawMessageStreamEvent,
  StopReason,
} from '@anthropic-ai/sdk/resources/messages';

/** A request as it arrived. */
export interface ServedRequest {
  readonly index: number;
  readonly headers: IncomingHttpHeaders;
  /** The body's own bytes as text, for comparing prefixes. */
  readonly text: string;
  readonly body: MessageCreateParamsStreaming;
  /** Resolves when the answer was sent whole or the client left; true if the client left before the end. */
  readonly abandoned: Promise<boolean>;
}

/** Writes one answer. Whoever writes ends: the server never ends a response by itself. */
export type Reply = (response: ServerResponse, request: ServedRequest) => void | Promise<void>;

export interface ModelServer {
  /** Without a path, as ANTHROPIC_BASE_URL takes it. */
  readonly url: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly ServedRequest[];
  /** Resolves with the request of that index (from 0), at once if it is there already. */
  request(index: number): Promise<ServedRequest>;
  /** How many connections were made in all. */
  readonly connections: number;
  /** Closes the connections that serve no request now, as a server does with idle ones. */
  hangUpIdle(): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

/**
 * Starts a model server, behind TLS if a key and a certificate are given.
 *
 * @example
 * const server = await startModelServer([toolReply([{name: 'Read', input: {file_path: '/a'}}]), textReply('Done.')]);
 */
export async function startModelServer(
  replies: readonly Reply[] | ((request: ServedRequest) => Reply),
  tls?: {readonly key: Buffer; readonly cert: Buffer},
): Promise<ModelServer> {
  const choose =
    typeof replies === 'function' ? replies : (request: ServedRequest) => replies[request.index] ?? noReply;
  const requests: ServedRequest[] = [];
  const waiting = new Map<number, ((request: ServedRequest) => void)[]>();
  let connections = 0;

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readText(message);
    if (message.method !== 'POST' || !message.url?.startsWith('/v1/messages')) {
      response.writeHead(404).end();
      return;
    }
    const request: ServedRequest = {
      index: requests.length,
      headers: message.headers,
      text,
      body: JSON.parse(text),
      abandoned: once(response, 'close').then(() => !response.writableFinished),
    };
    requests.push(request);
    for (const resolve of waiting.get(request.index) ?? []) resolve(request);
    await choose(request)(response, request);
  };
  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  // Idle connections stay open: whoever keeps one must not be kept by it.
  server.keepAliveTimeout = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the model server has no port');

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    requests,
    request: index =>
      new Promise(resolve => {
        const there = requests[index];
        if (there) resolve(there);
        else waiting.set(index, [...(waiting.get(index) ?? []), resolve]);
      }),
    get connections() {
      return connections;
    },
    hangUpIdle: () => server.closeIdleConnections(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const noReply: Reply = (response, request) =>
  errorReply(400, 'invalid_request_error', `the test has no reply for request ${request.index}`)(response, request);

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Tokens as the wire counts them; what is left out is zero. */
export interface ServedUsage {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

export interface ReplyOptions {
  readonly id?: string;
  readonly model?: string;
  /** Default: `tool_use` if a block is a call, else `end_turn`. */
  readonly stopReason?: StopReason;
  readonly usage?: ServedUsage;
}

/** A block of a reply. `deltas` are the pieces that stream; text and thinking are one piece by default. */
export type ServedBlock =
  | {readonly type: 'text'; readonly deltas: readonly string[]}
  | {readonly type: 'thinking'; readonly deltas: readonly string[]; readonly signature: string}
  | {readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly deltas: readonly string[]};

/** A reply of one text block. */
export const textReply = (text: string, options?: ReplyOptions): Reply =>
  blocksReply([{type: 'text', deltas: [text]}], options);

/** A reply of one text block in `count` deltas of the same text. */
export const deltasReply = (count: number, text: string, options?: ReplyOptions): Reply =>
  blocksReply([{type: 'text', deltas: Array.from({length: count}, () => text)}], options);

/** A reply of calls, after an optional text. Ids are `toolu_1`, `toolu_2` … by default; give them to be unique in a session. */
export const toolReply = (
  calls: readonly {readonly name: string; readonly input: unknown; readonly id?: string}[],
  options: ReplyOptions & {readonly text?: string} = {},
): Reply =>
  blocksReply(
    [
      ...(options.text === undefined ? [] : [{type: 'text', deltas: [options.text]} as const]),
      ...calls.map(
        ({name, input, id}, index): ServedBlock => ({
          type: 'tool_use',
          id: id ?? `toolu_${index + 1}`,
          name,
          deltas: [JSON.stringify(input)],
        }),
      ),
    ],
    options,
  );

/** A reply of any blocks. */
export const blocksReply = (blocks: readonly ServedBlock[], options?: ReplyOptions): Reply =>
  eventsReply(toEvents(blocks, options));

/** A reply of events as given. Serialised once, so that a bench measures its client and not this server. */
function eventsReply(events: readonly RawMessageStreamEvent[]): Reply {
  const bytes = Buffer.from(events.map(toSse).join(''));
  return response => {
    response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'}).end(bytes);
  };
}

/** An error of the API's own shape. */
export const errorReply =
  (status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  response => {
    response
      .writeHead(status, {'content-type': 'application/json', ...headers})
      .end(JSON.stringify({type: 'error', error: {type, message}, request_id: 'req_test'}));
  };

/** An answer of any bytes, such as a proxy's HTML page. */
export const rawReply =
  (status: number, contentType: string, body: string | Uint8Array): Reply =>
  response => {
    response.writeHead(status, {'content-type': contentType}).end(body);
  };

/** The beginning of a reply, up to and without its event `upTo`; then the connection is cut. */
export const cutReply = (events: readonly RawMessageStreamEvent[], upTo: number): Reply => {
  const begin = startedReply(events, upTo);
  return async (response, request) => {
    await begin(response, request);
    response.destroy();
  };
};

/** The beginning of a reply, up to and without its event `upTo`; then silence until somebody closes. */
export const startedReply =
  (events: readonly RawMessageStreamEvent[], upTo: number): Reply =>
  response =>
    new Promise(resolve => {
      response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'});
      response.write(events.slice(0, upTo).map(toSse).join(''), () => resolve());
    });

/** Never answers. */
export const silentReply: Reply = () => {};

/** One event as the wire frames it. */
export const toSse = (event: {readonly type: string}): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** The events of a whole reply, from `message_start` to `message_stop`. */
export function toEvents(blocks: readonly ServedBlock[], options: ReplyOptions = {}): readonly RawMessageStreamEvent[] {
  const {id = 'msg_test', model = 'claude-test', usage = {}} = options;
  const stopReason = options.stopReason ?? (blocks.some(({type}) => type === 'tool_use') ? 'tool_use' : 'end_turn');
  const counts = {
    input_tokens: usage.input_tokens ?? 0,
    cache_read_input_tokens: usage.cache_read_input_tokens ?? 0,
    cache_creation_input_tokens: usage.cache_creation_input_tokens ?? 0,
  };
  const message = {id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null};
  // The wire's optional fields are left out, as older and compatible servers do: hence the cast.
  return [
    {type: 'message_start', message: {...message, usage: {...counts, output_tokens: 1}}},
    ...blocks.flatMap(toBlockEvents),
    {
      type: 'message_delta',
      delta: {stop_reason: stopReason, stop_sequence: null},
      usage: {output_tokens: usage.output_tokens ?? 0},
    },
    {type: 'message_stop'},
  ] as unknown as readonly RawMessageStreamEvent[];
}

function toBlockEvents(block: ServedBlock, index: number): readonly object[] {
  const deltas = block.deltas.map(piece => ({type: 'content_block_delta', index, delta: toDelta(block.type, piece)}));
  const start = {type: 'content_block_start', index};
  const stop = {type: 'content_block_stop', index};
  switch (block.type) {
    case 'text':
      return [{...start, content_block: {type: 'text', text: ''}}, ...deltas, stop];
    case 'thinking':
      return [
        {...start, content_block: {type: 'thinking', thinking: '', signature: ''}},
        ...deltas,
        {type: 'content_block_delta', index, delta: {type: 'signature_delta', signature: block.signature}},
        stop,
      ];
    case 'tool_use':
      return [
        {...start, content_block: {type: 'tool_use', id: block.id, name: block.name, input: {}}},
        ...deltas,
        stop,
      ];
  }
}

function toDelta(type: ServedBlock['type'], piece: string): object {
  switch (type) {
    case 'text':
      return {type: 'text_delta', text: piece};
    case 'thinking':
      return {type: 'thinking_delta', thinking: piece};
    case 'tool_use':
      return {type: 'input_json_delta', partial_json: piece};
  }
}
