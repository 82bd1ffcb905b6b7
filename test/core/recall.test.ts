/** What an agent of an earlier time has when it goes on: its mail, its budget, its folder, and what was asked of it. */
import {describe, expect, it} from 'vitest';
import {toKeptTree} from '../../src/core/kept-tree.js';
import {unfinished} from '../../src/core/outcome.js';
import type {Permissions} from '../../src/core/policy.js';
import type {LogRecord} from '../../src/core/records.js';
import {toRecalled} from '../../src/core/snapshot.js';
import type {Agents} from '../../src/core/tree.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {bringToRest, createMemory, type Memory} from '../support/memory.js';
import {openWorld, type World, type WorldOptions} from '../support/random-tree.js';
import {makeTool, resultsOf} from '../support/runtime.js';
import {ask, leaf, type Plan, replyTo, typeOf} from '../support/tree.js';

/** A program on these logs; calls and entries have ids of its own. */
function openOn(memory: Memory, name: string, options: WorldOptions = {}): World {
  let ids = 0;
  const model = createScriptedModel(request => {
    const {calls, ...reply} = replyTo(request);
    return {...reply, ...(calls && {calls: calls.map(call => ({...call, id: `call-${name}-${++ids}`}))})};
  });
  return openWorld({around: () => model, store: memory.store, newId: () => `${name}-${++ids}`, ...options});
}

/** As the logs are now, with a program that has just begun on them. */
function restart({logs}: Memory, options: WorldOptions = {}): {readonly memory: Memory; readonly world: World} {
  const memory = createMemory(logs);
  const kept = bringToRest(memory);
  return {memory, world: openOn(memory, `r${memory.logs.get('main')?.length}`, {kept, ...options})};
}

const peek = {calls: [{name: 'Peek', input: {value: 'works 0'}}]};
const idle = (name: string): Plan => ({name, steps: [{text: `${name} was here`, ...peek}, {hang: true}]});

