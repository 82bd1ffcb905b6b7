import {getEventListeners} from 'node:events';
import {setImmediate} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import {Interrupted} from '../../src/core/errors.js';
import {createMailbox, type MailboxOptions, type Push} from '../../src/core/mailbox.js';
import {collectUntil} from '../support/garbage.js';
import {runs} from '../support/runs.js';

/** `text` collects the numbers of the pushes that an item is made of. */
interface Item {
  readonly kind: 'start' | 'delta' | 'mail';
  readonly text: string;
  readonly wakes: boolean;
}

const merge = (last: Item, next: Item): Item | null =>
  last.kind === 'delta' && next.kind === 'delta' ? {...next, text: `${last.text} ${next.text}`} : null;
const mayDrop = ({kind}: Item): boolean => kind === 'delta';
const mustKeep = ({kind}: Item): boolean => kind === 'start';
const wakes = (item: Item): boolean => item.wakes;

const options: fc.Arbitrary<MailboxOptions<Item>> = fc.record(
  {
    bound: fc.integer({min: 1, max: 6}),
    merge: fc.constant(merge),
    mayDrop: fc.constant(mayDrop),
    mustKeep: fc.constant(mustKeep),
    wakes: fc.constant(wakes),
  },
  {requiredKeys: ['bound']},
);

type Operation =
  | {readonly type: 'push'; readonly kind: Item['kind']; readonly wakes: boolean}
  | {readonly type: 'withdraw'; readonly kind: Item['kind']}
  | {readonly type: 'drain' | 'close'};

const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        type: fc.constant('push' as const),
        kind: fc.constantFrom<Item['kind']>('start', 'delta', 'delta', 'mail'),
        wakes: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('withdraw' as const),
        kind: fc.constantFrom<Item['kind']>('start', 'delta', 'mail'),
      }),
    },
    {weight: 2, arbitrary: fc.constant({type: 'drain' as const})},
    {weight: 1, arbitrary: fc.constant({type: 'close' as const})},
  ),
  {maxLength: 80},
);

/** The same box in the plainest way: one array, searched from the front. */
function createModel({bound, ...policy}: MailboxOptions<Item>) {
  let items: Item[] = [];
  let awake = false;
  let closed = false;
  let calls = 0;
  const isRefused = (item: Item): boolean => {
    if (policy.mustKeep) return !policy.mustKeep(item);
    return policy.mayDrop ? policy.mayDrop(item) : true;
  };
  return {
    push(item: Item): Push {
      if (closed) return {accepted: false, reason: 'stopped'};
      const last = items.at(-1);
      const merged = (last && policy.merge?.(last, item)) ?? null;
      if (merged) {
        items = [...items.slice(0, -1), merged];
      } else {
        const victim = items.length < bound ? -1 : items.findIndex(old => policy.mayDrop?.(old));
        if (items.length >= bound && victim < 0 && isRefused(item)) return {accepted: false, reason: 'full'};
        items = [...items.filter((_, index) => index !== victim), item];
      }
      const isWaking = policy.wakes?.(item) ?? true;
      if (isWaking && !awake) calls += 1;
      awake ||= isWaking;
      return {accepted: true, position: items.length};
    },
    drain() {
      const drained = items;
      items = [];
      awake = false;
      return drained;
    },
    withdraw(is: (item: Item) => boolean): Item | null {
      const index = items.findLastIndex(is);
      const item = items[index] ?? null;
      items = items.filter((_, at) => at !== index);
      awake &&= items.some(left => policy.wakes?.(left) ?? true);
      return item;
    },
    close() {
      closed = true;
      calls += 1;
    },
    state: () => ({isEmpty: items.length === 0, closed, calls}),
  };
}

