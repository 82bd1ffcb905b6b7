/**
 * The laws of the three verbs under chance: random trees, stopped at a random moment, at a random place. What has nothing
 * to do with it goes on as if nothing had happened. A failing run prints its seed and path.
 */
import {getEventListeners} from 'node:events';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {repair} from '../../src/core/transcript.js';
import type {AgentSnapshot} from '../../src/core/tree.js';
import type {StampedEvent} from '../../src/core/types.js';
import {faultsOf, grow, openWorld, type PlannedNode, type Shape, shapes, type World} from '../support/random-tree.js';
import {runs} from '../support/runs.js';

type Verb = 'interrupt' | 'windDown' | 'abort';

interface Cut {
  /** The number of the event after which it comes, and how many turns of the microtask queue after that. */
  readonly at: number;
  readonly hops: number;
  readonly verb: Verb;
  /** Picks one of the agents that live then. */
  readonly whom: number;
}

const cuts: fc.Arbitrary<Cut> = fc.record({
  at: fc.integer({min: 1, max: 400}),
  hops: fc.integer({min: 0, max: 6}),
  verb: fc.constantFrom('interrupt', 'windDown', 'abort'),
  whom: fc.nat(),
});

interface Done {
  readonly name: string;
  readonly verb: Verb;
  /** How many events and requests there were. */
  readonly events: number;
  readonly requests: number;
  /** Names of those that are to stop, and of those that go on all the same. */
  readonly stopped: ReadonlySet<string>;
}

const isLive = ({endedAt}: AgentSnapshot): boolean => endedAt === null;

/** Whom a verb reaches: everyone below; an interrupt only those in the foreground. */
function reached(verb: Verb, id: string, all: readonly AgentSnapshot[]): readonly AgentSnapshot[] {
  const below = all.filter(
    agent => agent.parentId === id && isLive(agent) && (verb !== 'interrupt' || !agent.background),
  );
  return below.flatMap(agent => [agent, ...reached(verb, agent.id, all)]);
}

/** Plays a tree to where it stands still, with one cut in it. Null as long as the cut was not made. */
async function playCut(
  nodes: readonly PlannedNode[],
  cut: Cut,
): Promise<{readonly world: World; readonly done: Done | null}> {
  let done: Done | null = null;
  let isAtRest = false;
  const world = openWorld({
    onEvent(_, count) {
      if (count !== cut.at || isAtRest) return;
      void (async () => {
        for (let hop = 0; hop <= cut.hops; hop += 1) await null;
        make();
      })();
    },
  });
  function make(): void {
    const {agents} = world.session;
    const all = agents.snapshot();
    const live = all.filter(({id, state}) => state !== 'idle' && all.some(each => each.id === id && isLive(each)));
    const target = live[cut.whom % live.length];
    if (!target) return;
    const names = [target, ...reached(cut.verb, target.id, all)].map(({id}) => world.nameOf(id));
    const {events, requests} = world;
    done = {
      name: world.nameOf(target.id),
      verb: cut.verb,
      events: events.length,
      requests: requests.length,
      stopped: new Set(names),
    };
    void agents[cut.verb](target.id);
  }
  await world.play(JSON.stringify(nodes[0]?.plan));
  isAtRest = true;
  return {world, done};
}

/** An agent's own events without what differs from run to run: ids, numbers, times. */
function ownEvents(world: World, name: string): readonly string[] {
  const id = world.idOf(name);
  return world.events
    .filter(({agentId}) => agentId === id)
    .map(({agentId, parentId, seq, ...event}) =>
      JSON.stringify(event, (key, value) => (hidden.has(key) ? undefined : value))
        .replace(/agent-\d+/g, each => world.nameOf(each))
        .replace(/call_\d+_/g, 'call_')
        .replace(/duration_ms: \d+/g, 'duration_ms'),
    );
}
const hidden = new Set(['id', 'entryId', 'messageId', 'durationMs', 'seq']);

function below(nodes: readonly PlannedNode[], name: string): readonly string[] {
  const children = nodes.filter(({parent}) => parent === name);
  return children.flatMap(child => [child.name, ...below(nodes, child.name)]);
}

