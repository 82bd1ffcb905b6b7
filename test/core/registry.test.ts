import {setImmediate} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import type {RegistryLimits} from '../../src/core/limits.js';
import {createRegistry, type Registry} from '../../src/core/registry.js';
import type {AgentEvent, AgentId, Mail, StampedEvent} from '../../src/core/types.js';
import {createVirtualClock} from '../support/clock.js';
import {collectUntil} from '../support/garbage.js';

const clock = createVirtualClock();

function start(limits: Partial<RegistryLimits> = {}): Registry {
  const registry = createRegistry({limits, clock});
  registry.reserve({parentId: null, callId: null, kind: 'main', description: '', name: null, background: false});
  return registry;
}

const request = (parentId: AgentId) => ({
  parentId,
  callId: `call of ${parentId}`,
  kind: 'general-purpose',
  description: 'look around',
  name: null,
  background: false,
});

/** The id of a child that no limit stands against. */
function spawn(registry: Registry, parentId: AgentId): AgentId {
  const receipt = registry.reserve(request(parentId));
  if (!receipt.accepted) throw new Error(receipt.message);
  return receipt.id;
}

const letter = (to: AgentId, text: string, parts: Partial<Mail> = {}): Omit<Mail, 'id' | 'seq'> => ({
  from: 'user',
  to,
  kind: 'message',
  text,
  wake: true,
  ...parts,
});

const text = (part: string, index = 0): AgentEvent => ({type: 'text_delta', entryId: 'entry-1', index, text: part});
const notice = (part: string): AgentEvent => ({type: 'notice', level: 'info', text: part});

