import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createStillness} from '../../../src/ui/terminal/stillness.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch() {
  const started = Date.now();
  const log: number[] = [];
  return {log, stillness: createStillness({after: 50, onStill: () => void log.push(Date.now() - started)})};
}

describe('a window that is dragged', () => {
  it('is taken for changed once, when it stands still', () => {
    const {log, stillness} = watch();
    for (let step = 0; step < 20; step++) {
      stillness.moved();
      vi.advanceTimersByTime(16);
      expect(stillness.isAwaited).toBe(true);
    }
    expect(log).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(log).toEqual([19 * 16 + 50]);
    expect(stillness.isAwaited).toBe(false);
  });

  it('is not waited for by whoever leaves: then, or never', () => {
    const {log, stillness} = watch();
    stillness.settle();
    stillness.moved();
    stillness.settle();
    expect(log).toEqual([0]);
    stillness.moved();
    stillness.stop();
    vi.advanceTimersByTime(1_000);
    expect(log).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
