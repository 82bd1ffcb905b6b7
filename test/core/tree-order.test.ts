/**
 * The one order in which a turn tells what happens in the whole tree, to readers of any speed, who stay to the end or
 * leave at any event. A failing run prints its seed and path.
 */
import {getEventListeners} from 'node:events';
import {setImmediate as nextTurn} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {StampedEvent} from '../../src/core/types.js';
import {grow, openWorld, shapes, type World} from '../support/random-tree.js';
import {runs} from '../support/runs.js';

/** How a reader takes the events: turns of the microtask queue after each, and whole turns of the event loop now and then. */
const pace = fc.record({
  hops: fc.array(fc.nat({max: 9}), {minLength: 1, maxLength: 8}),
  restEvery: fc.integer({min: 3, max: 200}),
});
type Pace = typeof pace extends fc.Arbitrary<infer T> ? T : never;

const isDelta = ({type}: StampedEvent): boolean => type.endsWith('_delta') || type === 'tool_progress';

function openReader({hops, restEvery}: Pace, breakAt: number | null) {
  const got: StampedEvent[] = [];
  return {
    got,
    async read(event: StampedEvent): Promise<boolean> {
      got.push(event);
      for (let hop = 0; hop < (hops[got.length % hops.length] ?? 0); hop += 1) await null;
      if (got.length % restEvery === 0) await nextTurn();
      return got.length !== breakAt;
    },
  };
}

/** What was read is what was published in that time, in that order; only deltas may have become fewer. */
function expectAsPublished(world: World, got: readonly StampedEvent[]): void {
  const [first, last] = [got[0]?.seq ?? 0, got.at(-1)?.seq ?? 0];
  const said = world.events.filter(({seq}) => seq >= first && seq <= last && seq > 0);
  const plain = (events: readonly StampedEvent[]) => events.filter(event => !isDelta(event));
  expect(plain(got).map(({seq}) => seq)).toEqual(plain(said).map(({seq}) => seq));
  got.forEach(({seq}, index) => {
    if (index > 0) expect(seq).toBeGreaterThan(got[index - 1]?.seq ?? 0);
  });
}

type Of<T extends StampedEvent['type']> = Extract<StampedEvent, {readonly type: T}>;
const of = <T extends StampedEvent['type']>(events: readonly StampedEvent[], type: T): readonly Of<T>[] =>
  events.filter((event): event is Of<T> => event.type === type);

/** Call, start, everything the agent says, its end, what comes of that: each after what it comes from. */
function expectCausesFirst(events: readonly StampedEvent[]): number {
  let pairs = 0;
  const before = (cause: StampedEvent | undefined, effect: StampedEvent | undefined): void => {
    if (!cause || !effect) return;
    pairs += 1;
    expect([cause.type, cause.seq < effect.seq, effect.type]).toEqual([cause.type, true, effect.type]);
  };
  const calls = new Map(of(events, 'tool_started').map(event => [event.callId, event]));
  const results = new Map(of(events, 'tool_finished').map(event => [event.callId, event]));
  for (const [callId, result] of results) before(calls.get(callId), result);
  for (const start of of(events, 'agent_started')) {
    const own = events.filter(({agentId}) => agentId === start.agentId);
    const end = own.find(({type}) => type === 'agent_finished');
    expect(own[0]).toBe(start);
    if (end) expect(own.at(-1)).toBe(end);
    const call = calls.get(start.callId ?? '');
    expect(call?.tool).toBe('Agent');
    before(call, start);
    if (!start.background) before(end, results.get(start.callId ?? ''));
    else
      for (const report of of(events, 'mail_queued').filter(({mail}) => mail.from === start.agentId))
        before(end, report);
  }
  for (const queued of of(events, 'mail_queued')) {
    before(
      queued,
      of(events, 'entry_appended').find(({mail}) => mail?.id === queued.mail.id),
    );
  }
  return pairs;
}

describe('the events of a turn', () => {
  it('come in one order, causes before effects, whoever reads them and how slowly', async () => {
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(shapes, pace, async (all, speed) => {
        const world = openWorld();
        const {got, read} = openReader(speed, null);
        await world.play(JSON.stringify(grow(all)[0]?.plan), read);
        expectAsPublished(world, got);
        pairs += expectCausesFirst(got);
        // Another turn, while those in the background that hang live on.
        world.session.interrupt();
        await world.settle();
        const next = openReader(speed, null);
        await world.play('go on', next.read);
        expectAsPublished(world, next.got);
        const closed = world.session.close();
        await world.settle();
        await closed;
      }),
      runs(60),
    );
    expect(pairs).toBeGreaterThan(100);
  });

  it('leave nothing behind when their reader breaks off, wherever it does', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, pace, fc.integer({min: 1, max: 300}), async (all, speed, breakAt) => {
        const world = openWorld();
        const {got, read} = openReader(speed, breakAt);
        const {session} = world;
        await world.play(JSON.stringify(grow(all)[0]?.plan), read);
        if (got.length === breakAt) {
          expect(session.isRunning).toBe(false);
          const [root, ...others] = session.agents.snapshot();
          expect(root?.state).toBe('idle');
          // The foreground went with the turn.
          const isWithTurn = (id: string | null): boolean => {
            const agent = others.find(each => each.id === id);
            return agent === undefined || (!agent.background && isWithTurn(agent.parentId));
          };
          for (const {id, endedAt} of others) if (isWithTurn(id)) expect(endedAt).not.toBeNull();
          expectAsPublished(world, got);
          expect(of(world.events, 'run_finished').filter(({agentId}) => agentId === 'main')).toHaveLength(1);
        }
        const closed = session.close();
        await world.settle();
        await closed;
        const {length} = world.events;
        await nextTurn();
        expect(world.events).toHaveLength(length);
        for (const {endedAt} of session.agents.snapshot()) expect(endedAt).not.toBeNull();
        for (const signal of world.signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
        expect([world.sleepers(), world.running()]).toEqual([0, 0]);
      }),
      runs(60),
    );
  });
});
