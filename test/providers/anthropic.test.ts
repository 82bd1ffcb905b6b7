import type {ServerResponse} from 'node:http';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {LLMock} from '@copilotkit/aimock';
import {describe, expect, it, onTestFinished} from 'vitest';
import {Interrupted} from '../../src/core/errors.js';
import type {Clock, Model} from '../../src/core/ports.js';
import type {Environment} from '../../src/platform/environment.js';
import {createAnthropicModel, type SilenceLimits} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {findCredential} from '../../src/providers/credential.js';
import {aRequest, ask, failureOf, noAbort, textOf} from '../support/asking.js';
import {createVirtualClock, realClock} from '../support/clock.js';
import {collectUntil} from '../support/garbage.js';
import {
  blocksReply,
  type ModelServer,
  type Reply,
  silentReply,
  startedReply,
  textReply,
  toEvents,
  toolReply,
  toSse,
} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

const serve = (...replies: readonly Reply[]): Promise<ModelServer> => serveModel(replies);

async function serveMock(): Promise<LLMock> {
  const mock = new LLMock({port: 0, logLevel: 'silent'});
  await mock.start();
  onTestFinished(() => mock.stop());
  return mock;
}

interface Setup {
  readonly name?: string;
  readonly env?: Environment;
  readonly clock?: Clock;
  readonly silence?: SilenceLimits;
}

function modelAt(url: string, {name = 'claude-sonnet-5-5', env = {}, clock = realClock, silence}: Setup = {}): Model {
  const whole = {ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: url, ...env};
  const credential = findCredential(whole);
  if (!credential) throw new Error('no credential');
  return createAnthropicModel({info: lookUp(name), credential, env: whole, clock, ...(silence && {silence})});
}

const hello = toEvents([{type: 'text', deltas: ['Hello']}], {usage: {input_tokens: 7, output_tokens: 2}});
const raw =
  (chunks: readonly (string | Uint8Array)[]): Reply =>
  async response => {
    response.writeHead(200, {'content-type': 'text/event-stream'});
    for (const chunk of chunks) await new Promise<void>(resolve => response.write(chunk, () => resolve()));
    response.end();
  };

