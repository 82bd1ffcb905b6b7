import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import {toKept} from '../../src/core/kept.js';
import type {ModelEvent, ModelRequest, Tool} from '../../src/core/ports.js';
import type {LogRecord} from '../../src/core/records.js';
import {textOf} from '../../src/core/transcript.js';
import type {AgentEvent} from '../../src/core/types.js';
import {createScriptedModel, type ScriptedReply, toEvents} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {bringToRest, createMemory} from '../support/memory.js';
import {forever, makeTool, openRuntime, outline, runTurn, unanswered} from '../support/runtime.js';

const long = (words: number): string => 'lorem ipsum '.repeat(words / 2);
const tooLong = new ProviderError('The conversation is too long for scripted (400: prompt is too long).', {
  kind: 'context_exceeded',
  status: 400,
});
const look = makeTool('Look', 'reads', value =>
  value === 'bad' ? {content: 'no such thing', isError: true} : long(4_000),
);

const isAsking = ({messages}: ModelRequest): boolean =>
  textOf(messages.at(-1) ?? {role: 'user', content: ''}).startsWith('Sum up this conversation.');

/** Answers requests for a summary with one, and others as the script says. */
function summing(
  script: readonly ScriptedReply[],
  summary: ScriptedReply | (() => ScriptedReply) = {text: 'All was done.'},
) {
  let next = 0;
  return (request: ModelRequest): ScriptedReply => {
    if (isAsking(request)) return typeof summary === 'function' ? summary() : summary;
    const reply = script[next++];
    if (!reply) throw new Error(`the script has no reply ${next}`);
    return reply;
  };
}

const toResumed = (logs: ReadonlyMap<string, readonly LogRecord[]>) => bringToRest(createMemory(new Map(logs)));

const compactions = (events: readonly AgentEvent[]): readonly string[] =>
  events.flatMap(({type}) => (type.startsWith('compaction_') || type === 'results_cleared' ? [type] : []));

const calling = (value: string, input = 100): ScriptedReply => ({
  calls: [{name: 'Look', input: {value}}],
  usage: {input, output: 10},
});

describe('a conversation near the end of its window', () => {
  const script = [calling('a', 1_000), calling('b', 170_500), {text: 'Done.', usage: {input: 3_000, output: 10}}];

  it('is summed up before the next request, and the work goes on', async () => {
    const {session, model} = openRuntime(summing(script), {tools: [look]});
    const {events, outcome} = await runTurn(session, 'look at it all');
    expect(outcome).toMatchObject({reason: 'completed', text: 'Done.', steps: 3});
    expect(outline(events).slice(-7)).toEqual([
      'entry_appended results',
      'compaction_started',
      'compaction_finished',
      'request_started',
      'reply_started',
      'reply_finished end_turn',
      'run_finished completed',
    ]);
    expect(session.history).toHaveLength(2);
    const [summary = {message: {role: 'user' as const, content: ''}}] = session.history;
    const text = textOf(summary.message);
    expect(text).toContain('<summary>\nAll was done.\n</summary>');
    expect(text).toContain('<last-request>\nlook at it all\n</last-request>');
    expect(text).toContain('Go on with the work on it where it stopped');
    expect(model.requests).toHaveLength(4);
  });

  it('asks for it with the bytes of the last request, so that the cache is read', async () => {
    const {session, model} = openRuntime(summing(script), {tools: [look]});
    await runTurn(session, 'look at it all');
    const [, before, asked, after] = model.requests;
    expect([asked?.system, asked?.tools, asked?.effort, asked?.toolChoice]).toEqual([
      before?.system,
      before?.tools,
      before?.effort,
      'auto',
    ]);
    const sent = JSON.stringify(before?.messages).slice(0, -1);
    expect(JSON.stringify(asked?.messages).slice(0, sent.length)).toBe(sent);
    expect([after?.system, after?.tools]).toEqual([before?.system, before?.tools]);
    expect(after?.messages).toHaveLength(1);
  });

  it('counts what the summary took, once', async () => {
    const {session} = openRuntime(summing(script, {text: 'All was done.', usage: {input: 7, output: 5}}), {
      tools: [look],
    });
    const {outcome} = await runTurn(session, 'look at it all');
    expect(outcome.usage).toMatchObject({input: 1_000 + 170_500 + 3_000 + 7, output: 35});
    expect(session.spent()).toMatchObject({usage: outcome.usage, costUsd: outcome.costUsd});
    const [root] = session.agents.snapshot();
    expect(root?.usage).toEqual(outcome.usage);
  });

  it('leaves a prompt that no model has read as it is', async () => {
    const {session, model} = openRuntime(
      summing([{text: long(3_000), usage: {input: 171_000, output: 10}}, {text: 'Yes.'}]),
    );
    await runTurn(session, 'first');
    await runTurn(session, 'second');
    expect(model.requests.at(-1)?.messages).toHaveLength(2);
    expect(session.history[1]?.message).toEqual({role: 'user', content: [{type: 'text', text: 'second'}]});
    expect(textOf(session.history[0]?.message ?? {role: 'user', content: ''})).toMatch(
      /<last-request>\nfirst\n<\/last-request>/,
    );
  });

  it('is not summed up where that is switched off, and its end says what to do', async () => {
    const {session, model} = openRuntime([{text: long(300), usage: {input: 199_500, output: 10}}], {
      compaction: {auto: false, at: 0.85},
    });
    await runTurn(session, 'first');
    const {outcome} = await runTurn(session, 'second');
    expect(outcome).toMatchObject({reason: 'context_exceeded', error: {message: /compact the conversation/}});
    expect(model.requests).toHaveLength(1);
  });
});