describe('a mailbox', () => {
  it('says whether it holds such an item, and no longer once that is taken out', () => {
    const box = createMailbox<number>({bound: 3});
    box.push(1);
    box.push(2);
    expect([box.has(item => item === 2), box.has(item => item > 2)]).toEqual([true, false]);
    box.drain();
    expect(box.has(() => true)).toBe(false);
  });

  it('gives back the newest such item, and never what was drained', () => {
    const box = createMailbox<number>({bound: 3});
    for (const item of [1, 2, 3]) box.push(item);
    expect(box.withdraw(item => item < 3)).toBe(2);
    expect(box.drain()).toEqual([1, 3]);
    expect(box.withdraw(() => true)).toBeNull();
  });

  it('does what the plainest box would, for every order of operations and every policy', () => {
    fc.assert(
      fc.property(options, operations, (policy, script) => {
        const box = createMailbox(policy);
        const model = createModel(policy);
        let calls = 0;
        box.onWake(() => {
          calls += 1;
        });
        script.forEach((operation, index) => {
          if (operation.type === 'push') {
            const item = {kind: operation.kind, text: String(index), wakes: operation.wakes};
            expect(box.push(item)).toEqual(model.push(item));
          } else if (operation.type === 'withdraw') {
            const is = ({kind}: Item): boolean => kind === operation.kind;
            expect(box.withdraw(is)).toEqual(model.withdraw(is));
          } else if (operation.type === 'drain') {
            expect(box.drain()).toEqual(model.drain());
          } else {
            box.close();
            model.close();
          }
          expect({isEmpty: box.isEmpty(), closed: box.closed, calls}).toEqual(model.state());
        });
        expect(box.drain()).toEqual(model.drain());
      }),
      runs(500),
    );
  });

  it('gives each accepted item out once, in the order of the pushes, when nothing merges or drops', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 6}), operations, (bound, script) => {
        const box = createMailbox<number>({bound});
        const accepted: number[] = [];
        const drained: number[] = [];
        script.forEach(({type}, index) => {
          if (type === 'push' && box.push(index).accepted) accepted.push(index);
          if (type === 'withdraw' && box.withdraw(() => true) !== null) accepted.pop();
          if (type === 'drain') drained.push(...box.drain());
          if (type === 'close') box.close();
        });
        expect([...drained, ...box.drain()]).toEqual(accepted);
        expect(box.drain()).toEqual([]);
      }),
    );
  });

  it('refuses when full and takes again once drained, when nothing may be dropped', () => {
    const box = createMailbox<string>({bound: 2});
    expect([box.push('a'), box.push('b'), box.push('c')]).toEqual([
      {accepted: true, position: 1},
      {accepted: true, position: 2},
      {accepted: false, reason: 'full'},
    ]);
    expect(box.drain()).toEqual(['a', 'b']);
    expect(box.push('d')).toEqual({accepted: true, position: 1});
  });

  it('looks at no item twice in search of one to drop, however long it stays full', () => {
    const asked = new Map<number, number>();
    const box = createMailbox<number>({
      bound: 100,
      mayDrop(item) {
        asked.set(item, (asked.get(item) ?? 0) + 1);
        return item % 3 === 0;
      },
      mustKeep: item => item % 3 !== 0,
    });
    for (let item = 1; item <= 10_000; item += 1) box.push(item);
    expect(Math.max(...asked.values())).toBe(1);
    const kept = box.drain();
    expect(kept.filter(item => item % 3 !== 0)).toHaveLength(6_667);
    expect(kept.filter(item => item % 3 === 0)).toEqual([]);
  });

  it('tells a listener of the push that found it empty, until it unsubscribes', () => {
    const box = createMailbox<string>({bound: 9});
    const heard: string[] = [];
    const unsubscribe = box.onWake(() => heard.push(box.isEmpty() ? 'empty' : 'filled'));
    box.push('a');
    box.push('b');
    expect(heard).toEqual(['filled']);
    box.drain();
    box.push('c');
    expect(heard).toEqual(['filled', 'filled']);
    unsubscribe();
    box.drain();
    box.push('d');
    expect(heard).toHaveLength(2);
  });

  it('says the position at the time of the push even if the listener drains at once', () => {
    const box = createMailbox<string>({bound: 9});
    box.onWake(() => box.drain());
    expect(box.push('a')).toEqual({accepted: true, position: 1});
    expect(box.isEmpty()).toBe(true);
  });
});