function above(nodes: readonly PlannedNode[], name: string): readonly string[] {
  const parent = nodes.find(node => node.name === name)?.parent ?? null;
  return parent === null ? [] : [parent, ...above(nodes, parent)];
}

/** Those that the cut has nothing to do with. */
function strangers(nodes: readonly PlannedNode[], {name, verb, stopped}: Done): readonly string[] {
  const reached = verb === 'interrupt' ? [...stopped] : [name, ...below(nodes, name)];
  const concerned = new Set([...reached, ...[...stopped].flatMap(each => above(nodes, each))]);
  return nodes.map(node => node.name).filter(each => !concerned.has(each));
}

const of = <T extends StampedEvent['type']>(world: World, type: T): readonly Extract<StampedEvent, {type: T}>[] =>
  world.events.filter((event): event is Extract<StampedEvent, {type: T}> => event.type === type);

/** Each start has one end, and one word of it for whoever started it: a result in the foreground, mail in the background. */
function expectOneEnd(world: World): void {
  const starts = of(world, 'agent_started');
  const reports = of(world, 'mail_queued').filter(({mail}) => mail.kind === 'agent_finished');
  const read = of(world, 'entry_appended').filter(({mail}) => mail?.kind === 'agent_finished');
  for (const {agentId, callId} of starts.filter(({resumed}) => !resumed)) {
    const own = starts.filter(event => event.agentId === agentId);
    expect(of(world, 'agent_finished').filter(event => event.agentId === agentId)).toHaveLength(own.length);
    expect(of(world, 'tool_finished').filter(event => event.callId === callId)).toHaveLength(1);
    const mailed = own.filter(({background}) => background).length;
    // Passed on, it is new mail; read it is once.
    expect(reports.filter(({mail}) => mail.from === agentId).length > 0).toBe(mailed > 0);
    expect(read.filter(({mail}) => mail?.from === agentId).length).toBeLessThanOrEqual(mailed);
  }
}

/** Whatever an agent in the background had to say was read by somebody, or waits for somebody who lives. */
function expectNoReportLost(world: World): void {
  const live = new Set(
    world.session.agents
      .snapshot()
      .filter(isLive)
      .map(({id}) => id),
  );
  const read = new Set(of(world, 'entry_appended').flatMap(({mail}) => mail?.id ?? []));
  for (const {agentId, text} of of(world, 'agent_finished')) {
    const {background} = world.session.agents.snapshot().find(({id}) => id === agentId) ?? {};
    if (!background) continue;
    const reports = of(world, 'mail_queued')
      .map(({mail}) => mail)
      .filter(({from, kind}) => from === agentId && kind === 'agent_finished');
    expect(
      reports.filter(
        mail =>
          (text === '' ? /without a word|nothing yet/.test(mail.text) : mail.text.includes(text.trim())) &&
          (read.has(mail.id) || live.has(mail.to)),
      ),
    ).toHaveLength(1);
  }
}

/** Nobody listens, waits, runs or takes mail any more. */
async function expectNothingLeft(world: World): Promise<void> {
  const {session, signals} = world;
  const closed = session.close();
  await world.settle();
  await closed;
  expect(session.isRunning).toBe(false);
  for (const {id, endedAt} of session.agents.snapshot()) {
    expect(endedAt).not.toBeNull();
    expect(session.agents.send(id, 'anybody?')).toMatchObject({accepted: false, reason: 'stopped'});
  }
  for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(world.sleepers()).toBe(0);
  expect(world.running()).toBe(0);
}

function expectValidHistories({session, requests}: World): void {
  expect(repair(session.history, () => 'new')).toBe(session.history);
  expect(faultsOf(session.history.map(({message}) => message))).toEqual([]);
  for (const {request} of requests) expect(faultsOf(request.messages)).toEqual([]);
}

