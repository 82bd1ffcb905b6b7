import {mkdtemp, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {Interrupted, ProviderError} from '../../src/core/errors.js';
import type {Model, ModelEvent, ModelRequest} from '../../src/core/ports.js';
import {createAnthropicModel} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {createRecordedModel, recording} from '../../src/providers/recorded.js';
import {createScriptedModel, type Script} from '../../src/providers/scripted.js';
import {aRequest, ask, failureOf, noAbort, textOf} from '../support/asking.js';
import {realClock} from '../support/clock.js';
import {startModelServer, textReply, toolReply} from '../support/model-server.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-recorded-'));
  file = join(folder, 'conversation.jsonl');
});
afterEach(() => rm(folder, {recursive: true}));

const saying = (text: string): ModelRequest => aRequest({messages: [{role: 'user', content: text}]});
const recorded = (script: Script): Model => recording(createScriptedModel(script), file);

/** What a model says, and how it ends. */
async function outcomeOf(model: Model, request: ModelRequest): Promise<readonly unknown[]> {
  const events: ModelEvent[] = [];
  try {
    for await (const event of model.stream(request, noAbort())) events.push(event);
    return [events];
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const {kind, message, status, retryAfterMs, isTransient} = error;
    return [events, {kind, message, status, retryAfterMs, isTransient}];
  }
}

/** The text of each block's deltas. */
function blocksOf(events: readonly ModelEvent[]): readonly string[] {
  const blocks: string[] = [];
  for (const event of events) {
    if (event.type !== 'content_block_delta') continue;
    const {delta, index} = event;
    const text = Object.values({...delta, type: ''}).join('');
    blocks[index] = (blocks[index] ?? '') + text;
  }
  return blocks;
}

