import {describe, expect, it} from 'vitest';
import {ProviderError, type ProviderErrorKind} from '../../src/core/errors.js';
import type {Commands, Hooks, Model} from '../../src/core/ports.js';
import type {Effort, RunOutcome, StampedEvent} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {makeTool, openRuntime, outline, runTurn} from '../support/runtime.js';

describe('a session', () => {
  it('remembers what was said from turn to turn', async () => {
    const {session, model} = openRuntime([{text: 'Hello Ann.'}, {text: 'Ann.'}]);
    await runTurn(session, 'I am Ann');
    await runTurn(session, 'who am I?');
    expect(model.requests[1]?.messages.map(({role}) => role)).toEqual(['user', 'assistant', 'user']);
    expect(session.spent().usage).toMatchObject({input: 200, output: 40});
  });

  it('forgets all of it on clear, and says that the prompt cache starts anew', async () => {
    const {session, model} = openRuntime([{text: 'one'}, {text: 'two'}]);
    await runTurn(session, 'first');
    const watcher = session.observe();
    await session.clear();
    await runTurn(session, 'second');
    expect(model.requests[1]?.messages).toHaveLength(1);
    expect(outline(watcher.drain())[0]).toBe('prefix_changed');
    watcher.close();
  });

  it('takes back on clear what was sent before it, and nothing that is sent while the last processes end', async () => {
    const {session, model} = openRuntime([{text: 'one'}, {text: 'two'}]);
    await runTurn(session, 'first');
    session.steer('old');
    const cleared = session.clear();
    session.steer('new');
    await cleared;
    await runTurn(session, 'second');
    expect(model.requests[1]?.messages).toMatchObject([
      {content: [{type: 'text', text: 'new'}]},
      {content: [{type: 'text', text: 'second'}]},
    ]);
  });

  it('changes its model between turns, drops the other model’s thinking, and says so', async () => {
    const {session} = openRuntime([{thinking: 'hm', text: 'one'}]);
    const other = createScriptedModel([{text: 'two'}], {id: 'other'});
    await runTurn(session, 'first');
    const watcher = session.observe();
    session.setModel(other);
    await runTurn(session, 'second');
    expect(watcher.drain()[0]).toMatchObject({type: 'prefix_changed', reason: 'model', detail: 'scripted → other'});
    expect(other.requests[0]?.messages[1]).toEqual({role: 'assistant', content: [{type: 'text', text: 'one'}]});
    expect(session.model).toBe(other);
  });

  it('sends an effort with every request, and says when it changes', async () => {
    const {session, model} = openRuntime([{text: 'one'}, {text: 'two'}], {effort: 'low'});
    await runTurn(session, 'first');
    session.setEffort('high');
    await runTurn(session, 'second');
    expect(model.requests.map(({effort}) => effort)).toEqual(['low', 'high']);
  });

  it('lets an effort fall away that its next model does not know, and says so', () => {
    const {session, model} = openRuntime([], {effort: 'max'});
    const watcher = session.observe();
    const next = (id: string, effortLevels: readonly Effort[]): Model => ({
      ...model,
      info: {...model.info, id, effortLevels},
    });
    session.setModel(next('knows it', ['low', 'max']));
    expect(session.effort).toBe('max');
    session.setModel(next('knows it not', ['low']));
    expect(session.effort).toBeNull();
    expect(watcher.drain().slice(1)).toMatchObject([
      {type: 'prefix_changed', reason: 'model', detail: 'knows it → knows it not'},
      {type: 'prefix_changed', reason: 'effort', detail: 'max → default'},
    ]);
  });

  it('has the whole window again after clear', async () => {
    const {session, model} = openRuntime([{text: 'full', usage: {input: 199_500}}, {text: 'room again'}]);
    await runTurn(session, 'first');
    await session.clear();
    expect((await runTurn(session, 'second')).outcome).toMatchObject({reason: 'completed', text: 'room again'});
    expect(model.requests[1]?.maxTokens).toBe(32_000);
  });

  it.each([
    ['that the server refuses', 'an image nobody can read', {kind: 'invalid_request', status: 400}],
    ['that the server finds too long', 'a long one', {kind: 'context_exceeded', status: 400}],
    ['that the window has no room for', 'x'.repeat(4_000_000), null],
  ] as const)('takes a prompt %s back out of the history, so that the next one is sent without it', async (...row) => {
    const [, refused, fault] = row;
    const fails = fault ? [{ending: new ProviderError('No.', fault)}] : [];
    const {session, model} = openRuntime([{text: 'one'}, ...fails, {text: 'two'}]);
    await runTurn(session, 'first');
    const before = session.history;
    const {events, outcome} = await runTurn(session, refused);
    expect(['error', 'context_exceeded']).toContain(outcome.reason);
    expect(session.history).toEqual(before);
    expect(outline(events).slice(-2)).toEqual(['prompt_withdrawn', `run_finished ${outcome.reason}`]);
    expect(events.at(-2)).toMatchObject({entry: {message: {content: [{type: 'text', text: refused}]}}});
    expect((await runTurn(session, 'hello after')).outcome).toMatchObject({reason: 'completed', text: 'two'});
    expect(model.requests.at(-1)?.messages.map(({content}) => content)).toEqual([
      [{type: 'text', text: 'first'}],
      [{type: 'text', text: 'one'}],
      [{type: 'text', text: 'hello after'}],
    ]);
  });

  it('keeps the mail that was read with a prompt that is taken back', async () => {
    const refusal = new ProviderError('No.', {kind: 'invalid_request', status: 400});
    const {session} = openRuntime([{ending: refusal}]);
    session.steer('by the way');
    await runTurn(session, 'refused');
    expect(session.history.map(({message}) => message.content)).toEqual([[{type: 'text', text: 'by the way'}]]);
  });

  it.each<[string, ProviderErrorKind, number?]>([
    ['a credential', 'authentication', 401],
    ['leave', 'permission', 403],
    ['a model', 'not_found', 404],
    ['a lower rate', 'rate_limited', 429],
    ['another address', 'invalid_request', 301],
    ['a server', 'server_error', 500],
    ['a network', 'network'],
  ])('keeps a prompt where only %s was wanting', async (_, kind, status) => {
    const failure = new ProviderError('No.', {kind, ...(status !== undefined && {status})});
    const {session} = openRuntime([{ending: failure}]);
    const {events} = await runTurn(session, 'kept');
    expect(session.history).toHaveLength(1);
    expect(outline(events)).not.toContain('prompt_withdrawn');
  });

  it('keeps a prompt that was answered before a later request of its turn was refused', async () => {
    const refusal = new ProviderError('No.', {kind: 'invalid_request', status: 400});
    const tools = [makeTool('Look', 'reads', () => 'seen')];
    const {session} = openRuntime([{calls: [{name: 'Look', input: {value: 'x'}}]}, {ending: refusal}], {tools});
    await runTurn(session, 'look');
    expect(session.history.map(({message}) => message.role)).toEqual(['user', 'assistant', 'user']);
  });

  it('is shown as done once it is closed', async () => {
    const {session} = openRuntime([{text: 'one'}]);
    await runTurn(session, 'first');
    await session.close();
    expect(session.agents.snapshot()[0]?.state).toBe('done');
    expect(session.steer('too late')).toMatchObject({accepted: false, reason: 'stopped'});
  });

  it('says nothing of a change to the model or the effort that it has', async () => {
    const {session, model} = openRuntime([], {effort: 'low'});
    const watcher = session.observe();
    session.setModel(model);
    session.setEffort('low');
    expect(watcher.drain()).toEqual([]);
  });

  it('keeps mail that came without a turn for the next one, which reads it before its prompt', async () => {
    const {session, model} = openRuntime([{text: 'one'}]);
    expect(session.steer('by the way')).toMatchObject({accepted: true, position: 1});
    await runTurn(session, 'first');
    expect(model.requests[0]?.messages.map(({content}) => content)).toEqual([
      [{type: 'text', text: 'by the way'}],
      [{type: 'text', text: 'first'}],
    ]);
  });

  it('reads mail that comes while a hook thinks about the end, before it ends', async () => {
    let asked = 0;
    const hooks: Hooks = {
      matches: event => event === 'Stop',
      async run() {
        asked += 1;
        if (asked === 1) session.steer('one more thing');
        return {};
      },
    };
    const {session, model} = openRuntime([{text: 'one'}, {text: 'two'}], {hooks});
    const {outcome} = await runTurn(session, 'first');
    expect(outcome).toMatchObject({reason: 'completed', text: 'two', steps: 2});
    expect(model.requests[1]?.messages.at(-1)?.content).toEqual([{type: 'text', text: 'one more thing'}]);
  });

  it('loses no mail to a consumer that breaks off while it is delivered', async () => {
    for (const isRunning of [false, true]) {
      const {session, model} = openRuntime([{calls: [{name: 'Nope'}]}, {text: 'two'}, {text: 'three'}]);
      const write = (): void => {
        for (const text of ['one', 'two', 'three']) session.steer(text);
      };
      if (!isRunning) write();
      for await (const event of session.send('first')) {
        if (event.type === 'request_started') write();
        if (event.type === 'entry_appended' && event.origin === 'mail') break;
      }
      await runTurn(session, 'second');
      const sent = JSON.stringify(model.requests.at(-1)?.messages);
      for (const text of ['one', 'two', 'three']) expect(sent.split(`"text":"${text}"`)).toHaveLength(2);
    }
  });

  it('forgets that a turn was to wrap up once it is over', async () => {
    const {session, model} = openRuntime([{text: 'one', after: 1, ending: 'hang'}, {text: 'two'}]);
    await runTurn(session, 'first', event => {
      if (event.type !== 'reply_started') return;
      session.agents.windDown('main');
      session.interrupt();
    });
    const {outcome} = await runTurn(session, 'second');
    expect(outcome).toMatchObject({reason: 'completed', text: 'two'});
    expect(model.requests[1]?.toolChoice).toBe('auto');
    expect(JSON.stringify(model.requests[1]?.messages)).not.toContain('wrap up');
  });

  it('tells watchers the same events as its iteration, and nothing before they came or after they left', async () => {
    const {session} = openRuntime([{text: 'one', chunk: 100}, {text: 'two'}, {text: 'three'}]);
    await runTurn(session, 'first');
    const watcher = session.observe();
    const {events} = await runTurn(session, 'second');
    const seen = watcher.drain();
    watcher.close();
    await runTurn(session, 'third');
    expect(outline(seen)).toEqual(outline(events));
    expect(watcher.drain()).toEqual([]);
  });

  it('tells watchers the end of a turn that its consumer broke off', async () => {
    const {session} = openRuntime([{text: 'one'}]);
    const watcher = session.observe();
    for await (const event of session.send('go')) if (event.type === 'reply_started') break;
    expect(outline(watcher.drain()).at(-1)).toBe('run_finished aborted');
    expect(session.agents.snapshot()[0]?.state).toBe('idle');
  });

  it('lets a consumer that leaves at the end of its turn start the next one before it goes', async () => {
    const {session} = openRuntime([{text: 'one'}, {text: 'two'}]);
    let next: AsyncGenerator<StampedEvent, RunOutcome> | undefined;
    for await (const event of session.send('first')) {
      if (event.type !== 'run_finished') continue;
      next = session.send('second');
      await next.next();
      break;
    }
    let step = await next?.next();
    while (step && !step.done) step = await next?.next();
    expect(step?.value).toMatchObject({reason: 'completed', text: 'two'});
  });

  it('ends what its commands left running when it is aborted or closed, and takes no turn after that', async () => {
    const ended: string[] = [];
    const commands: Commands = {
      shell: () => Promise.reject(new Error('unused')),
      exec: () => Promise.reject(new Error('unused')),
      end: async agentId => void ended.push(agentId),
    };
    const {session} = openRuntime([{text: 'x', after: 1, ending: 'hang'}], {commands});
    const {outcome} = await runTurn(session, 'go', event => {
      if (event.type === 'reply_started') void session.abort();
    });
    expect(outcome.reason).toBe('aborted');
    await session.close();
    expect(ended).toEqual(['main', 'main']);
    expect(() => session.send('more')).toThrow(/closed/);
  });
});
