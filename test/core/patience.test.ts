import {getEventListeners} from 'node:events';
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import {Interrupted} from '../../src/core/errors.js';
import {finishOrAbandon, stopFirst} from '../../src/core/patience.js';
import {createVirtualClock} from '../support/clock.js';
import {gate} from '../support/runtime.js';

describe('work that is told to stop', () => {
  it('is what it was as long as nobody stops it, error or not, and leaves no listener', async () => {
    const clock = createVirtualClock();
    const {signal} = createScope();
    const grace = (patience: AbortSignal): Promise<void> => clock.sleep(1_000, patience);
    expect(await finishOrAbandon(Promise.resolve('done'), signal, grace)).toBe('done');
    await expect(finishOrAbandon(Promise.reject(new RangeError('bug')), signal, grace)).rejects.toThrow('bug');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });

  it('may hand back what it has within its time, with a value or an error of its own', async () => {
    for (const isFailing of [false, true]) {
      const clock = createVirtualClock();
      const scope = createScope();
      const work = gate<string>();
      const ends = isFailing ? work.opened.then(text => Promise.reject(new RangeError(text))) : work.opened;
      const result = finishOrAbandon(ends, scope.signal, patience => clock.sleep(1_000, patience)).catch(String);
      scope.abort();
      await clock.advance(999);
      work.open('half');
      expect(await result).toBe(isFailing ? 'RangeError: half' : 'half');
      expect(clock.sleepers).toBe(0);
    }
  });

  it('is left alone when its time is over', async () => {
    const clock = createVirtualClock();
    const scope = createScope();
    const work = new Promise(() => {});
    const result = finishOrAbandon(work, scope.signal, patience => clock.sleep(1_000, patience)).catch(error => error);
    scope.abort(new Interrupted('enough'));
    await clock.advance(1_000);
    expect(await result).toEqual(new Interrupted('enough'));
    expect(getEventListeners(scope.signal, 'abort')).toEqual([]);
  });
});

describe('a generator that stops first', () => {
  it('can be left while it waits for what only the stop ends', async () => {
    const stopped = gate();
    let isClean = false;
    async function* waits(): AsyncGenerator<number, void> {
      try {
        yield 1;
        await stopped.opened;
        yield 2;
      } finally {
        isClean = true;
      }
    }
    const generator = stopFirst(waits(), () => stopped.open());
    await generator.next();
    const waiting = generator.next();
    await generator.return();
    expect(await waiting).toEqual({done: false, value: 2});
    expect(isClean).toBe(true);
  });
});
