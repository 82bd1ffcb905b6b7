import {getEventListeners} from 'node:events';
import {setImmediate} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createScope, interruption, race, type Scope} from '../../src/core/cancel.js';
import {Interrupted} from '../../src/core/errors.js';
import {collectUntil} from '../support/garbage.js';
import {runs} from '../support/runs.js';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

/** A scope as the law has it: children in the order in which they came, those of a closed scope moved up. */
interface Expected {
  readonly name: number;
  parent: Expected | null;
  children: Expected[];
  aborted: boolean;
}

function abortExpected(node: Expected, order: number[]): void {
  if (node.aborted) return;
  for (const child of [...node.children]) abortExpected(child, order);
  node.aborted = true;
  order.push(node.name);
  leaveExpected(node);
}

function leaveExpected(node: Expected): void {
  if (node.parent) node.parent.children = node.parent.children.filter(child => child !== node);
  node.parent = null;
}

function closeExpected(node: Expected): void {
  const {parent} = node;
  if (parent === null) return;
  for (const child of node.children) child.parent = parent;
  parent.children.push(...node.children);
  node.children = [];
  leaveExpected(node);
}

type Step = {readonly type: 'child' | 'abort' | 'close'; readonly at: number};

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    type: fc.constantFrom<Step['type']>('child', 'child', 'child', 'child', 'abort', 'close'),
    at: fc.nat(),
  }),
  {maxLength: 60},
);

/** Runs the steps on real scopes and on what is expected of them. `expected` names who aborts, in order. */
function play(script: readonly Step[], onScope: (scope: Scope, name: number) => void) {
  const scopes: Scope[] = [];
  const nodes: Expected[] = [];
  const expected: number[] = [];
  const add = (scope: Scope, parent: Expected | null): void => {
    const aborted = parent?.aborted ?? false;
    const node: Expected = {name: nodes.length, parent: aborted ? null : parent, children: [], aborted};
    node.parent?.children.push(node);
    scopes.push(scope);
    nodes.push(node);
    onScope(scope, node.name);
  };
  add(createScope(), null);
  for (const {type, at} of script) {
    const scope = scopes[at % scopes.length];
    const node = nodes[at % nodes.length];
    if (scope === undefined || node === undefined) continue;
    if (type === 'child') add(scope.child(), node);
    if (type === 'abort') {
      scope.abort();
      abortExpected(node, expected);
    }
    if (type === 'close') {
      scope.close();
      closeExpected(node);
    }
  }
  return {scopes, nodes, expected};
}

const never = new Promise<never>(() => {});

describe('a tree of scopes', () => {
  it('aborts exactly the subtree, children before parents, over random trees', () => {
    fc.assert(
      fc.property(steps, script => {
        const heard: number[] = [];
        const {scopes, nodes, expected} = play(script, ({signal}, name) => {
          signal.addEventListener('abort', () => heard.push(name), {once: true});
        });
        expect(scopes.map(({signal}) => signal.aborted)).toEqual(nodes.map(({aborted}) => aborted));
        expect(heard).toEqual(expected);
        expect(scopes.map(({size}) => size)).toEqual(nodes.map(({children}) => children.length));
      }),
    );
  });

  it('has no abort listener of its own, and none left of those who wait once all is aborted', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async script => {
        const ends: Promise<unknown>[] = [];
        const {scopes} = play(script, ({signal}) => {
          expect(listenersOf(signal)).toBe(0);
          for (let count = 0; count < 3; count += 1) ends.push(race(never, signal).catch(error => error));
        });
        for (const scope of scopes) scope.abort();
        expect(scopes.map(({signal}) => listenersOf(signal))).toEqual(scopes.map(() => 0));
        expect(scopes.map(({size}) => size)).toEqual(scopes.map(() => 0));
        for (const end of ends) expect(await end).toBeInstanceOf(Interrupted);
      }),
      runs(30),
    );
  });

  it('gives every scope of a subtree the reason of its abort', () => {
    const root = createScope();
    const leaf = root.child().child();
    const reason = new Interrupted('the person pressed Ctrl-C');
    root.abort(reason);
    expect(leaf.signal.reason).toBe(reason);
    expect(root.child().signal.reason).toBe(reason);
  });

  it('aborts a scope that a listener opens while the abort runs', () => {
    const root = createScope();
    const late: Scope[] = [];
    const first = root.child();
    first.signal.addEventListener('abort', () => late.push(root.child()), {once: true});
    root.abort();
    expect(late.map(({signal}) => signal.aborted)).toEqual([true]);
  });

  it('spares a scope that a listener closes before its turn comes', () => {
    const root = createScope();
    const first = root.child();
    const second = root.child();
    first.signal.addEventListener('abort', () => second.close(), {once: true});
    root.abort();
    expect([first.signal.aborted, second.signal.aborted, root.signal.aborted]).toEqual([true, false, true]);
  });

  it('lets the children of a closed scope move up, so that an abort still reaches them', () => {
    const root = createScope();
    const turn = root.child();
    const background = turn.child();
    turn.close();
    expect(root.size).toBe(1);
    root.abort();
    expect(background.signal.aborted).toBe(true);
    expect(turn.signal.aborted).toBe(false);
  });
});