/** Each agent that ended goes on when it is asked to, over a history that is as it should be. */
async function expectAllCanGoOn(world: World): Promise<void> {
  const agents = world.ports.get('main');
  // It makes a call before it starts anyone.
  if (!agents) return expect(world.session.agents.snapshot()).toHaveLength(1);
  for (const {id} of world.session.agents.snapshot().filter(({endedAt}) => endedAt !== null)) {
    const before = world.requests.length;
    expect(agents.send(id, 'go on', {resume: true})).toBe('resumed');
    await world.settle();
    expect(world.requests.slice(before).map(({name}) => name)).toContain(world.nameOf(id));
  }
}

/** Whatever was asked to end and still lives waits for what hangs. */
function expectWoundDown(world: World, nodes: readonly PlannedNode[], concerned: readonly string[]): void {
  const live = world.session.agents.snapshot().filter(agent => isLive(agent) && agent.state !== 'idle');
  for (const {id} of live) {
    const name = world.nameOf(id);
    if (!concerned.includes(name) || live.some(({parentId}) => parentId === id)) continue;
    expect(nodes.find(node => node.name === name)?.hangs).toBe(true);
  }
}

/** Those that are stopped together end below whoever started them, each before the one above it. */
function expectNested(world: World, stopped: ReadonlySet<string>): number {
  let pairs = 0;
  for (const end of of(world, 'agent_finished').filter(({agentId}) => stopped.has(world.nameOf(agentId)))) {
    const {agentId, parentId, seq} = end;
    const start = of(world, 'agent_started').findLast(event => event.agentId === agentId && event.seq < seq);
    if (!stopped.has(world.nameOf(start?.parentId ?? ''))) continue;
    const above = of(world, 'agent_finished').find(event => event.agentId === start?.parentId && event.seq > start.seq);
    expect([parentId, above === undefined || above.seq > seq]).toEqual([start?.parentId, true]);
    if (above) pairs += 1;
  }
  return pairs;
}

function expectLike(world: World, other: World, names: readonly string[]): void {
  for (const name of names) {
    if (world.idOf(name) === null || other.idOf(name) === null) continue;
    expect(ownEvents(world, name)).toEqual(ownEvents(other, name));
  }
}

/** Everything that holds for a tree that came to rest, however it did; and at last for what is left of it. */
async function expectSound(world: World, done: Done | null): Promise<void> {
  expectNoReportLost(world);
  // A root that is to wrap up starts no one.
  if (done?.verb !== 'windDown' || done.name !== 'root') await expectAllCanGoOn(world);
  await expectNothingLeft(world);
  expectOneEnd(world);
  expectValidHistories(world);
}