describe('a recording', () => {
  it('replays a conversation exactly: events, retries, cuts and failures', async () => {
    const failure = new ProviderError('spend limit', {
      kind: 'rate_limited',
      status: 429,
      retryAfterMs: 7,
      isTransient: false,
    });
    const script: Script = [
      {text: 'one', thinking: 'hm', calls: [{name: 'Read', input: {file_path: '/ä'}}]},
      {text: 'two', before: [{type: 'attempt_retracted', reason: 'cut'}]},
      {text: 'three', after: 2, ending: failure},
      {text: 'four', after: 3, ending: 'cut'},
    ];
    const original = recorded(script);
    const requests = ['a', 'b', 'c', 'd'].map(saying);
    const first = [];
    for (const request of requests) first.push(await outcomeOf(original, request));
    const replay = createRecordedModel(file);
    const second = [];
    for (const request of requests) second.push(await outcomeOf(replay, request));
    expect(second).toEqual(first);
    expect(replay.info).toEqual(original.info);
  });

  it('holds what was said over a real wire, and no header, key or environment', async () => {
    const server = await startModelServer([toolReply([{name: 'Read', input: {}}]), textReply('done')]);
    const env = {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_CUSTOM_HEADERS: 'x-team: headersecret',
      OTHER: 'environmentsecret',
    };
    const credential = {type: 'key', value: 'keysecret', source: 'ANTHROPIC_API_KEY'} as const;
    const live = createAnthropicModel({info: lookUp('sonnet'), credential, env, clock: realClock});
    const events = [await ask(recording(live, file), saying('x'))];
    await server.close();
    expect(await ask(createRecordedModel(file), saying('x'))).toEqual(events[0]);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('"name":"Read"');
    expect(text).not.toMatch(/secret|127\.0\.0\.1|x-team|anthropic-version/i);
  });

  it('may be read by its owner only', async () => {
    await ask(recorded([{text: 'mine'}]));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('of an interrupted answer waits to be interrupted again', async () => {
    const abort = new AbortController();
    const model = recorded([{text: 'one two three', after: 3, ending: 'hang'}]);
    const interrupt = async (asked: Model, controller: AbortController) => {
      const types: string[] = [];
      for await (const {type} of asked.stream(aRequest(), controller.signal)) {
        types.push(type);
        if (type === 'content_block_delta') setImmediate(() => controller.abort());
      }
      return types;
    };
    await expect(interrupt(model, abort)).rejects.toBeInstanceOf(Interrupted);
    await expect(interrupt(createRecordedModel(file), new AbortController())).rejects.toBeInstanceOf(Interrupted);
  });

  it('answers requests that come in another order, each with its own answer', async () => {
    const model = recorded([{text: 'first'}, {text: 'second'}, {text: 'again'}]);
    for (const text of ['a', 'b', 'a']) await ask(model, saying(text));
    const replay = createRecordedModel(file);
    const answers = [];
    for (const text of ['b', 'a', 'a']) answers.push(textOf(await ask(replay, saying(text))));
    expect(answers).toEqual(['second', 'first', 'again']);
  });

  it('does not ask what belongs to the day: the system text, the effort, the room for the answer', async () => {
    await ask(recorded([{text: 'x'}]), {...saying('hello'), system: 'Date: 2026-01-01\nGit: main, clean'});
    const later = {
      ...saying('hello'),
      system: 'Date: 2026-01-02\nGit: main, 1 uncommitted change',
      effort: 'low',
      maxTokens: 7,
    } as const;
    expect(textOf(await ask(createRecordedModel(file), later))).toBe('x');
  });

  it('says at which field a request differs, and shows both', async () => {
    const long = `${'same '.repeat(30)}old`;
    await ask(recorded([{text: 'x'}]), saying(long));
    const said = async (request: ModelRequest) => (await failureOf(ask(createRecordedModel(file), request))).message;
    expect(await said(saying(`${'same '.repeat(30)}new`))).toBe(
      'The recording answers another request: messages[0].content was …"same same same same old" and is now …"same same same same new".',
    );
    const more = [...saying(long).messages, {role: 'assistant' as const, content: 'hi'}];
    expect(await said({...saying(long), messages: more})).toBe(
      'The recording answers another request: messages[1] was absent and is now {"role":"assistant","content":"hi"}.',
    );
    const tool = {name: 'Dice', input_schema: {type: 'object'}} as const;
    expect(await said({...saying(long), tools: [tool]})).toMatch(/: tools\[0\] was absent and is now \{"name":"Dice"/);
    expect(await said({...saying(long), toolChoice: 'none'})).toMatch(/: toolChoice was "auto" and is now "none"\.$/);
  });

  it('says when it holds no further answer', async () => {
    await ask(recorded([{text: 'x'}]));
    const replay = createRecordedModel(file);
    await ask(replay);
    expect((await failureOf(ask(replay))).message).toBe(
      `${file} holds no further answer: every recorded request was replayed.`,
    );
  });

  it('names the files of a run as the run that replays it does, also where deltas part a name', async () => {
    const talk = (folder: string, [one, two]: readonly [number, number]) =>
      saying(
        `All is in /tmp/agent-${folder}/commands/${one}.log, the rest in /tmp/agent-${folder}/commands/${two}.log, see agent-${folder}.`,
      );
    const reply = (folder: string, [one, two]: readonly [number, number]) => ({
      thinking: `/tmp/agent-${folder}/commands/${one}.log is long`,
      text: `I look in /tmp/agent-${folder}, not in /tmp/agent-client/src.`,
      calls: [{name: 'Read', input: {file_path: `/tmp/agent-${folder}/commands/${two}.log`}}],
    });
    const [was, is] = [
      [1, 2],
      [9, 10],
    ] as const;
    for (let chunk = 1; chunk < 60; chunk += 1) {
      await ask(recorded([{...reply('aB3xyz', was), chunk}]), talk('aB3xyz', was));
      const answer = await ask(createRecordedModel(file), talk('0000Zz', is));
      expect(blocksOf(answer)).toEqual(blocksOf(await ask(createScriptedModel([reply('0000Zz', is)]))));
      expect(answer.map(({type}) => type)).toEqual(
        (await ask(createScriptedModel([{...reply('aB3xyz', was), chunk}]))).map(({type}) => type),
      );
    }
  });

  it('takes no other file for one that a run made, whatever it is called', async () => {
    await ask(recorded([{text: 'x'}]), saying('/src/agent-client/1.logic and /src/agent-client/a.log'));
    const failure = await failureOf(
      ask(createRecordedModel(file), saying('/src/agent-server/1.logic and /src/agent-server/a.log')),
    );
    expect(failure.message).toMatch(/^The recording answers another request/);
  });

  it('is read up to where a crash cut it', async () => {
    const model = recorded([{text: 'one'}, {text: 'two'}]);
    await ask(model, saying('a'));
    await ask(model, saying('b'));
    await truncate(file, (await stat(file)).size - 10);
    const replay = createRecordedModel(file);
    expect(textOf(await ask(replay, saying('a')))).toBe('one');
    expect((await ask(replay, saying('b'))).at(-1)).toMatchObject({type: 'message_delta'});
  });

  it('is refused, with the line at fault, when it is none', async () => {
    await writeFile(file, 'hello\n');
    expect(() => createRecordedModel(file)).toThrow(`Line 1 of ${file} is no JSON object.`);
    await writeFile(file, '{"a":1}\n');
    expect(() => createRecordedModel(file)).toThrow(`${file} is no recording of a conversation.`);
    await ask(recorded([{text: 'x'}]));
    const [head = '', , event = ''] = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, `${head}\n${event}\n`);
    expect(() => createRecordedModel(file)).toThrow(`Line 2 of ${file} belongs to no request.`);
  });
});
