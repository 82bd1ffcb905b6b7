import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Registry} from '../../src/core/registry.js';
import {createVirtualClock} from '../support/clock.js';
import {letterTo, notice, requestOf, spawn, startRegistry, textDelta} from '../support/registry.js';

describe('spawning', () => {
  it('gives the root the name main and each child one of its own, with its place in the tree', () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    const grandchild = spawn(registry, child);
    expect(registry.snapshot().map(({id, parentId, depth}) => ({id, parentId, depth}))).toEqual([
      {id: 'main', parentId: null, depth: 0},
      {id: child, parentId: 'main', depth: 1},
      {id: grandchild, parentId: child, depth: 2},
    ]);
  });

  it.each([
    [
      'depth',
      3,
      (registry: Registry) => registry.reserve(requestOf(spawn(registry, spawn(registry, spawn(registry, 'main'))))),
    ],
    [
      'children',
      8,
      (registry: Registry) => {
        for (let count = 0; count < 8; count += 1) spawn(registry, 'main');
        return registry.reserve(requestOf('main'));
      },
    ],
    [
      'live',
      16,
      (registry: Registry) => {
        for (const parent of [spawn(registry, 'main'), spawn(registry, 'main')]) {
          for (let count = 0; count < 7; count += 1) spawn(registry, parent);
        }
        return registry.reserve(requestOf('main'));
      },
    ],
    [
      'spawns',
      32,
      (registry: Registry) => {
        for (let count = 0; count < 32; count += 1) registry.finish(spawn(registry, 'main'), 'done', '');
        return registry.reserve(requestOf('main'));
      },
    ],
  ] as const)(
    'is refused at the limit %s, which is %i unless set, and the refusal says so',
    (limit, number, exhaust) => {
      const registry = startRegistry();
      const receipt = exhaust(registry);
      const before = registry.snapshot();
      expect(receipt).toMatchObject({accepted: false, limit});
      expect(receipt).toHaveProperty('message', expect.stringContaining(`"${limit}" is ${number}`));
      expect(registry.snapshot()).toEqual(before);
    },
  );

  it('uses up no name when it is refused', () => {
    const registry = startRegistry({children: 1});
    const first = spawn(registry, 'main');
    for (let times = 0; times < 3; times += 1) registry.reserve(requestOf('main'));
    registry.finish(first, 'done', '');
    expect([first, spawn(registry, 'main')]).toEqual(['agent-1', 'agent-2']);
  });

  it('is possible again once a child has ended, and once a new turn begins', () => {
    const registry = startRegistry({children: 1, spawnsPerTurn: 2});
    const first = spawn(registry, 'main');
    expect(registry.reserve(requestOf('main'))).toMatchObject({limit: 'children'});
    registry.finish(first, 'done', '');
    registry.finish(spawn(registry, 'main'), 'failed', '');
    expect(registry.reserve(requestOf('main'))).toMatchObject({limit: 'spawns'});
    registry.beginTurn('main');
    expect(registry.reserve(requestOf('main'))).toMatchObject({accepted: true});
  });

  it('never passes a limit, over random orders of spawning, ending and new turns', () => {
    const limit = fc.integer({min: 0, max: 4});
    const step = fc.record({type: fc.constantFrom('spawn', 'spawn', 'spawn', 'finish', 'turn'), at: fc.nat()});
    fc.assert(
      fc.property(
        fc.record({depth: limit, live: limit, children: limit, spawnsPerTurn: limit}),
        fc.array(step, {maxLength: 60}),
        (limits, steps) => {
          const registry = startRegistry(limits);
          let spawns = 0;
          for (const {type, at} of steps) {
            const living = registry.snapshot().filter(({endedAt}) => endedAt === null);
            const {id} = living[at % living.length] ?? {id: 'main'};
            if (type === 'turn') {
              registry.beginTurn('main');
              spawns = 0;
            } else if (type === 'spawn') {
              spawns += registry.reserve(requestOf(id)).accepted ? 1 : 0;
            } else if (id !== 'main' && registry.liveChildren(id) === 0) {
              registry.finish(id, 'done', '');
            }
            const children = registry.snapshot().filter(agent => agent.endedAt === null && agent.parentId !== null);
            expect(children.length).toBeLessThanOrEqual(limits.live);
            expect(spawns).toBeLessThanOrEqual(limits.spawnsPerTurn);
            for (const {id: parent, depth} of registry.snapshot()) {
              const own = children.filter(({parentId}) => parentId === parent).length;
              expect(depth).toBeLessThanOrEqual(limits.depth);
              expect(own).toBeLessThanOrEqual(limits.children);
              expect(registry.liveChildren(parent)).toBe(own);
            }
          }
        },
      ),
    );
  });

  it('brings an agent back without the children that moved up from it', () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    spawn(registry, child);
    registry.finish(child, 'stopped', '');
    expect(registry.liveChildren('main')).toBe(1);
    expect(registry.revive(child, 'main').accepted).toBe(true);
    expect(registry.liveChildren(child)).toBe(0);
    expect(registry.liveChildren('main')).toBe(2);
  });

  it('is a bug from an agent that has ended or never was', () => {
    const registry = startRegistry();
    const ended = spawn(registry, 'main');
    registry.finish(ended, 'stopped', '');
    expect(() => registry.reserve(requestOf(ended))).toThrow('has ended');
    expect(() => registry.reserve(requestOf('nobody'))).toThrow('no agent nobody');
  });

  it('has an agent of an earlier time in its place, under its name, and counts its mail on', () => {
    const first = startRegistry();
    const id = spawn(first, 'main');
    first.finish(id, 'done', 'All well.');
    const earlier = first.find(id);
    if (!earlier) throw new Error('nobody there');
    const registry = startRegistry();
    registry.recall(earlier, 4);
    expect(registry.snapshot().at(-1)).toEqual(earlier);
    expect(registry.liveChildren('main')).toBe(0);
    expect(registry.post(letterTo(id, 'hello'))).toEqual({accepted: false, reason: 'stopped'});
    expect(spawn(registry, 'main')).not.toBe(id);
    expect(registry.revive(id, 'main').accepted).toBe(true);
    expect(registry.post(letterTo(id, 'hello'))).toMatchObject({accepted: true, seq: 5, id: `mail-${id}-5`});
  });
});