describe('a summary', () => {
  it('carries what must not be lost over several compactions', async () => {
    const todos = {
      todos: [
        {content: 'mend it', status: 'in_progress'},
        {content: 'gone', status: 'completed'},
      ],
    };
    const touch = {
      ...makeTool('Touch', 'changes', () => 'ok'),
      subjects: (input: unknown) => [
        {type: 'path', access: 'write', path: `/${(input as {value: string}).value}`} as const,
      ],
    };
    const todo: Tool = {
      ...makeTool('TodoWrite', 'changes', () => ''),
      parse: input => input,
      title: () => '',
      run: async (input, {state}) => {
        state.set((input as typeof todos).todos);
        return {content: 'noted'};
      },
    };
    const {session} = openRuntime(
      summing([
        {
          calls: [
            {name: 'Touch', input: {value: 'a.ts'}},
            {name: 'TodoWrite', input: todos},
            {name: 'Look', input: {value: 'bad'}},
          ],
        },
        calling('b', 171_000),
        calling('c', 10),
        {calls: [{name: 'Touch', input: {value: 'b.ts'}}]},
        {calls: [{name: 'Touch', input: {value: 'b.ts'}}]},
        calling('d', 171_000),
        {text: 'Done.'},
      ]),
      {tools: [touch, todo, look]},
    );
    await runTurn(session, 'mend <it>', event => {
      if (event.type === 'tool_started' && event.title === 'c') session.steer('but not there');
    });
    const text = textOf(session.history[0]?.message ?? {role: 'user', content: ''});
    expect(text).toContain('<last-request>\nmend <it>\nbut not there\n</last-request>');
    expect(text).toContain('<open-todos>\n- mend it (under way)\n</open-todos>');
    expect(text).toContain('<files-changed>\n/a.ts\n/b.ts\n</files-changed>');
    expect(text).toContain('<failed-calls>\n- Look bad: no such thing\n</failed-calls>');
  });

  it('that is not much shorter is asked for once more, and then the conversation stays what it was', async () => {
    const {session, model} = openRuntime(
      summing([{text: long(3_000), usage: {input: 171_000, output: 10}}, {text: 'Yes.'}], {text: long(2_400)}),
    );
    await runTurn(session, 'first');
    const {events, outcome} = await runTurn(session, 'second');
    expect(outcome.reason).toBe('completed');
    expect(compactions(events)).toEqual(['compaction_started', 'compaction_failed']);
    expect(events.find(({type}) => type === 'compaction_failed')).toMatchObject({message: /less than 40 %/});
    expect(model.requests).toHaveLength(4);
    // The same bytes again, but for the wish.
    const [first, second] = model.requests.slice(1, 3).map(({messages}) => JSON.stringify(messages.slice(0, -1)));
    expect(second).toBe(first);
    expect(model.requests[2]?.toolChoice).toBe('auto');
    expect(textOf(model.requests[2]?.messages.at(-1) ?? {role: 'user', content: ''})).toMatch(/too long. Use at most/);
    expect(session.history).toHaveLength(4);
  });

  it('is asked for once more without tools, where the model called one instead', async () => {
    const {session, model} = openRuntime(
      request => {
        if (!isAsking(request)) return {text: long(3_000)};
        return request.toolChoice === 'none' ? {text: 'All was done.'} : calling('a');
      },
      {tools: [look]},
    );
    await runTurn(session, 'first');
    expect((await session.compact()).reason).toBe('completed');
    expect(model.requests.map(({toolChoice}) => toolChoice)).toEqual(['auto', 'auto', 'none']);
    expect(session.history).toHaveLength(1);
  });

  it('is broken off by an interrupt, which leaves the conversation as it was', async () => {
    const {session} = openRuntime(
      summing([{text: long(3_000), usage: {input: 171_000, output: 10}}], {text: 'All', after: 3, ending: 'hang'}),
    );
    await runTurn(session, 'first');
    const before = session.history;
    const {outcome} = await runTurn(session, 'second', event => {
      if (event.type === 'compaction_started') setImmediate(() => session.interrupt());
    });
    expect(outcome.reason).toBe('aborted');
    expect(session.history.slice(0, before.length)).toEqual(before);
    expect(session.spent().usage.output).toBeGreaterThan(10);
  });
});

