import {setImmediate as nextTurn} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createMailbox, type Mailbox} from '../../src/core/mailbox.js';
import {merge} from '../../src/core/merge.js';
import type {AgentEvent, StampedEvent} from '../../src/core/types.js';
import {runs} from '../support/runs.js';

const notice = (text: string): AgentEvent => ({type: 'notice', level: 'info', text});

/** One order for a run and for others beside it, as a registry keeps it. */
function openOrder() {
  let seq = 0;
  const beside: Mailbox<StampedEvent> = createMailbox({bound: 1_000});
  const stamp = (agentId: string, event: AgentEvent): StampedEvent => {
    seq += 1;
    return {...event, agentId, parentId: null, depth: 0, seq};
  };
  return {
    beside,
    tell: (event: AgentEvent) => stamp('main', event),
    say: (text: string) => beside.push(stamp('child', notice(text))),
  };
}

const texts = (events: readonly StampedEvent[]): readonly string[] =>
  events.map(event => (event.type === 'notice' ? event.text : event.type));

describe('the one order of a turn', () => {
  it('is that of what happened, however slow its reader is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({hops: fc.nat({max: 5}), says: fc.nat({max: 2})}), {maxLength: 12}),
        fc.array(fc.record({hops: fc.nat({max: 8}), says: fc.nat({max: 2})}), {maxLength: 20}),
        async (run, reads) => {
          const {beside, tell, say} = openOrder();
          let said = 0;
          const speak = (times: number): void => {
            for (let time = 0; time < times; time += 1) say(`beside ${++said}`);
          };
          async function* work(): AsyncGenerator<AgentEvent> {
            for (const [index, {hops, says}] of run.entries()) {
              for (let hop = 0; hop < hops; hop += 1) await null;
              speak(says);
              yield notice(`run ${index}`);
            }
          }
          const got: StampedEvent[] = [];
          for await (const event of merge(work(), beside, tell)) {
            got.push(event);
            const {hops, says} = reads[got.length] ?? {hops: 0, says: 0};
            for (let hop = 0; hop < hops; hop += 1) await null;
            speak(says);
          }
          const seqs = got.map(({seq}) => seq);
          expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
          expect(texts(got).filter(text => text.startsWith('run'))).toEqual(run.map((_, index) => `run ${index}`));
          // What is said after the run's last event is not of this turn.
          const others = texts(got).filter(text => text.startsWith('beside'));
          expect(others).toEqual(others.map((_, index) => `beside ${index + 1}`));
        },
      ),
      runs(300),
    );
  });

  it('lets the run go on only when its last event was taken', async () => {
    const {beside, tell} = openOrder();
    const done: string[] = [];
    async function* work(): AsyncGenerator<AgentEvent> {
      for (const name of ['one', 'two']) {
        yield notice(name);
        done.push(name);
      }
    }
    const merged = merge(work(), beside, tell);
    await merged.next();
    await nextTurn();
    expect(done).toEqual([]);
    await merged.next();
    await nextTurn();
    expect(done).toEqual(['one']);
    await merged.return();
  });

  it('comes to the run even while others never fall silent', async () => {
    const {beside, tell, say} = openOrder();
    async function* work(): AsyncGenerator<AgentEvent> {
      yield notice('run');
    }
    say('before');
    const got: StampedEvent[] = [];
    for await (const event of merge(work(), beside, tell)) {
      got.push(event);
      say('more');
      await nextTurn();
      expect(got.length).toBeLessThan(10);
    }
    expect(texts(got)).toContain('run');
  });

  it('ends with the error of the run, and with its reader', async () => {
    const {beside, tell} = openOrder();
    async function* fails(): AsyncGenerator<AgentEvent> {
      yield notice('one');
      throw new RangeError('a bug');
    }
    const failing = merge(fails(), beside, tell);
    expect((await failing.next()).done).toBe(false);
    await expect(failing.next()).rejects.toThrow('a bug');
    let isClosed = false;
    async function* endless(): AsyncGenerator<AgentEvent> {
      try {
        for (;;) yield notice('again');
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of merge(endless(), beside, tell)) break;
    expect(isClosed).toBe(true);
  });
});
