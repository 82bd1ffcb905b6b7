import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import {toKept} from '../../src/core/kept.js';
import type {LogRecord} from '../../src/core/records.js';
import type {SessionOptions} from '../../src/core/session-types.js';
import {callsOf, textOf} from '../../src/core/transcript.js';
import type {Entry, StampedEvent} from '../../src/core/types.js';
import type {Script} from '../../src/providers/scripted.js';
import {bringToRest, createMemory} from '../support/memory.js';
import {runs} from '../support/runs.js';
import {makeTool, openRuntime, outline, runTurn} from '../support/runtime.js';

const tools = [
  makeTool('Look', 'reads', value => `saw ${value}`),
  makeTool('Change', 'changes', value => `changed ${value}`),
];

function resume(script: Script, records: readonly LogRecord[], options: Partial<SessionOptions> = {}) {
  let ids = 0;
  return openRuntime(script, {
    tools,
    kept: bringToRest(createMemory(new Map([['main', records]]))),
    newId: () => `r${++ids}`,
    ...options,
  });
}

/** What the API asks of a history: it begins with a user's message, and each call has one result in the next message. */
function expectValid(history: readonly Entry[]): void {
  expect(history[0]?.message.role ?? 'user').toBe('user');
  for (const [at, {message}] of history.entries()) {
    const open = callsOf(message).map(({id}) => id);
    const next = history[at + 1]?.message.content ?? [];
    const results =
      typeof next === 'string' ? [] : next.flatMap(each => (each.type === 'tool_result' ? [each.tool_use_id] : []));
    expect(results).toEqual(open);
  }
}

const script: Script = [
  {
    text: 'I look first.',
    calls: [
      {name: 'Look', input: {value: 'a'}},
      {name: 'Look', input: {value: 'b'}},
    ],
  },
  {calls: [{name: 'Change', input: {value: 'a'}}]},
  {text: 'Done.'},
];

describe('a conversation that is gone on with', () => {
  it('begins its next request with the bytes of the last one', async () => {
    const {store, logs} = createMemory();
    const first = openRuntime(script, {tools, store});
    await runTurn(first.session, 'look and change');
    const second = resume([{text: 'Again.'}], logs.get('main') ?? [], {
      system: 'Another day, another text.',
      tools: tools.toReversed(),
    });
    await runTurn(second.session, 'and now?');
    const [before, after] = [first.model.requests.at(-1), second.model.requests[0]];
    expect([after?.system, JSON.stringify(after?.tools)]).toEqual([before?.system, JSON.stringify(before?.tools)]);
    const sent = JSON.stringify(before?.messages);
    expect(JSON.stringify(after?.messages).slice(0, sent.length - 1)).toBe(sent.slice(0, -1));
    expect(after?.messages.at(-1)).toEqual({role: 'user', content: [{type: 'text', text: 'and now?'}]});
  });

  it('has what it spent, and no more budget than it had left', async () => {
    const {store, logs} = createMemory();
    const first = openRuntime(script, {tools, store, budget: {usd: 0.03}});
    await runTurn(first.session, 'look and change');
    const records = logs.get('main') ?? [];
    const second = resume([{text: 'Again.'}], records, {budget: {usd: 0.03}});
    expect(second.session.spent()).toEqual(first.session.spent());
    const third = resume([], records, {budget: {usd: first.session.spent().costUsd ?? 0}});
    const {outcome} = await runTurn(third.session, 'and now?');
    expect([outcome.reason, third.model.requests.length]).toEqual(['budget', 0]);
  });

  it('has spent what the agents below it spent', () => {
    const spent = (costUsd: number | null): LogRecord => ({
      type: 'spent',
      at: 0,
      model: 'scripted',
      usage: {input: 1, output: 2, cacheRead: 3, cacheWrite: 4},
      costUsd,
    });
    const below = new Map([
      ['agent-1', [spent(0.25)]],
      ['agent-2', [spent(0.5), spent(0.125)]],
    ]);
    const kept = bringToRest(createMemory(new Map([['main', [spent(1)]], ...below])));
    const used = {usage: {input: 4, output: 8, cacheRead: 12, cacheWrite: 16}, costUsd: 1.875};
    expect(kept.spent).toEqual({...used, models: new Map([['scripted', used]])});
    expect([kept.root.spent.costUsd, kept.agents.map(agent => agent.spent.costUsd)]).toEqual([1, [0.25, 0.625]]);
    expect(resume([], [spent(1)]).session.spent().costUsd).toBe(1);
    expect(openRuntime([], {kept}).session.spent()).toEqual(kept.spent);
    expect(toKept([spent(1), spent(null)]).spent.costUsd).toBeNull();
  });

  it('knows its model, effort and folder', async () => {
    const {store, logs} = createMemory();
    const place = {root: '/', cwd: '/'};
    const walk = makeTool('Walk', 'changes', (_, {place: own}) => {
      own.cwd = '/there';
      return 'walked';
    });
    const {session} = openRuntime([{calls: [{name: 'Walk', input: {value: ''}}]}, {text: 'Done.'}], {
      tools: [walk],
      store,
      place,
      effort: 'low',
    });
    await runTurn(session, 'go there');
    expect(toKept(logs.get('main') ?? []).turn).toMatchObject({model: 'scripted', effort: 'low', cwd: '/there'});
  });

  it('is, after /clear, what came since; what was not accepted stays away', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime(
      [
        {text: 'One.'},
        {text: 'Two.'},
        {ending: new ProviderError('too odd', {kind: 'invalid_request', status: 400}), after: 0},
      ],
      {store},
    );
    await runTurn(session, 'first');
    await session.clear();
    await runTurn(session, 'second');
    await runTurn(session, 'third');
    const {entries} = toKept(logs.get('main') ?? []);
    expect(entries.map(({entry}) => entry)).toEqual(session.history);
    expect(JSON.stringify(entries)).not.toMatch(/first|third/);
  });

  it('shows again what was seen of it', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime(script, {tools, store});
    const lived = await runTurn(session, 'look and change');
    const again = resume([], logs.get('main') ?? []).session;
    const seen = again.observe();
    await again.replay();
    const unseen = ['run_started', 'run_finished', 'request_started', 'text_delta', 'input_delta'];
    const outlined = (events: readonly StampedEvent[]): readonly string[] =>
      outline(events.filter(({type}) => !unseen.includes(type)))
        .map(line => line.replace(/^(reply_finished) .*/, '$1'))
        .toSorted();
    expect(outlined(seen.drain())).toEqual(outlined(lived.events));
    expect(again.history).toEqual(session.history);
  });

  it('is kept to the last word when its reader breaks off', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime(script, {tools, store});
    for await (const event of session.send('look and change')) if (event.type === 'tool_started') break;
    expect(toKept(logs.get('main') ?? []).entries.map(({entry}) => entry)).toEqual(session.history);
    expectValid(session.history);
  });
});