describe('a model whose window is always full', () => {
  it('is given up after two compactions, with a clear word', async () => {
    const {session, model} = openRuntime(
      request => (isAsking(request) ? {text: 'All was done.'} : calling('a', 180_000)),
      {tools: [look]},
    );
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({
      reason: 'context_exceeded',
      error: {kind: 'overflowing', message: /twice in a row/},
    });
    expect(events.filter(({type}) => type === 'compaction_finished')).toHaveLength(2);
    expect(model.requests).toHaveLength(5);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('also where its provider refuses each request, but not the summaries', async () => {
    const {session, model} = openRuntime(
      request => {
        if (isAsking(request)) return {text: 'All was done.'};
        return request.messages.length === 1 && model.requests.length === 1
          ? calling('a')
          : {after: 0, ending: tooLong};
      },
      {tools: [look]},
    );
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('context_exceeded');
    expect(events.filter(({type}) => type === 'compaction_finished')).toHaveLength(1);
    expect(model.requests.length).toBeLessThan(7);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('also where it refuses the requests for a summary as well', async () => {
    const {session, model} = openRuntime((_, index) => (index === 0 ? calling('a') : {after: 0, ending: tooLong}), {
      tools: [look],
    });
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'context_exceeded', error: {message: /prompt is too long.*not compacted/s}});
    expect(model.requests).toHaveLength(4);
    const sizes = model.requests.slice(1).map(({messages}) => JSON.stringify(messages).length);
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
    expect(sizes[2]).toBeLessThan(sizes[1] ?? 0);
  });
});

describe('the log of a compacted conversation', () => {
  const script = [calling('a', 1_000), calling('b', 171_000), {text: 'Done.', usage: {input: 3_000, output: 10}}];

  it('brings back the history byte for byte, and shows all that was before', async () => {
    const {store, logs} = createMemory();
    const first = openRuntime(summing(script), {tools: [look], store});
    await runTurn(first.session, 'look at it all');
    const kept = toResumed(logs);
    let ids = 0;
    const second = openRuntime([{text: 'Again.'}], {tools: [look], kept, newId: () => `r${++ids}`});
    expect(JSON.stringify(second.session.history)).toBe(JSON.stringify(first.session.history));
    const events = second.session.observe();
    await second.session.replay();
    expect(outline(events.drain())).toEqual([
      'run_started',
      'entry_appended prompt',
      'reply_started',
      'reply_finished null',
      'tool_started Look a',
      'tool_finished call_1_1 ok',
      'entry_appended results',
      'reply_started',
      'reply_finished null',
      'tool_started Look b',
      'tool_finished call_2_1 ok',
      'entry_appended results',
      'compaction_finished',
      'reply_started',
      'reply_finished null',
      'run_finished completed',
    ]);
    await runTurn(second.session, 'and now?');
    const sent = JSON.stringify(first.model.requests.at(-1)?.messages).slice(0, -1);
    expect(JSON.stringify(second.model.requests[0]?.messages).slice(0, sent.length)).toBe(sent);
  });

  it('comes to a history that the API takes, wherever it is cut off', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime(summing(script), {tools: [look], store});
    await runTurn(session, 'look at it all');
    await runTurn(openRuntime(summing([{text: 'Yes.'}]), {tools: [look], store}).session, 'and now?');
    const records = logs.get('main') ?? [];
    expect(records.some(({type}) => type === 'compacted')).toBe(true);
    for (const cut of records.keys()) {
      const kept = toResumed(new Map([['main', records.slice(0, cut)]]));
      const {session: resumed} = openRuntime([], {kept, newId: () => `cut-${cut}`});
      expect(unanswered(resumed.history)).toEqual([]);
      expect(resumed.history[0]?.message.role ?? 'user').toBe('user');
    }
  });

  it('knows the last request after a restart, for the next summary', async () => {
    const {store, logs} = createMemory();
    const first = openRuntime(summing(script), {tools: [look], store});
    await runTurn(first.session, 'look at it all');
    let ids = 0;
    const kept = toResumed(logs);
    const second = openRuntime(summing([], {text: 'Short.'}), {tools: [look], kept, newId: () => `r${++ids}`});
    await second.session.compact();
    expect(second.session.history).toHaveLength(2);
    const third = openRuntime(summing([{text: long(3_000)}]), {kept, newId: () => `s${++ids}`});
    await runTurn(third.session, 'more');
    await third.session.compact();
    expect(textOf(third.session.history[0]?.message ?? {role: 'user', content: ''})).toContain(
      '<last-request>\nmore\n</last-request>',
    );
  });
});

describe('a compaction that the person asks for', () => {
  it('is a turn of its own, and passes on what they want to be kept', async () => {
    const {session, model} = openRuntime(summing([{text: long(3_000)}, {text: 'Yes.'}]));
    await runTurn(session, 'first');
    const events = session.observe();
    const outcome = await session.compact('keep the names');
    expect(outcome.reason).toBe('completed');
    expect(outline(events.drain())).toEqual([
      'run_started',
      'compaction_started',
      'compaction_finished',
      'run_finished completed',
    ]);
    expect(textOf(model.requests[1]?.messages.at(-1) ?? {role: 'user', content: ''})).toContain('keep the names');
    const text = textOf(session.history[0]?.message ?? {role: 'user', content: ''});
    expect(text).toContain('What is to be done now comes after this.');
    await runTurn(session, 'second');
    expect(model.requests.at(-1)?.messages).toHaveLength(2);
  });

  it('says why it is not done', async () => {
    const {session, model} = openRuntime([{text: 'hello'}]);
    await runTurn(session, 'hi');
    const outcome = await session.compact();
    expect(outcome).toMatchObject({reason: 'stopped', error: {message: /as it was\. There is little to sum up/}});
    expect(model.requests).toHaveLength(1);
  });

  it('is refused while a turn runs', async () => {
    const {session} = openRuntime([{text: 'hello'}]);
    await runTurn(session, 'hi', async event => {
      if (event.type === 'request_started') await expect(session.compact()).rejects.toThrow(/A turn is running/);
    });
  });
});

describe('old results', () => {
  const steps = [...'abcdefghijklmnopqrst'].map(value => calling(value));
  const script = [...steps, {text: 'Done.', usage: {input: 180_000, output: 10}}, {text: 'Yes.'}];

  it('are cleared instead, where the cache is cold anyway', async () => {
    const clock = createVirtualClock();
    const {store, logs} = createMemory();
    const {session, model} = openRuntime(script, {tools: [look], clock, store});
    await runTurn(session, 'look');
    await clock.advance(5 * 60_000);
    const {events, outcome} = await runTurn(session, 'and now?');
    expect(outcome.reason).toBe('completed');
    expect(compactions(events)).toEqual(['results_cleared']);
    expect(model.requests).toHaveLength(22);
    expect(unanswered(session.history)).toEqual([]);
    const sizes = session.history.map(({message}) => JSON.stringify(message).length).filter(size => size > 1_000);
    expect(sizes).toHaveLength(4);
    const kept = toKept(logs.get('main') ?? []);
    expect(JSON.stringify(kept.history)).toBe(JSON.stringify(session.history));
    expect(JSON.stringify(kept.entries).length).toBeGreaterThan(3 * JSON.stringify(kept.history).length);
  });

  it('stay while it is warm: then there is a summary', async () => {
    const clock = createVirtualClock();
    const {session} = openRuntime(summing(script), {tools: [look], clock});
    await runTurn(session, 'look');
    await clock.advance(5 * 60_000 - 1);
    const {events} = await runTurn(session, 'and now?');
    expect(compactions(events)).toEqual(['compaction_started', 'compaction_finished']);
  });
});

describe('the request for a summary', () => {
  const script = [calling('a', 1_000), calling('b', 171_000), {text: 'Done.', usage: {input: 3_000, output: 10}}];

  it('tells of retries, and of nothing that it says', async () => {
    const retry = {
      type: 'retry_scheduled',
      attempt: 1,
      maxAttempts: 10,
      delayMs: 0,
      kind: 'overloaded',
      message: 'busy',
    };
    const summary: ScriptedReply = {
      text: 'All was done.',
      usage: {input: 50, output: 5},
      before: [
        ...toEvents({text: 'half', usage: {input: 50}}, 'scripted', 9).slice(0, 3),
        {type: 'attempt_retracted', reason: 'cut'},
        retry as ModelEvent,
      ],
    };
    const {session} = openRuntime(summing(script, summary), {tools: [look]});
    const {events, outcome} = await runTurn(session, 'look at it all');
    expect(outline(events).slice(-7, -4)).toEqual(['compaction_started', 'retry_scheduled', 'compaction_finished']);
    expect(JSON.stringify(events.filter(({type}) => type.startsWith('reply_')))).not.toContain('half');
    // Both attempts are paid for.
    expect(outcome.usage.input).toBe(1_000 + 171_000 + 3_000 + 100);
  });

  it('is given up while it waits for its server, once its agent is asked to wrap up', async () => {
    const scripted = createScriptedModel(
      summing([calling('a', 1_000), calling('b', 170_500), {text: 'A report.'}, {text: 'A report.'}]),
    );
    let asked = 0;
    const {session} = openRuntime(
      {
        ...scripted,
        async *stream(request, signal) {
          if (isAsking(request)) {
            asked += 1;
            yield {
              type: 'retry_scheduled',
              attempt: 1,
              maxAttempts: null,
              delayMs: 60_000,
              kind: 'overloaded',
              message: 'Too much.',
            };
            await forever(signal);
          }
          yield* scripted.stream(request, signal);
        },
      },
      {tools: [look]},
    );
    const {events, outcome} = await runTurn(session, 'go', event => {
      if (event.type === 'retry_scheduled') session.agents.windDown('main');
    });
    expect(asked).toBe(1);
    expect(events).toContainEqual(
      expect.objectContaining({type: 'compaction_failed', message: 'It was asked to wrap up.'}),
    );
    expect(outcome).toMatchObject({reason: 'stopped', text: 'A report.'});
  });

  it('ends with whoever breaks off in the middle of it', async () => {
    const {store, logs} = createMemory();
    const retry = {type: 'retry_scheduled', attempt: 1, maxAttempts: 10, delayMs: 0, kind: 'busy', message: 'busy'};
    const {session} = openRuntime(summing(script, {text: 'All.', before: [retry as ModelEvent]}), {
      tools: [look],
      store,
    });
    for await (const {type} of session.send('look at it all')) if (type === 'retry_scheduled') break;
    expect(logs.get('main')?.filter(({type}) => type === 'spent')).toHaveLength(3);
    expect(unanswered(session.history)).toEqual([]);
    expect(session.isRunning).toBe(false);
  });

  it('is not sent where the budget has no room for it, and no cap is passed', async () => {
    const {session, model} = openRuntime(summing(script), {tools: [look], budget: {tokens: 176_000}});
    const {events, outcome} = await runTurn(session, 'look at it all');
    expect(compactions(events)).toEqual(['compaction_started', 'compaction_failed']);
    expect(outcome.reason).toBe('budget');
    expect(model.requests).toHaveLength(2);
  });
});
