import {describe, expect, it} from 'vitest';
import {createAlarm} from '../../src/providers/alarm.js';
import {createVirtualClock} from '../support/clock.js';

function setUp() {
  const clock = createVirtualClock();
  const start = clock.now();
  const rung: number[] = [];
  const alarm = createAlarm(clock, () => rung.push(clock.now() - start));
  return {clock, rung, set: (inMs: number | null) => alarm.set(inMs === null ? null : start + inMs)};
}

describe('an alarm', () => {
  it('rings once, at the moment that it was last set to, earlier or later', async () => {
    const {clock, rung, set} = setUp();
    set(500);
    set(900);
    set(300);
    await clock.advance(1_000);
    expect(rung).toEqual([300]);
    set(1_200);
    set(1_200);
    await clock.advance(1_000);
    expect(rung).toEqual([300, 1_200]);
  });

  it('rings at once for what is past, and again if it is set to the same moment again', async () => {
    const {clock, rung, set} = setUp();
    await clock.advance(100);
    set(50);
    await clock.advance(0);
    set(50);
    await clock.advance(0);
    expect(rung).toEqual([100, 100]);
  });

  it('leaves no timer behind when it is not to ring', async () => {
    const {clock, rung, set} = setUp();
    set(500);
    expect(clock.sleepers).toBe(1);
    set(null);
    expect(clock.sleepers).toBe(0);
    await clock.advance(1_000);
    expect(rung).toEqual([]);
  });
});
