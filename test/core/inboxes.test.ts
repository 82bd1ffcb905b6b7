import {setImmediate} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import type {AgentId, Mail} from '../../src/core/types.js';
import {letterTo, spawn, startRegistry} from '../support/registry.js';

describe('mail', () => {
  it('gets a number, a position and an identity of its own, and comes out as it was posted', () => {
    const registry = startRegistry();
    expect(registry.post(letterTo('main', 'first'))).toMatchObject({accepted: true, seq: 1, position: 1});
    expect(registry.post(letterTo('main', 'second'))).toMatchObject({seq: 2, position: 2});
    const [first, second] = registry.inbox('main').drain();
    expect(first).toMatchObject({from: 'user', to: 'main', kind: 'message', text: 'first', wake: true, seq: 1});
    expect(second).toMatchObject({text: 'second', seq: 2});
    expect(first?.id).not.toBe(second?.id);
    expect(registry.post(letterTo('main', 'third'))).toMatchObject({seq: 3, position: 1});
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
        const registry = startRegistry();
        spawn(registry, 'main');
        spawn(registry, 'main');
        const ended = new Set<AgentId>();
        const accepted: string[] = [];
        const delivered: Mail[] = [];
        steps.forEach(({type, from: sender, to: recipient}, index) => {
          const [from, to] = [names[sender] ?? '', names[recipient] ?? ''];
          if (type === 'post') {
            const receipt = registry.post(letterTo(to, String(index), {from}));
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
    const registry = startRegistry();
    let count = 0;
    while (registry.post(letterTo('main', 'more')).accepted) count += 1;
    expect(count).toBe(100);
    expect(registry.post(letterTo('main', 'more'))).toEqual({accepted: false, reason: 'full'});
    expect(registry.post(letterTo('main', 'the result', {kind: 'agent_finished'}))).toMatchObject({
      seq: 101,
      position: 101,
    });
    expect(registry.inbox('main').drain().at(-1)).toMatchObject({text: 'the result'});
  });

  it('to an agent that has ended bounces, wakes nobody and leaves it ended', async () => {
    const registry = startRegistry();
    const child = spawn(registry, 'main');
    registry.post(letterTo(child, 'before its end', {wake: false}));
    registry.finish(child, 'stopped', 'stopped by the user');
    const before = registry.snapshot();
    let woken = false;
    registry.inbox(child).onWake(() => {
      woken = true;
    });
    expect(registry.post(letterTo(child, 'after its end'))).toEqual({accepted: false, reason: 'stopped'});
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
    const registry = startRegistry();
    const {signal} = createScope();
    const inbox = registry.inbox('main');
    let woken = false;
    const waiting = inbox.wait(signal).then(() => {
      woken = true;
    });
    registry.post(letterTo('main', 'by the way', {wake: false}));
    await setImmediate();
    expect(woken).toBe(false);
    registry.post(letterTo('main', 'now'));
    await waiting;
    expect(inbox.drain().map(mail => mail.text)).toEqual(['by the way', 'now']);
  });

  it('that a listener posts while it is woken gets a number of its own', () => {
    const registry = startRegistry();
    registry.inbox('main').onWake(() => registry.post(letterTo('main', 'in reply')));
    registry.post(letterTo('main', 'question'));
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