describe('forgotten scopes', () => {
  it('are collected while their parent lives', async () => {
    const root = createScope();
    const signals: WeakRef<AbortSignal>[] = [];
    const forget = (): void => {
      for (let count = 0; count < 5_000; count += 1) signals.push(new WeakRef(root.child().child().signal));
    };
    forget();
    expect(root.size).toBe(5_000);
    const alive = (): number => signals.filter(signal => signal.deref() !== undefined).length;
    await collectUntil(() => root.size === 0 && alive() === 0);
    expect(alive()).toBe(0);
    expect(root.size).toBe(0);
  });

  it('still hear of an abort while somebody holds nothing but their signal', async () => {
    const root = createScope();
    const signals = [root.child().signal, root.child().child().child().signal];
    const forgotten = new WeakRef(root.child().signal);
    await collectUntil(() => forgotten.deref() === undefined);
    expect(forgotten.deref()).toBeUndefined();
    root.abort();
    expect(signals.map(({aborted}) => aborted)).toEqual([true, true]);
  });

  it('still hear of an abort when the closed scope between them and the root was collected', async () => {
    const root = createScope();
    const openAndClose = (): {signal: AbortSignal; between: WeakRef<AbortSignal>} => {
      const between = root.child();
      const {signal} = between.child();
      between.close();
      return {signal, between: new WeakRef(between.signal)};
    };
    const {signal, between} = openAndClose();
    await collectUntil(() => between.deref() === undefined);
    expect(between.deref()).toBeUndefined();
    root.abort();
    expect(signal.aborted).toBe(true);
  });
});

describe('race', () => {
  it('settles as the work does, and has left the signal by then', async () => {
    const {signal} = createScope();
    const failure = new Error('no such file');
    expect(await race(Promise.resolve('done'), signal)).toBe('done');
    expect(listenersOf(signal)).toBe(0);
    await expect(race(Promise.reject(failure), signal)).rejects.toBe(failure);
    expect(listenersOf(signal)).toBe(0);
  });

  it('rejects at the abort although the work goes on, and again if called after it', async () => {
    const scope = createScope();
    const waiting = race(never, scope.signal);
    scope.abort();
    await expect(waiting).rejects.toBeInstanceOf(Interrupted);
    await expect(race(never, scope.signal)).rejects.toBeInstanceOf(Interrupted);
    await expect(race(Promise.resolve('too late'), scope.signal)).rejects.toBeInstanceOf(Interrupted);
    expect(listenersOf(scope.signal)).toBe(0);
  });

  it('keeps a failure that comes after the abort from becoming an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const scope = createScope();
    let fail = (_: Error): void => {};
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const before = race(work, scope.signal);
    scope.abort();
    const after = race(work, scope.signal);
    await expect(before).rejects.toBeInstanceOf(Interrupted);
    await expect(after).rejects.toBeInstanceOf(Interrupted);
    fail(new Error('connection reset'));
    await setImmediate();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('costs a signal one listener however many wait, each of which may leave on its own', async () => {
    const warnings: string[] = [];
    const note = ({name}: Error): void => void warnings.push(name);
    process.on('warning', note);
    const scope = createScope();
    const finishers: (() => void)[] = [];
    const waits = Array.from({length: 50}, () => {
      const work = new Promise<void>(resolve => finishers.push(resolve));
      return race(work, scope.signal).then(
        () => 'finished',
        () => 'interrupted',
      );
    });
    expect(listenersOf(scope.signal)).toBe(1);
    for (const finish of finishers.slice(0, 20)) finish();
    await Promise.all(waits.slice(0, 20));
    expect(listenersOf(scope.signal)).toBe(1);
    scope.abort();
    const ends = await Promise.all(waits);
    expect(ends).toEqual([...Array(20).fill('finished'), ...Array(30).fill('interrupted')]);
    expect(listenersOf(scope.signal)).toBe(0);
    await setImmediate();
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('tells an abort with a foreign reason as an Interrupted that names it', () => {
    const controller = new AbortController();
    controller.abort('timeout');
    expect(interruption(controller.signal)).toBeInstanceOf(Interrupted);
    expect(interruption(controller.signal).cause).toBe('timeout');
  });
});
