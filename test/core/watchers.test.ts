import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {StampedEvent} from '../../src/core/types.js';
import {collectUntil} from '../support/garbage.js';
import {notice, spawn, startRegistry, textDelta} from '../support/registry.js';

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
    const registry = startRegistry();
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
            .map(({part, index}) => textDelta(part, index)),
        },
        {weight: 1, arbitrary: fc.string({maxLength: 4}).map(notice)},
      ),
      drains: fc.array(fc.nat({max: 2}), {maxLength: 1}),
    });
    fc.assert(
      fc.property(fc.array(step, {maxLength: 80}), steps => {
        const registry = startRegistry();
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
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    const watcher = registry.observe({bound: 100});
    const whole: StampedEvent[] = [];
    for (let count = 0; count < 20_000; count += 1) {
      // Two agents that alternate: neighbours never merge.
      registry.publish(count % 2 === 0 ? 'main' : child, textDelta('some text '.repeat(10)));
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

  it('of one text are few for a watcher that was slow, which has all of it', () => {
    const registry = startRegistry();
    const watcher = registry.observe({bound: 10});
    for (let count = 0; count < 2_000; count += 1) registry.publish('main', textDelta('x'));
    const events = watcher.drain();
    expect(events.length).toBeLessThan(5);
    expect([...substance(events).texts.values()]).toEqual(['x'.repeat(2_000)]);
  });

  it('of one endless text cost a watcher that never drains bounded memory too', () => {
    const registry = startRegistry();
    const watcher = registry.observe({bound: 100});
    for (let count = 0; count < 20_000; count += 1) registry.publish('main', textDelta('some text '.repeat(10)));
    registry.publish('main', notice('the end'));
    const events = watcher.drain();
    const characters = [...substance(events).texts.values()].join('').length;
    expect(characters).toBeLessThanOrEqual(100 * 4_096);
    expect(events.at(-1)).toMatchObject(notice('the end'));
    expect(events.length).toBeLessThanOrEqual(101);
  });

  it('reach only those who watch: from when they came until they close, and what their filter lets through', () => {
    const registry = startRegistry();
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
    const registry = startRegistry();
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
    const registry = startRegistry();
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
    expect(() => startRegistry().publish('nobody', notice('hello'))).toThrow('no agent nobody');
  });
});