describe('a program that is gone at any moment', () => {
  it('leaves whatever it had told of, and a history that the API takes', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime(script, {tools, store});
    const moments: {readonly kept: number; readonly told: readonly Entry[]}[] = [];
    await runTurn(session, 'look and change', () => {
      moments.push({kept: logs.get('main')?.length ?? 0, told: session.history});
    });
    const records = logs.get('main') ?? [];
    expect(moments.length).toBeGreaterThan(20);
    for (const {kept, told} of moments) {
      const next = resume([{text: 'Again.'}], records.slice(0, kept));
      for (const entry of told) expect(next.session.history).toContainEqual(entry);
      expectValid(next.session.history);
      await runTurn(next.session, 'go on');
      expectValid(next.session.history);
      expect(next.model.requests).toHaveLength(1);
    }
  });

  it('leaves so many of its messages as lines survived, in whatever order, and a history that the API takes', async () => {
    const {store, logs} = createMemory();
    const {session} = openRuntime([...script, ...script], {tools, store});
    await runTurn(session, 'look and change');
    await runTurn(session, 'once more');
    const records = logs.get('main') ?? [];
    const one = fc.record({survives: fc.boolean(), isDoubled: fc.boolean()});
    await fc.assert(
      fc.asyncProperty(fc.array(one, {minLength: records.length, maxLength: records.length}), async fates => {
        const left = records.flatMap((record, at) => {
          const {survives, isDoubled} = fates[at] ?? {};
          return survives ? (isDoubled ? [record, record] : [record]) : [];
        });
        const messages = new Set(left.flatMap(record => (record.type === 'entry' ? [record.entry.id] : [])));
        expect(toKept(left).entries.map(({entry}) => entry.id)).toEqual([...messages]);
        const next = resume([{text: 'Again.'}], left);
        expectValid(next.session.history);
        await runTurn(next.session, 'go on');
        expectValid(next.session.history);
      }),
      runs(100),
    );
  });

  it('has its turns on the disk itself at their ends', async () => {
    const memory = createMemory();
    const {session} = openRuntime([{text: 'One.'}], {store: memory.store});
    await runTurn(session, 'first');
    expect(memory.syncs).toBe(1);
  });

  it('is told of from the last turns on, which says how many messages are before them', async () => {
    const {store, logs} = createMemory();
    const script: Script = ['one', 'two', 'three'].map(text => ({text}));
    const {session} = openRuntime(script, {store});
    for (const text of ['first', 'second', 'third']) await runTurn(session, text);
    const records = logs.get('main') ?? [];
    const told = async (turns?: number): Promise<readonly string[]> => {
      const {session} = resume([], records);
      const events = session.observe();
      await session.replay(turns);
      return events.drain().flatMap(event => {
        if (event.type === 'notice') return [event.text];
        return event.type === 'entry_appended' ? [textOf(event.entry.message)] : [];
      });
    };
    expect(await told()).toEqual(['first', 'second', 'third']);
    expect(await told(3)).toEqual(['first', 'second', 'third']);
    expect(await told(2)).toEqual(['Kept, and not shown: the messages before these, 2 in all.', 'second', 'third']);
  });
});