describe('an agent of an earlier time', () => {
  it('has worked as long as its runs took, however long it was idle between them', () => {
    const spawned: LogRecord = {
      ...({type: 'agent_spawned', at: 1_000, parentId: 'main', callId: 'c', kind: 'explore', name: null} as const),
      ...{description: '', background: false, limits: {}, model: 'test-1'},
    };
    const ended = (at: number, run: number, state: 'done' | 'paused'): LogRecord => ({
      ...({type: 'agent_ended', at, run, parentId: 'main', state, outcome: unfinished('completed')} as const),
      ...{toolCalls: 0, durationMs: 11},
    });
    const resumed = {type: 'agent_resumed', at: 431_000, parentId: 'main', run: 2} as const;
    const worked = (...records: LogRecord[]): number | null => {
      const [kept] = toKeptTree([], new Map([['agent-1', records]])).agents;
      const snapshot = kept && toRecalled(kept, {parentId: 'main', depth: 1});
      return snapshot ? snapshot.earlierMs + (snapshot.endedAt ?? 0) - snapshot.startedAt : null;
    };
    expect(worked(spawned, ended(1_011, 1, 'done'))).toBe(11);
    expect(worked(spawned, ended(1_011, 1, 'done'), resumed, ended(431_011, 2, 'paused'))).toBe(22);
    expect(worked(ended(1_011, 1, 'done'))).toBe(0);
  });

  it('has what was left of its budget, and no more', async () => {
    const memory = createMemory();
    const usage = {input: 3_000, output: 1_000};
    const worker = {
      name: 'worker',
      background: true,
      budget: {tokens: 60_000},
      steps: [{...peek, usage}, {...peek, usage}, {hang: true}],
    };
    await openOn(memory, 'one').play(ask({name: 'root', steps: [{spawn: [worker]}]}));
    const {world} = restart(memory);
    const [, before] = world.session.agents.snapshot();
    expect(before).toMatchObject({id: 'agent-1', state: 'paused', usage: {input: 6_000, output: 2_000}});
    const poor = createMemory(memory.logs);
    const [spawned] = poor.logs.get('agent-1')?.filter(({type}) => type === 'agent_spawned') ?? [];
    Object.assign(spawned ?? {}, {limits: {tokens: 8_000}});
    const again = restart(poor).world;
    expect(again.session.agents.send('agent-1', 'go on').accepted).toBe(true);
    await again.settle();
    expect(again.session.agents.snapshot()[1]).toMatchObject({state: 'stopped'});
    expect(again.requests).toEqual([]);
    expect(world.session.agents.send('agent-1', 'go on').accepted).toBe(true);
    await world.settle();
    expect(world.requests.map(({name}) => name)).toEqual(['worker']);
    expect(world.session.spent().usage).toEqual(
      world.session.agents.snapshot().reduce(
        (sum, {usage: own}) => ({
          input: sum.input + own.input,
          output: sum.output + own.output,
          cacheRead: 0,
          cacheWrite: 0,
        }),
        {input: 200, output: 40, cacheRead: 0, cacheWrite: 0},
      ),
    );
  });

  it('reads what was sent to it and not read, once, and what the person takes back never', async () => {
    const memory = createMemory();
    const first = openOn(memory, 'one');
    await first.play(ask({name: 'root', steps: [{spawn: [{...idle('worker'), background: true}]}, {hang: true}]}));
    for (const [to, text] of [
      ['worker', 'a letter'],
      ['root', 'for the root'],
      ['root', 'not this'],
    ] as const)
      expect(first.session.agents.send(first.idOf(to) ?? '', text).accepted).toBe(true);
    const {memory: second, world} = restart(memory);
    expect(world.session.agents.takeBack('main')?.text).toBe('not this');
    expect(world.session.agents.send('agent-1', 'and another')).toMatchObject({accepted: true, id: 'mail-agent-1-2'});
    await world.settle();
    expect(JSON.stringify(world.requests[0]?.request.messages.slice(1))).toMatch(/was here.*a letter.*and another/);
    const {world: third} = restart(second);
    await third.play('go on, root');
    const told = JSON.stringify(third.requests.find(({name}) => name === 'root')?.request.messages.slice(1));
    expect([told.split('for the root').length, told.includes('not this')]).toEqual([2, false]);
    expect(third.session.steer('one more')).toMatchObject({id: expect.stringMatching(/^mail-main-[4-9]$/)});
  });

  it('knows of a question that nobody answered: its call was not run', async () => {
    const memory = createMemory();
    const permissions: Permissions = {
      decide: ({tool}) => (tool === 'Change' ? {verdict: 'ask', reason: 'it changes'} : {verdict: 'allow'}),
      ask: () => new Promise(() => {}),
    };
    const change = {calls: [{name: 'Change', input: {value: 'works 0'}}]};
    await openOn(memory, 'one', {permissions}).play(ask({name: 'root', steps: [change]}));
    expect(memory.logs.get('main')?.some(({type}) => type === 'question_asked')).toBe(true);
    const {world} = restart(memory);
    const [[, told] = []] = resultsOf(world.session.history) as readonly (readonly string[])[];
    expect(told).toBe('Interrupted: the program ended while this call waited for an answer. It was not run.');
    expect(world.events).toEqual([]);
  });

  it('works where its commands had led it', async () => {
    const memory = createMemory();
    const walk = makeTool('Walk', 'changes', (value, {place}) => {
      place.cwd = value;
      return 'walked';
    });
    const where: string[] = [];
    const look = makeTool('Where', 'reads', (_, {place}) => {
      where.push(place.cwd);
      return place.cwd;
    });
    const calls = [{name: 'Walk', input: {value: '/there'}}];
    const worker = {
      name: 'worker',
      background: true,
      steps: [{calls}, {hang: true}, {calls: [{name: 'Where', input: {value: 'x'}}]}],
    };
    const more = {more: [walk, look] as never};
    await openOn(memory, 'one', more).play(ask({name: 'root', steps: [{spawn: [worker]}]}));
    // The reply that hung is none: what comes next is the third step of the plan, one reply later.
    worker.steps.splice(1, 1);
    const log = memory.logs.get('agent-1') ?? [];
    const prompt = log.find(record => record.type === 'entry');
    if (prompt?.type === 'entry')
      Object.assign(prompt.entry, {message: {role: 'user', content: [{type: 'text', text: ask(worker)}]}});
    const {world} = restart(memory, more);
    world.session.agents.send('agent-1', 'go on');
    await world.settle();
    expect(where).toEqual(['/there']);
  });

  it('that had ended goes on for a message of its parent, and is waited for as ever', async () => {
    const memory = createMemory();
    await openOn(memory, 'one').play(ask({name: 'root', steps: [{spawn: [leaf('worker')]}]}));
    let port: Agents | null = null;
    const use = makeTool('Use', 'reads', async (_, {agents, signal}) => {
      port = agents;
      const {ended} = await agents.wait(['worker'], {mode: 'all', timeoutMs: null, signal});
      return `${ended[0]?.state} ${ended[0]?.report} ${agents.send('worker', 'once more', {resume: true})}`;
    });
    const {world} = restart(memory, {
      more: [use] as never,
      around: () =>
        createScriptedModel(request =>
          JSON.stringify(request.messages.at(-1)).includes('use them')
            ? {calls: [{name: 'Use', input: {value: 'x'}}]}
            : {text: 'fine'},
        ),
    });
    await world.play('use them');
    expect(port).not.toBeNull();
    expect(resultsOf(world.session.history.slice(0, -3)).join()).toContain('done worker is done resumed');
    expect(world.session.agents.snapshot()[1]).toMatchObject({state: 'done', background: true});
  });

  it('whose type is not there any more is listed, and says why it cannot go on', async () => {
    const memory = createMemory();
    await openOn(memory, 'one').play(
      ask({name: 'root', steps: [{spawn: [{...idle('worker'), background: true}]}, {hang: true}]}),
    );
    const {world} = restart(memory, {types: [typeOf('another')]});
    expect(world.session.agents.snapshot()[1]).toMatchObject({kind: 'worker', state: 'paused'});
    expect(world.session.agents.send('agent-1', 'go on')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('There is no type of agent "worker" any more'),
    });
  });

  it('whose type is not there any more is no reader of messages either, for that reason', async () => {
    const memory = createMemory();
    await openOn(memory, 'one').play(
      ask({name: 'root', steps: [{spawn: [{...idle('worker'), background: true}]}, {hang: true}]}),
    );
    const use = makeTool('Use', 'reads', (_, {agents}) => agents.send('agent-1', 'hello', {resume: false}));
    const {world} = restart(memory, {
      types: [typeOf('another')],
      more: [use] as never,
      around: () =>
        createScriptedModel(request =>
          JSON.stringify(request.messages.at(-1)).includes('use them')
            ? {calls: [{name: 'Use', input: {value: 'x'}}]}
            : {text: 'fine'},
        ),
    });
    await world.play('use them');
    expect(resultsOf(world.session.history).join()).toContain('There is no type of agent "worker" any more.');
  });

  it('does not go on outside of the working tree that it had: its starter is told where that is', async () => {
    const memory = createMemory();
    await openOn(memory, 'one').play(
      ask({name: 'root', steps: [{spawn: [{...idle('worker'), background: true}]}, {hang: true}]}),
    );
    const [spawned] = memory.logs.get('agent-1')?.filter(({type}) => type === 'agent_spawned') ?? [];
    Object.assign(spawned ?? {}, {worktree: '/trees/one'});
    const {memory: second, world} = restart(memory);
    expect(world.session.agents.snapshot()[1]).toMatchObject({id: 'agent-1', state: 'stopped'});
    expect(world.session.agents.send('agent-1', 'go on').accepted).toBe(false);
    await world.play('go on, root');
    const told = JSON.stringify(world.requests[0]?.request.messages);
    expect(told.split('What it changed, if anything, is in the worktree /trees/one.')).toHaveLength(2);
    const third = restart(second).world;
    await third.play('and again');
    expect(JSON.stringify(third.requests[0]?.request.messages).split('/trees/one')).toHaveLength(2);
  });

  it('that ended with a conversation that was cleared does not go on', async () => {
    const memory = createMemory();
    const first = openOn(memory, 'one');
    await first.play(ask({name: 'root', steps: [{spawn: [{...idle('worker'), background: true}]}]}));
    first.session.interrupt();
    await first.settle();
    void first.session.clear();
    await first.settle();
    const {world} = restart(memory);
    expect(world.session.history).toEqual([]);
    expect(world.session.agents.snapshot()[1]).toMatchObject({id: 'agent-1', state: 'stopped'});
    expect(world.session.agents.send('agent-1', 'go on').accepted).toBe(false);
  });
});