describe('waiting at a mailbox', () => {
  /** What a wait came to: null while it still waits. */
  function watch(wait: Promise<void>): {end: string | null} {
    const seen: {end: string | null} = {end: null};
    wait.then(
      () => {
        seen.end = 'woken';
      },
      error => {
        seen.end = error instanceof Interrupted ? 'interrupted' : String(error);
      },
    );
    return seen;
  }

  it('ends with the next push, or at once if something is there', async () => {
    const box = createMailbox<string>({bound: 9});
    const {signal} = createScope();
    const waiting = watch(box.wait(signal));
    await setImmediate();
    expect(waiting.end).toBeNull();
    box.push('a');
    await setImmediate();
    expect(waiting.end).toBe('woken');
    await box.wait(signal);
    expect(box.drain()).toEqual(['a']);
  });

  it('goes on when a listener has emptied the box at once', async () => {
    const box = createMailbox<string>({bound: 9});
    const {signal} = createScope();
    const unsubscribe = box.onWake(() => box.drain());
    const waiting = watch(box.wait(signal));
    box.push('a');
    await setImmediate();
    expect(waiting.end).toBeNull();
    unsubscribe();
    box.push('b');
    await setImmediate();
    expect(waiting.end).toBe('woken');
  });

  it('wakes nobody by what was taken back before it was seen', async () => {
    const box = createMailbox<string>({bound: 3});
    const {signal} = createScope();
    const waiting = watch(box.wait(signal));
    box.push('a');
    box.withdraw(() => true);
    await setImmediate();
    expect(waiting.end).toBeNull();
    box.push('b');
    await setImmediate();
    expect(waiting.end).toBe('woken');
  });

  it('ends when the box is closed, and what was in stays', async () => {
    const box = createMailbox<string>({bound: 9, wakes: () => false});
    const {signal} = createScope();
    box.push('a');
    const waiting = watch(box.wait(signal));
    box.close();
    await setImmediate();
    expect(waiting.end).toBe('woken');
    expect(box.push('b')).toEqual({accepted: false, reason: 'stopped'});
    expect(box.drain()).toEqual(['a']);
  });

  it('goes on through pushes that do not wake, which come out with the one that does', async () => {
    const box = createMailbox<string>({bound: 9, wakes: item => item === 'urgent'});
    const {signal} = createScope();
    const waiting = watch(box.wait(signal));
    box.push('later');
    await setImmediate();
    expect(waiting.end).toBeNull();
    box.push('urgent');
    await setImmediate();
    expect(waiting.end).toBe('woken');
    expect(box.drain()).toEqual(['later', 'urgent']);
  });

  it('rejects with Interrupted at the abort and loses nothing', async () => {
    const box = createMailbox<string>({bound: 9});
    const scope = createScope();
    const waiting = watch(box.wait(scope.signal));
    scope.abort();
    box.push('a');
    await setImmediate();
    expect(waiting.end).toBe('interrupted');
    expect(box.drain()).toEqual(['a']);
    await expect(box.wait(scope.signal)).rejects.toBeInstanceOf(Interrupted);
  });

  it('leaves no listener on the signal, whichever way it ended', async () => {
    const ends = ['push', 'close', 'abort'] as const;
    for (const end of ends) {
      const box = createMailbox<string>({bound: 9});
      const scope = createScope();
      const waiting = watch(box.wait(scope.signal));
      expect(getEventListeners(scope.signal, 'abort')).toHaveLength(1);
      if (end === 'push') box.push('a');
      if (end === 'close') box.close();
      if (end === 'abort') scope.abort();
      await setImmediate();
      expect(waiting.end).toBe(end === 'abort' ? 'interrupted' : 'woken');
      expect(getEventListeners(scope.signal, 'abort')).toHaveLength(0);
    }
  });

  it('leaves nothing in the box once it was aborted', async () => {
    const box = createMailbox<string>({bound: 9});
    const waitAndAbort = async (): Promise<WeakRef<AbortSignal>> => {
      const scope = createScope();
      const waiting = watch(box.wait(scope.signal));
      scope.abort();
      await setImmediate();
      expect(waiting.end).toBe('interrupted');
      return new WeakRef(scope.signal);
    };
    const signal = await waitAndAbort();
    await collectUntil(() => signal.deref() === undefined);
    expect(signal.deref()).toBeUndefined();
    expect(box.push('a')).toEqual({accepted: true, position: 1});
  });
});