describe('the snapshot', () => {
  it('holds every agent there was, parents before children, ended ones as tombstones with their result', async () => {
    const clock = createVirtualClock();
    const registry = startRegistry({}, clock);
    const first = spawn(registry, 'main');
    const below = spawn(registry, first);
    await clock.advance(500);
    registry.finish(below, 'failed', '');
    registry.finish(first, 'done', '\nFound 3 callers.\nAll in src/core.');
    const [main, parent, child] = registry.snapshot();
    expect([main?.id, parent?.id, child?.id]).toEqual(['main', first, below]);
    expect(main).toMatchObject({state: 'queued', endedAt: null});
    expect(parent).toMatchObject({
      state: 'done',
      activity: 'Found 3 callers.',
      callId: 'call of main',
      kind: 'general-purpose',
    });
    expect(child).toMatchObject({state: 'failed', activity: '', parentId: first, description: 'look around'});
    expect([parent?.startedAt, parent?.endedAt]).toEqual([clock.now() - 500, clock.now()]);
    registry.reserve(requestOf('main'));
    expect(registry.snapshot()).toHaveLength(4);
  });

  it('has the time that an agent worked in its runs, and not what it was idle between them', async () => {
    const clock = createVirtualClock();
    const registry = startRegistry({}, clock);
    const child = spawn(registry, 'main');
    await clock.advance(300);
    registry.finish(child, 'done', '');
    await clock.advance(19_000);
    registry.revive(child, 'main');
    const resumedAt = clock.now();
    await clock.advance(200);
    expect(registry.find(child)).toMatchObject({startedAt: resumedAt, endedAt: null, earlierMs: 300});
    registry.finish(child, 'done', '');
    await clock.advance(60_000);
    registry.revive(child, 'main');
    expect(registry.find(child)).toMatchObject({startedAt: clock.now(), earlierMs: 500});
  });

  it('is not changed by what happens later, and repeats the object of an agent that did not change', () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    const before = registry.snapshot();
    const copy = structuredClone(before);
    registry.publish('main', {type: 'request_started', step: 1});
    registry.publish(child, textDelta('a delta changes nothing'));
    registry.post(letterTo(child, 'nor does mail'));
    const after = registry.snapshot();
    expect(before).toEqual(copy);
    expect(after[0]).toMatchObject({state: 'thinking'});
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });

  it('is what stays of an ended agent that nobody will bring back: its mail bounces, and what it still says is heard', () => {
    const registry = startRegistry();
    const [child, other] = [spawn(registry, 'main'), spawn(registry, 'main')];
    registry.forget(child);
    registry.publish(child, {type: 'request_started', step: 1});
    expect(registry.find(child)).toMatchObject({state: 'thinking'});
    registry.finish(child, 'done', 'All is well.');
    registry.forget(child);
    const ids = ['main', child, other];
    expect(registry.snapshot().map(({id}) => id)).toEqual(ids);
    expect(registry.find(child)).toMatchObject({state: 'done', activity: 'All is well.'});
    expect(registry.post(letterTo(child, 'are you there?'))).toEqual({accepted: false, reason: 'stopped'});
    expect(registry.liveChildren(child)).toBe(0);
    const watcher = registry.observe();
    registry.publish(child, notice('its last process has ended'));
    expect(watcher.drain()).toMatchObject([{agentId: child, parentId: 'main', depth: 1}]);
    expect(spawn(registry, 'main')).not.toBe(child);
  });

  it("of an ended agent keeps its result's first line, and not the rest of it", async () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    registry.finish(child, 'done', `  \n${'a long line '.repeat(1_000)}\nmore`);
    expect(registry.find(child)?.activity).toBe('a long line '.repeat(17).slice(0, 200));
    registry.finish(spawn(registry, 'main'), 'done', '\n One. \r\nTwo.');
    expect(registry.snapshot().at(-1)?.activity).toBe('One.');
  });

  it('keeps the first end of an agent, whatever comes after it', () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    registry.finish(child, 'stopped', 'stopped by the user');
    const [, ended] = registry.snapshot();
    registry.finish(child, 'done', 'too late');
    registry.publish(child, {type: 'request_started', step: 2});
    expect(registry.snapshot()[1]).toEqual(ended);
    expect(registry.liveChildren('main')).toBe(0);
    spawn(registry, 'main');
    expect(registry.liveChildren('main')).toBe(1);
  });
});
