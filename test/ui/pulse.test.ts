import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createPulse} from '../../src/ui/pulse.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function follow(): {readonly pulse: ReturnType<typeof createPulse>; readonly log: string[]} {
  const started = Date.now();
  const log: string[] = [];
  const note = (what: string) => () => void log.push(`${what} ${Date.now() - started}`);
  return {pulse: createPulse({flushEvery: 66, tickEvery: 132, onFlush: note('flush'), onTick: note('tick')}), log};
}

describe('the pulse', () => {
  it('flushes at once after a pause, and then no more often than it may', () => {
    const {pulse, log} = follow();
    for (let time = 0; time < 200; time += 10) {
      pulse.wake();
      vi.advanceTimersByTime(10);
    }
    expect(log).toEqual(['flush 0', 'flush 66', 'flush 132', 'flush 198']);
  });

  it('ticks after a frame while something runs, and not at all when nothing does', () => {
    const {pulse, log} = follow();
    pulse.drawn(true);
    vi.advanceTimersByTime(132);
    expect(log).toEqual(['tick 132']);
    pulse.drawn(true);
    pulse.drawn(false);
    vi.advanceTimersByTime(10_000);
    expect(log).toEqual(['tick 132']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('puts the tick off when a frame was drawn for another reason', () => {
    const {pulse, log} = follow();
    for (let frame = 0; frame < 5; frame++) {
      pulse.drawn(true);
      vi.advanceTimersByTime(100);
    }
    expect(log).toEqual([]);
  });

  it('leaves no timer behind', () => {
    const {pulse} = follow();
    pulse.wake();
    pulse.drawn(true);
    pulse.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