describe('spawning', () => {
  it('gives the root the name main and each child one of its own, with its place in the tree', () => {
    const registry = start();
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
      (registry: Registry) => registry.reserve(request(spawn(registry, spawn(registry, spawn(registry, 'main'))))),
    ],
    [
      'children',
      8,
      (registry: Registry) => {
        for (let count = 0; count < 8; count += 1) spawn(registry, 'main');
        return registry.reserve(request('main'));
      },
    ],
    [
      'live',
      16,
      (registry: Registry) => {
        for (const parent of [spawn(registry, 'main'), spawn(registry, 'main')]) {
          for (let count = 0; count < 7; count += 1) spawn(registry, parent);
        }
        return registry.reserve(request('main'));
      },
    ],
    [
      'spawns',
      32,
      (registry: Registry) => {
        for (let count = 0; count < 32; count += 1) registry.finish(spawn(registry, 'main'), 'done', '');
        return registry.reserve(request('main'));
      },
    ],
  ] as const)(
    'is refused at the limit %s, which is %i unless set, and the refusal says so',
    (limit, number, exhaust) => {
      const registry = start();
      const receipt = exhaust(registry);
      const before = registry.snapshot();
      expect(receipt).toMatchObject({accepted: false, limit});
      expect(receipt).toHaveProperty('message', expect.stringContaining(`"${limit}" is ${number}`));
      expect(registry.snapshot()).toEqual(before);
    },
  );

  it('is possible again once a child has ended, and once a new turn begins', () => {
    const registry = start({children: 1, spawnsPerTurn: 2});
    const first = spawn(registry, 'main');
    expect(registry.reserve(request('main'))).toMatchObject({limit: 'children'});
    registry.finish(first, 'done', '');
    registry.finish(spawn(registry, 'main'), 'failed', '');
    expect(registry.reserve(request('main'))).toMatchObject({limit: 'spawns'});
    registry.beginTurn('main');
    expect(registry.reserve(request('main'))).toMatchObject({accepted: true});
  });

  it('never passes a limit, over random orders of spawning, ending and new turns', () => {
    const limit = fc.integer({min: 0, max: 4});
    const step = fc.record({type: fc.constantFrom('spawn', 'spawn', 'spawn', 'finish', 'turn'), at: fc.nat()});
    fc.assert(
      fc.property(
        fc.record({depth: limit, live: limit, children: limit, spawnsPerTurn: limit}),
        fc.array(step, {maxLength: 60}),
        (limits, steps) => {
          const registry = start(limits);
          let spawns = 0;
          for (const {type, at} of steps) {
            const living = registry.snapshot().filter(({endedAt}) => endedAt === null);
            const {id} = living[at % living.length] ?? {id: 'main'};
            if (type === 'turn') {
              registry.beginTurn('main');
              spawns = 0;
            } else if (type === 'spawn') {
              spawns += registry.reserve(request(id)).accepted ? 1 : 0;
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
    const registry = start();
    const child = spawn(registry, 'main');
    spawn(registry, child);
    registry.finish(child, 'stopped', '');
    expect(registry.liveChildren('main')).toBe(1);
    expect(registry.revive(child, 'main').accepted).toBe(true);
    expect(registry.liveChildren(child)).toBe(0);
    expect(registry.liveChildren('main')).toBe(2);
  });

  it('is a bug from an agent that has ended or never was, and under a name that is taken', () => {
    const registry = start();
    const ended = spawn(registry, 'main');
    registry.finish(ended, 'stopped', '');
    expect(() => registry.reserve(request(ended))).toThrow('has ended');
    expect(() => registry.reserve(request('nobody'))).toThrow('no agent nobody');
    expect(() => registry.reserve({...request('main'), id: ended})).toThrow('already');
  });

  it('brings an agent back under its old name, which no new one gets', () => {
    const registry = start();
    registry.reserve({...request('main'), id: 'agent-1'});
    const others = [spawn(registry, 'main'), spawn(registry, 'main')];
    expect(new Set(['agent-1', ...others]).size).toBe(3);
  });
});

describe('mail', () => {
  it('gets a number, a position and an identity of its own, and comes out as it was posted', () => {
    const registry = start();
    expect(registry.post(letter('main', 'first'))).toMatchObject({accepted: true, seq: 1, position: 1});
    expect(registry.post(letter('main', 'second', {inReplyTo: 'mail-9'}))).toMatchObject({seq: 2, position: 2});
    const [first, second] = registry.inbox('main').drain();
    expect(first).toMatchObject({from: 'user', to: 'main', kind: 'message', text: 'first', wake: true, seq: 1});
    expect(second).toMatchObject({text: 'second', inReplyTo: 'mail-9', seq: 2});
    expect(first?.id).not.toBe(second?.id);
    expect(registry.post(letter('main', 'third'))).toMatchObject({seq: 3, position: 1});
  });

  it('is never lost, doubled or out of order per sender, over random orders of posting, draining and ending', () => {
    const names = ['main', 'agent-1', 'agent-2', 'nobody'];
    const step = fc.record({
      type: fc.constantFrom('post', 'post', 'post', 'post', 'post', 'drain', 'finish'),
      from: fc.nat({max: 2}),
      to: fc.nat({max: 3}),
    });
    fc.assert(
      fc.property(fc.array(step, {maxLength: 400}), steps => {
        const registry = start();
        spawn(registry, 'main');
        spawn(registry, 'main');
        const ended = new Set<AgentId>();
        const accepted: string[] = [];
        const delivered: Mail[] = [];
        steps.forEach(({type, from: sender, to: recipient}, index) => {
          const [from, to] = [names[sender] ?? '', names[recipient] ?? ''];
          if (type === 'post') {
            const receipt = registry.post(letter(to, String(index), {from}));
            if (receipt.accepted) accepted.push(`${from} to ${to}: ${index}`);
            else if (to === 'nobody') expect(receipt.reason).toBe('unknown');
            else expect(receipt.reason).toBe(ended.has(to) ? 'stopped' : 'full');
          } else if (type === 'drain' && to !== 'nobody') {
            delivered.push(...registry.inbox(to).drain());
          } else if (type === 'finish' && to !== 'nobody' && to !== 'main') {
            registry.finish(to, 'stopped', '');
            ended.add(to);
          }
        });
        for (const name of names.slice(0, 3)) delivered.push(...registry.inbox(name).drain());
        expect(delivered.map(mail => `${mail.from} to ${mail.to}: ${mail.text}`).sort()).toEqual([...accepted].sort());
        for (const name of names.slice(0, 3)) {
          const own = delivered.filter(({to}) => to === name);
          expect(own.map(({seq}) => seq)).toEqual(own.map((_, index) => index + 1));
          expect(own.map(mail => Number(mail.text))).toEqual(own.map(mail => Number(mail.text)).sort((a, b) => a - b));
        }
        expect(new Set(delivered.map(({id}) => id)).size).toBe(delivered.length);
      }),
    );
  });

  it('is refused by a full inbox, save the word that a child has ended', () => {
    const registry = start();
    let count = 0;
    while (registry.post(letter('main', 'more')).accepted) count += 1;
    expect(count).toBe(100);
    expect(registry.post(letter('main', 'more'))).toEqual({accepted: false, reason: 'full'});
    expect(registry.post(letter('main', 'the result', {kind: 'agent_finished'}))).toMatchObject({
      seq: 101,
      position: 101,
    });
    expect(registry.inbox('main').drain().at(-1)).toMatchObject({text: 'the result'});
  });

  it('to an agent that has ended bounces, wakes nobody and leaves it ended', async () => {
    const registry = start();
    const child = spawn(registry, 'main');
    registry.post(letter(child, 'before its end', {wake: false}));
    registry.finish(child, 'stopped', 'stopped by the user');
    const before = registry.snapshot();
    let woken = false;
    registry.inbox(child).onWake(() => {
      woken = true;
    });
    expect(registry.post(letter(child, 'after its end'))).toEqual({accepted: false, reason: 'stopped'});
    await setImmediate();
    expect(woken).toBe(false);
    expect(registry.snapshot()).toEqual(before);
    expect(
      registry
        .inbox(child)
        .drain()
        .map(mail => mail.text),
    ).toEqual(['before its end']);
  });

  it('wakes an agent that waits only if it says so', async () => {
    const registry = start();
    const {signal} = createScope();
    const inbox = registry.inbox('main');
    let woken = false;
    const waiting = inbox.wait(signal).then(() => {
      woken = true;
    });
    registry.post(letter('main', 'by the way', {wake: false}));
    await setImmediate();
    expect(woken).toBe(false);
    registry.post(letter('main', 'now'));
    await waiting;
    expect(inbox.drain().map(mail => mail.text)).toEqual(['by the way', 'now']);
  });

  it('that a listener posts while it is woken gets a number of its own', () => {
    const registry = start();
    registry.inbox('main').onWake(() => registry.post(letter('main', 'in reply')));
    registry.post(letter('main', 'question'));
    expect(
      registry
        .inbox('main')
        .drain()
        .map(mail => [mail.seq, mail.text]),
    ).toEqual([
      [1, 'question'],
      [2, 'in reply'],
    ]);
  });
});

/** Every event that is no delta, and the text of the deltas of each block, in the order of their first numbers. */
function substance(events: readonly StampedEvent[]) {
  const texts = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'text_delta') continue;
    const block = `${event.agentId} ${event.entryId} ${event.index}`;
    texts.set(block, (texts.get(block) ?? '') + event.text);
  }
  return {whole: events.filter(({type}) => type !== 'text_delta'), texts};
}

describe('events', () => {
  it('are stamped with their place and with one number for the whole session', () => {
    const registry = start();
    const child = spawn(registry, 'main');
    const watcher = registry.observe();
    const stamped = [
      registry.publish('main', notice('one')),
      registry.publish(child, notice('two')),
      registry.publish('main', notice('three')),
    ];
    expect(stamped).toEqual([
      {...notice('one'), agentId: 'main', parentId: null, depth: 0, seq: 1},
      {...notice('two'), agentId: child, parentId: 'main', depth: 1, seq: 2},
      {...notice('three'), agentId: 'main', parentId: null, depth: 0, seq: 3},
    ]);
    expect(watcher.drain()).toEqual(stamped);
  });

  it('reach every watcher in that one order, whenever it drains, and merging loses nothing', () => {
    const step = fc.record({
      agent: fc.constantFrom('main', 'agent-1', 'agent-2'),
      event: fc.oneof(
        {
          weight: 4,
          arbitrary: fc
            .record({part: fc.string({maxLength: 4}), index: fc.nat({max: 1})})
            .map(({part, index}) => text(part, index)),
        },
        {weight: 1, arbitrary: fc.string({maxLength: 4}).map(notice)},
      ),
      drains: fc.array(fc.nat({max: 2}), {maxLength: 1}),
    });
    fc.assert(
      fc.property(fc.array(step, {maxLength: 80}), steps => {
        const registry = start();
        spawn(registry, 'main');
        spawn(registry, 'main');
        const watchers = [registry.observe(), registry.observe(), registry.observe()];
        const seen: StampedEvent[][] = [[], [], []];
        const published = steps.map(({agent, event, drains}) => {
          const stamped = registry.publish(agent, event);
          for (const place of drains) seen[place]?.push(...(watchers[place]?.drain() ?? []));
          return stamped;
        });
        expect(published.map(({seq}) => seq)).toEqual(published.map((_, index) => index + 1));
        watchers.forEach((watcher, place) => {
          const events = [...(seen[place] ?? []), ...watcher.drain()];
          expect(substance(events)).toEqual(substance(published));
          const numbers = events.map(({seq}) => seq);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        });
      }),
    );
  });

  it('cost a watcher that never drains bounded memory, and it loses deltas only', () => {
    const registry = start();
    const child = spawn(registry, 'main');
    const watcher = registry.observe({bound: 100});
    const whole: StampedEvent[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      // Two agents that alternate: neighbours never merge.
      registry.publish(count % 2 === 0 ? 'main' : child, text('some text '.repeat(10)));
      if (count % 100 === 0) {
        whole.push(
          registry.publish('main', {type: 'tool_started', callId: `${count}`, tool: 'Bash', title: 'ls', input: {}}),
        );
        whole.push(
          registry.publish(child, {type: 'question_asked', callId: `${count}`, tool: 'Bash', title: 'ls', input: {}}),
        );
      }
    }
    const events = watcher.drain();
    expect(substance(events).whole).toEqual(whole);
    expect(events.length).toBeLessThanOrEqual(100 + whole.length);
  });

  it('of one endless text cost a watcher that never drains bounded memory too', () => {
    const registry = start();
    const watcher = registry.observe({bound: 100});
    for (let count = 0; count < 20_000; count += 1) registry.publish('main', text('some text '.repeat(10)));
    registry.publish('main', notice('the end'));
    const events = watcher.drain();
    const characters = [...substance(events).texts.values()].join('').length;
    expect(characters).toBeLessThanOrEqual(100 * 4_096);
    expect(events.at(-1)).toMatchObject(notice('the end'));
    expect(events.length).toBeLessThanOrEqual(101);
  });

  it('reach only those who watch: from when they came until they close, and what their filter lets through', () => {
    const registry = start();
    const child = spawn(registry, 'main');
    registry.publish('main', notice('before'));
    const all = registry.observe();
    const some = registry.observe({filter: ({agentId}) => agentId === child});
    registry.publish('main', notice('of main'));
    registry.publish(child, notice('of the child'));
    all.close();
    registry.publish(child, notice('after'));
    expect(all.drain()).toMatchObject([notice('of main'), notice('of the child')]);
    expect(some.drain()).toMatchObject([notice('of the child'), notice('after')]);
  });

  it('are kept by nobody when nobody watches', async () => {
    const registry = start();
    const events: WeakRef<StampedEvent>[] = [];
    const publish = (): void => {
      for (let count = 0; count < 1_000; count += 1)
        events.push(new WeakRef(registry.publish('main', notice('unseen'))));
    };
    registry.observe().close();
    publish();
    const alive = (): number => events.filter(event => event.deref() !== undefined).length;
    await collectUntil(() => alive() === 0);
    expect(alive()).toBe(0);
    expect(registry.observe().isEmpty()).toBe(true);
  });

  it('let go of a watcher that has closed its mailbox', async () => {
    const registry = start();
    const watchAndClose = (): WeakRef<object> => {
      const watcher = registry.observe();
      watcher.close();
      return new WeakRef(watcher);
    };
    const watcher = watchAndClose();
    registry.publish('main', notice('the next event'));
    await collectUntil(() => watcher.deref() === undefined);
    expect(watcher.deref()).toBeUndefined();
  });

  it('of an agent that never was are a bug', () => {
    expect(() => start().publish('nobody', notice('hello'))).toThrow('no agent nobody');
  });
});

describe('the snapshot', () => {
  it('holds every agent there was, parents before children, ended ones as tombstones with their result', async () => {
    const registry = start();
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
    registry.reserve(request('main'));
    expect(registry.snapshot()).toHaveLength(4);
  });

  it('is not changed by what happens later, and repeats the object of an agent that did not change', () => {
    const registry = start();
    const child = spawn(registry, 'main');
    const before = registry.snapshot();
    const copy = structuredClone(before);
    registry.publish('main', {type: 'request_started', step: 1});
    registry.publish(child, text('a delta changes nothing'));
    registry.post(letter(child, 'nor does mail'));
    const after = registry.snapshot();
    expect(before).toEqual(copy);
    expect(after[0]).toMatchObject({state: 'thinking'});
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
  });

  it('is what stays of an ended agent that nobody will bring back: its mail bounces, and what it still says is heard', () => {
    const registry = start();
    const [child, other] = [spawn(registry, 'main'), spawn(registry, 'main')];
    registry.forget(child);
    registry.publish(child, {type: 'request_started', step: 1});
    expect(registry.find(child)).toMatchObject({state: 'thinking'});
    registry.finish(child, 'done', 'All is well.');
    registry.forget(child);
    const ids = ['main', child, other];
    expect(registry.snapshot().map(({id}) => id)).toEqual(ids);
    expect(registry.find(child)).toMatchObject({state: 'done', activity: 'All is well.'});
    expect(registry.post(letter(child, 'are you there?'))).toEqual({accepted: false, reason: 'stopped'});
    expect(registry.liveChildren(child)).toBe(0);
    const watcher = registry.observe();
    registry.publish(child, notice('its last process has ended'));
    expect(watcher.drain()).toMatchObject([{agentId: child, parentId: 'main', depth: 1}]);
    expect(spawn(registry, 'main')).not.toBe(child);
  });

  it("of an ended agent keeps its result's first line, and not the rest of it", async () => {
    const registry = start();
    const child = spawn(registry, 'main');
    registry.finish(child, 'done', `  \n${'a long line '.repeat(1_000)}\nmore`);
    expect(registry.find(child)?.activity).toBe('a long line '.repeat(17).slice(0, 200));
    registry.finish(spawn(registry, 'main'), 'done', '\n One. \r\nTwo.');
    expect(registry.snapshot().at(-1)?.activity).toBe('One.');
  });

  it('keeps the first end of an agent, whatever comes after it', () => {
    const registry = start();
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