describe('the three verbs', () => {
  it('stop exactly the subtree, whenever and wherever they come, and nothing starts again by itself', async () => {
    const seen = {interrupt: 0, windDown: 0, abort: 0, moved: 0};
    await fc.assert(
      fc.asyncProperty(shapes, cuts, async (all, cut) => {
        const nodes = grow(all);
        const uncut = openWorld();
        await uncut.play(JSON.stringify(nodes[0]?.plan));
        const {world, done} = await playCut(nodes, cut);
        if (done) {
          const {name, verb, stopped, requests} = done;
          seen[verb] += 1;
          const others = strangers(nodes, done);
          const concerned = verb === 'windDown' ? [name, ...below(nodes, name)] : [...stopped];
          const later = world.requests.slice(requests).filter(request => concerned.includes(request.name));
          if (verb === 'windDown') {
            expectWoundDown(world, nodes, concerned);
            for (const each of concerned) {
              const choices = later.filter(request => request.name === each).map(({request}) => request.toolChoice);
              // What was about to leave leaves; after it comes the report.
              expect([[], ['none'], ['auto', 'none'], ['auto']]).toContainEqual(choices);
            }
          } else {
            expect(later.map(request => request.name)).toEqual([]);
            expectNested(world, stopped);
            for (const {id, state} of world.session.agents.snapshot()) {
              if (stopped.has(world.nameOf(id))) expect(state).toMatch(/stopped|done|failed|idle/);
            }
          }
          for (const {id, state} of world.session.agents.snapshot()) {
            if (state === 'stopped') expect(concerned).toContain(world.nameOf(id));
          }
          expectLike(world, uncut, others);
          if (verb === 'interrupt') seen.moved += below(nodes, name).filter(each => others.includes(each)).length;
        }
        await expectSound(world, done);
        await expectNothingLeft(uncut);
      }),
      runs(60),
    );
    // The law would hold in a test that never met a case of it.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('stop everything in the foreground within an interrupt, at every moment of a tree', async () => {
    const shape: Shape = {parent: 0, isBackground: false, isBeside: false, before: [], after: [], end: 'says so'};
    // One below the other, the last two beside each other.
    const nodes = grow([
      shape,
      shape,
      {...shape, parent: 1},
      {...shape, parent: 2},
      {...shape, parent: 2, isBeside: true},
    ]);
    for (let at = 1, isThere = true; isThere; at += 1) {
      const {world, done} = await playCut(nodes, {at, hops: 0, verb: 'interrupt', whom: 0});
      isThere = done !== null;
      const started = of(world, 'agent_started').filter(({seq}) => seq > (done?.events ?? Infinity));
      const sent = done ? world.requests.slice(done.requests).map(({name}) => name) : [];
      expect([at, started, sent]).toEqual([at, [], []]);
    }
  });

  it('end agents from below within an abort, in the background too, at every moment of a tree', async () => {
    const shape: Shape = {parent: 0, isBackground: true, isBeside: false, before: [], after: [], end: 'hangs'};
    const nodes = grow([
      shape,
      {...shape, isBackground: false},
      {...shape, parent: 1},
      {...shape, parent: 2},
      {...shape, parent: 2, isBeside: true, end: 'deaf call'},
    ]);
    let pairs = 0;
    for (const whom of [0, 2])
      for (let at = 1, isThere = true; isThere; at += 1) {
        const {world, done} = await playCut(nodes, {at, hops: 0, verb: 'abort', whom});
        isThere = done !== null;
        pairs += expectNested(world, done?.stopped ?? new Set());
        await expectNothingLeft(world);
        expectOneEnd(world);
      }
    expect(pairs).toBeGreaterThan(100);
  });

  it('stop as exactly when an agent stops one below it', async () => {
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(shapes, fc.nat(), fc.nat(), async (all, by, whom) => {
        const nodes = grow(all, {by, whom, isReal: false});
        const uncut = openWorld();
        await uncut.play(JSON.stringify(nodes[0]?.plan));
        /** Those that live below it when the call starts. */
        let stopped: readonly string[] = [];
        const world = openWorld({
          onEvent(event) {
            if (event.type !== 'tool_started' || event.tool !== 'TaskStop') return;
            const id = world.idOf(event.title);
            if (id === null) return;
            const live = reached('abort', id, world.session.agents.snapshot());
            stopped = [event.title, ...live.map(agent => world.nameOf(agent.id))];
          },
        });
        await world.play(JSON.stringify(grow(all, {by, whom, isReal: true})[0]?.plan));
        const call = of(world, 'tool_started').find(({tool}) => tool === 'TaskStop');
        for (const agent of world.session.agents.snapshot()) {
          const name = world.nameOf(agent.id);
          if (stopped.includes(name)) expect(isLive(agent)).toBe(false);
          // What starts after the call is told may be stopped by it as well.
          else if (!call || ![call.title, ...below(nodes, call.title)].includes(name))
            expect(agent.state).not.toBe('stopped');
          if (agent.state === 'stopped') seen += 1;
        }
        if (call && stopped.length > 0) {
          const at = world.events.findIndex(event => event.type === 'tool_finished' && event.callId === call.callId);
          expect(at).toBeGreaterThan(0);
          expect(world.requests.filter(request => request.at > at && stopped.includes(request.name))).toEqual([]);
          expectNested(world, new Set(stopped));
          const concerned = [...stopped, ...below(nodes, call.title), ...above(nodes, call.title)];
          expectLike(
            world,
            uncut,
            nodes.map(({name}) => name).filter(name => !concerned.includes(name)),
          );
        }
        await expectSound(world, null);
        await expectNothingLeft(uncut);
      }),
      runs(60),
    );
    expect(seen).toBeGreaterThan(0);
  });
});