describe('a model of the Messages API', () => {
  it('streams the answer of a server that others made', async () => {
    const mock = await serveMock();
    mock.onMessage('hello', {content: 'Good morning to you.'}, {chunkSize: 4});
    const events = await ask(modelAt(mock.url));
    expect(textOf(events)).toBe('Good morning to you.');
    expect(events.at(0)).toMatchObject({type: 'message_start', message: {role: 'assistant'}});
    expect(events.at(-1)).toEqual({type: 'message_stop'});
  });

  it('passes over events without data, and takes counts that a beginning leaves out for zero', async () => {
    const [start, ...rest] = hello;
    if (start?.type !== 'message_start') throw new Error('no beginning');
    const {usage: _, ...message} = start.message;
    const begun = toSse({...start, message} as never);
    const {url} = await serve(raw([begun, 'event: ping\ndata:\n\n', ...rest.map(toSse)]));
    const events = await ask(modelAt(url));
    expect(textOf(events)).toBe('Hello');
    expect(events[0]).toMatchObject({message: {usage: {input_tokens: 0, output_tokens: 0}}});
  });

  it('takes a turn with tools: the call streams, its result goes back, the answer comes', async () => {
    const mock = await serveMock();
    mock.onToolResult('toolu_7', {content: 'It says hi.'});
    mock.onMessage('read a.txt', {
      content: 'Looking.',
      toolCalls: [{id: 'toolu_7', name: 'Read', arguments: '{"file_path":"/a.txt"}'}],
    });
    const model = modelAt(mock.url);
    const tools = [{name: 'Read', description: 'Reads.', input_schema: {type: 'object' as const}}];
    const question = {role: 'user' as const, content: 'read a.txt'};
    const calling = await ask(model, aRequest({tools, messages: [question]}));
    const json = calling.map(event =>
      event.type === 'content_block_delta' && event.delta.type === 'input_json_delta' ? event.delta.partial_json : '',
    );
    expect(JSON.parse(json.join(''))).toEqual({file_path: '/a.txt'});
    expect(calling.find(({type}) => type === 'message_delta')).toMatchObject({delta: {stop_reason: 'tool_use'}});

    const call = {type: 'tool_use' as const, id: 'toolu_7', name: 'Read', input: {file_path: '/a.txt'}};
    const result = {type: 'tool_result' as const, tool_use_id: 'toolu_7', content: 'hi'};
    const answered = await ask(
      model,
      aRequest({
        tools,
        messages: [question, {role: 'assistant', content: [call]}, {role: 'user', content: [result]}],
      }),
    );
    expect(textOf(answered)).toBe('It says hi.');
  });

  it('gives every event of every kind of block as the wire has it', async () => {
    const events = toEvents([
      {type: 'thinking', deltas: ['Hmm'], signature: 'sig'},
      {type: 'text', deltas: ['aä😀']},
      {type: 'tool_use', id: 't1', name: 'Bash', deltas: ['{"command":"ls"}']},
      {type: 'tool_use', id: 't2', name: 'Bash', deltas: []},
    ]);
    const server = await serve(blocksReply([]), raw([events.map(toSse).join('')]));
    await ask(modelAt(server.url));
    expect(await ask(modelAt(server.url))).toEqual(events);
  });

  it('makes one delta of those that arrive together, and keeps none back for the next', async () => {
    const {server, speak} = await serveSpeaking();
    const heard = eventQueue();
    const asked = collect(modelAt(server.url), heard);
    await heard.until(3);
    await speak(delta(' to') + delta(' you'));
    await heard.until(4);
    await speak(delta('.'));
    await heard.until(5);
    await speak(hello.slice(3).map(toSse).join(''));
    await asked;
    expect(heard.events).toEqual([
      'message_start',
      'content_block_start',
      ...Array(3).fill('content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('sends the key as x-api-key, a token as a bearer, custom headers besides, and nothing of the environment else', async () => {
    const server = await serve(textReply('a'), textReply('b'), textReply('c'));
    await ask(modelAt(server.url, {env: {ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue\nanthropic-beta: one,two'}}));
    await ask(modelAt(server.url, {env: {ANTHROPIC_AUTH_TOKEN: ' tok \n'}}));
    await ask(
      modelAt(server.url, {env: {ANTHROPIC_API_KEY: '', ANTHROPIC_CUSTOM_HEADERS: 'Authorization: Basic eA=='}}),
    );
    const [key, token, custom] = server.requests.map(({headers}) => headers);
    expect(key).toMatchObject({'x-api-key': 'sk-test', 'x-team': 'blue', 'anthropic-beta': 'one,two'});
    expect(key).not.toHaveProperty('authorization');
    expect(token).toMatchObject({authorization: 'Bearer tok'});
    expect(token).not.toHaveProperty('x-api-key');
    expect(custom).toMatchObject({authorization: 'Basic eA=='});
    expect(custom).not.toHaveProperty('x-api-key');
  });

  it('keeps one connection for request after request', async () => {
    const server = await serve(...Array.from({length: 5}, () => textReply('again')));
    const model = modelAt(server.url);
    for (let step = 0; step < 5; step += 1) await ask(model);
    expect(server.connections).toBe(1);
  });

  it('keeps the connection too when its reader stops right after the last event', async () => {
    const server = await serve(textReply('one'), textReply('two'));
    const model = modelAt(server.url);
    for await (const event of model.stream(aRequest(), noAbort())) if (event.type === 'message_stop') break;
    await ask(model);
    expect(server.connections).toBe(1);
  });

  it('asks again on a fresh connection when the server closed the idle one', async () => {
    const server = await serve(textReply('one'), textReply('two'));
    const model = modelAt(server.url);
    await ask(model);
    server.hangUpIdle();
    expect(textOf(await ask(model))).toBe('two');
  });

  it('takes the answer one byte at a time', async () => {
    const bytes = Buffer.from(
      toEvents([{type: 'text', deltas: ['ä€😀']}])
        .map(toSse)
        .join(''),
    );
    const server = await serve(raw([...bytes].map(byte => Uint8Array.of(byte))));
    expect(textOf(await ask(modelAt(server.url)))).toBe('ä€😀');
  });

  it('takes events of 100 kB', async () => {
    const long = 'x'.repeat(100_000);
    const server = await serve(textReply(long));
    expect(textOf(await ask(modelAt(server.url)))).toBe(long);
  });

  it('passes over pings, comments, garbage between events and events that are newer than itself', async () => {
    const [start, ...rest] = hello.map(toSse);
    const noise = [
      toSse({type: 'ping'}),
      ': keep-alive\n\n',
      '<html><body>502 Bad Gateway</body></html>\n\n',
      '\u0000\u0007\n\n',
      toSse({type: 'message_weather'}),
      'data: [DONE]\n\n',
      'event: foo\ndata: not json\n\n',
      'data: 7\n\n',
      'data: {"index":0}\n\n',
      'event: ping\ndata: half of {\n\n',
    ];
    const server = await serve(raw([...noise, start ?? '', ...noise, ...rest]));
    expect(await ask(modelAt(server.url))).toEqual(hello);
  });

  it('passes over what belongs to no message, because none has begun', async () => {
    const server = await serve(raw([...hello.slice(1), ...hello].map(toSse)));
    expect(await ask(modelAt(server.url))).toEqual(hello);
  });

  it('fills in what compatible servers leave out, or say to be null, because it is empty', async () => {
    const parts = [
      {type: 'content_block_start', index: 0, content_block: {type: 'text'}},
      {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: null}},
      {type: 'content_block_start', index: 1, content_block: {type: 'tool_use', name: 'Read', id: null}},
      {type: 'content_block_delta', index: 1, delta: {type: 'input_json_delta'}},
    ];
    const server = await serve(raw([...hello.slice(0, 1), ...parts, ...hello.slice(-1)].map(toSse)));
    expect((await ask(modelAt(server.url))).slice(1, 5)).toEqual([
      {type: 'content_block_start', index: 0, content_block: {type: 'text', text: ''}},
      {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: ''}},
      {type: 'content_block_start', index: 1, content_block: {type: 'tool_use', name: 'Read', id: ''}},
      {type: 'content_block_delta', index: 1, delta: {type: 'input_json_delta', partial_json: ''}},
    ]);
  });

  it('ends the blocks that a compatible server leaves open', async () => {
    const [start, begun, delta, , ...rest] = hello;
    const server = await serve(raw([start, begun, delta, ...rest].map(event => toSse(event ?? {type: ''}))));
    expect(await ask(modelAt(server.url))).toEqual(hello);
  });

  it('leaves out counts that are none', async () => {
    const odd = hello.map(event => ({
      ...event,
      ...('usage' in event && {usage: {output_tokens: '5', input_tokens: -1}}),
    }));
    const server = await serve(raw(odd.map(toSse)));
    const [end] = (await ask(modelAt(server.url))).filter(({type}) => type === 'message_delta');
    expect(end).toMatchObject({usage: {}});
    expect(JSON.stringify(end)).not.toContain('_tokens');
  });

  it('takes the last event without its blank line', async () => {
    const server = await serve(raw([hello.map(toSse).join('').trimEnd()]));
    expect(await ask(modelAt(server.url))).toEqual(hello);
  });

  it('does not wait for a server that goes on after the last event', async () => {
    const server = await serve(startedReply(hello, hello.length), textReply('next'));
    const model = modelAt(server.url);
    expect(textOf(await ask(model))).toBe('Hello');
    expect(textOf(await ask(model))).toBe('next');
    expect(await (await server.request(0)).abandoned).toBe(true);
  });
});

describe('an abort', () => {
  it('closes the connection also when the SDK has forgotten the answer that is still read', async () => {
    const server = await serve(startedReply(hello, 3));
    const abort = new AbortController();
    const stream = modelAt(server.url).stream(aRequest(), abort.signal)[Symbol.asyncIterator]();
    await stream.next();
    await stream.next();
    const next = stream.next();
    let rounds = 0;
    await collectUntil(() => ++rounds > 20);
    abort.abort(new Interrupted('esc'));
    await expect(next.then(() => stream.next())).rejects.toThrow('esc');
    expect(await (await server.request(0)).abandoned).toBe(true);
  }, 5_000);

  it('before the answer interrupts and closes the connection', async () => {
    const server = await serve(silentReply);
    const abort = new AbortController();
    const asked = ask(modelAt(server.url), aRequest(), abort.signal);
    const request = await server.request(0);
    abort.abort();
    await expect(asked).rejects.toBeInstanceOf(Interrupted);
    expect(await request.abandoned).toBe(true);
  });

  it('in the middle of the answer interrupts and closes the connection', async () => {
    const server = await serve(startedReply(hello, 3));
    const abort = new AbortController();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of modelAt(server.url).stream(aRequest(), abort.signal)) {
        seen.push(event.type);
        if (event.type === 'content_block_delta') abort.abort(new Interrupted('esc'));
      }
    })();
    await expect(reading).rejects.toThrow(new Interrupted('esc'));
    expect(seen).toEqual(['message_start', 'content_block_start', 'content_block_delta']);
    expect(await (await server.request(0)).abandoned).toBe(true);
  });

  it('that came before the request sends nothing', async () => {
    const server = await serve(textReply('never'));
    await expect(ask(modelAt(server.url), aRequest(), AbortSignal.abort())).rejects.toBeInstanceOf(Interrupted);
    expect(server.requests).toEqual([]);
  });

  it('after the last event comes too late: the answer is whole', async () => {
    const server = await serve(textReply('whole'), textReply('next'));
    const model = modelAt(server.url);
    const abort = new AbortController();
    let text = '';
    for await (const event of model.stream(aRequest(), abort.signal)) {
      text += textOf([event]);
      if (event.type !== 'message_stop') continue;
      // The connection goes back to the pool, where an abort must find nobody to throw at.
      await nextTurn();
      await nextTurn();
      abort.abort();
    }
    expect(text).toBe('whole');
    expect(textOf(await ask(model))).toBe('next');
  });

  it('is what breaking off comes to: the connection closes', async () => {
    const server = await serve(startedReply(hello, 3));
    for await (const event of modelAt(server.url).stream(aRequest(), noAbort())) {
      if (event.type === 'content_block_delta') break;
    }
    expect(await (await server.request(0)).abandoned).toBe(true);
  });

  it('leaves no listener on a signal that many requests share, whatever became of them', async () => {
    const server = await serve(
      textReply('one'),
      startedReply(hello, 3),
      toolReply([{name: 'Read', input: {}}]),
      raw(['data: {broken\n\n']),
    );
    const {signal, added, removed} = countingSignal();
    const model = modelAt(server.url);
    await ask(model, aRequest(), signal);
    for await (const event of model.stream(aRequest(), signal)) if (event.type === 'content_block_delta') break;
    await ask(model, aRequest(), signal);
    await failureOf(ask(model, aRequest(), signal));
    expect([added(), removed()]).toEqual([4, 4]);
  });
});

/** A signal that counts its listeners. */
function countingSignal() {
  const {signal} = new AbortController();
  let added = 0;
  let removed = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    added += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    removed += 1;
    remove(...args);
  };
  return {signal, added: () => added, removed: () => removed};
}

describe('a silent server', () => {
  const silence = {firstByteMs: 60_000, idleMs: 20_000, stallMs: 600_000};

  it('is given up when it sends no first byte in time', async () => {
    const server = await serve(silentReply);
    const clock = createVirtualClock();
    const asked = failureOf(ask(modelAt(server.url, {clock, silence})));
    const request = await server.request(0);
    await clock.advance(59_999);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1);
    expect(await asked).toMatchObject({kind: 'timeout', message: expect.stringMatching(/said nothing for 60 s\.$/)});
    expect(await request.abandoned).toBe(true);
    expect(clock.sleepers).toBe(0);
  });

  it('is given up when it falls silent in the middle; pings count as life', async () => {
    const clock = createVirtualClock();
    const {server, speak} = await serveSpeaking();
    const heard = eventQueue();
    const asked = failureOf(collect(modelAt(server.url, {clock, silence}), heard));
    await heard.until(3);
    for (let count = 1; count <= 5; count += 1) {
      await clock.advance(19_000);
      // The delta after the ping shows that both were read.
      await speak(toSse({type: 'ping'}) + delta('.'));
      await heard.until(3 + count);
    }
    await clock.advance(20_000);
    expect(await asked).toMatchObject({kind: 'timeout', message: expect.stringMatching(/said nothing for 20 s\.$/)});
  });

  it('is given up when for long it only pings, counted from the last part of the answer', async () => {
    const clock = createVirtualClock();
    const {server, speak} = await serveSpeaking();
    const heard = eventQueue();
    const limits = {firstByteMs: 60_000, idleMs: 1_000_000, stallMs: 120_000};
    const asked = failureOf(collect(modelAt(server.url, {clock, silence: limits}), heard));
    await heard.until(3);
    for (let count = 1; count <= 3; count += 1) {
      await clock.advance(119_000);
      await speak(toSse({type: 'ping'}) + delta('.'));
      await heard.until(3 + count);
    }
    await clock.advance(120_000);
    await speak(toSse({type: 'ping'}));
    expect(await asked).toMatchObject({
      kind: 'timeout',
      message: expect.stringMatching(/sent no word of its answer for 2 min, only signs of life\.$/),
    });
  });

  it.each([
    ['first byte', 0, 120],
    ['next sign of life', 3, 90],
  ])('has, unless told otherwise, for its %s after %i events %i s', async (_, spoken, seconds) => {
    const server = await serve(spoken === 0 ? silentReply : startedReply(hello, spoken));
    const clock = createVirtualClock();
    const heard = eventQueue();
    const asked = failureOf(collect(modelAt(server.url, {clock}), heard));
    await server.request(0);
    await heard.until(spoken);
    await clock.advance(seconds * 1_000 - 1);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1);
    expect(await asked).toMatchObject({message: expect.stringContaining(`said nothing for ${seconds} s.`)});
  });

  it('is not what a slow reader takes its own pause for', async () => {
    const clock = createVirtualClock();
    const {server, speak} = await serveSpeaking();
    const heard = eventQueue();
    const asked = collect(modelAt(server.url, {clock, silence}), heard, async type => {
      if (type === 'content_block_start') await clock.advance(300_000);
    });
    await heard.until(3);
    await speak(hello.slice(3).map(toSse).join(''));
    await asked;
    expect(heard.events).toEqual(hello.map(({type}) => type));
  });
});

const delta = (text: string): string =>
  `data: ${JSON.stringify({type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text}})}\n\n`;

/** A server that sends the first three events of a reply, and then what it is told to say. */
async function serveSpeaking() {
  let voice: ServerResponse | undefined;
  const server = await serve(async (response, request) => {
    voice = response;
    await startedReply(hello, 3)(response, request);
  });
  const speak = (text: string): Promise<void> => new Promise(resolve => voice?.write(text, () => resolve()));
  return {server, speak};
}

async function collect(
  model: Model,
  heard: ReturnType<typeof eventQueue>,
  pause: (type: string) => Promise<void> = async () => {},
): Promise<void> {
  for await (const {type} of model.stream(aRequest(), noAbort())) {
    heard.push(type);
    await pause(type);
  }
}

/** Collects, and resolves when enough is there. */
function eventQueue() {
  const events: string[] = [];
  let waiting: {readonly count: number; readonly resolve: () => void} | null = null;
  return {
    events,
    push(event: string) {
      events.push(event);
      if (waiting && events.length >= waiting.count) waiting.resolve();
    },
    until: (count: number) =>
      new Promise<void>(resolve => {
        if (events.length >= count) resolve();
        else waiting = {count, resolve};
      }),
  };
}
