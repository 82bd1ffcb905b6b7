import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import {createLane, type Lane, type Passage} from '../../src/providers/lane.js';
import {createVirtualClock} from '../support/clock.js';

const refusal = (retryAfterMs?: number): ProviderError =>
  new ProviderError('busy', {kind: 'overloaded', ...(retryAfterMs !== undefined && {retryAfterMs})});

/** A lane with the longest wait of each step. */
function setUp() {
  const clock = createVirtualClock();
  const lane = createLane({clock, random: () => 1});
  const wait = (): number => lane.admitsFrom - clock.now();
  return {clock, lane, wait};
}

/** How many more requests may go now; all of them go. */
function fill(lane: Lane, now: number): Passage[] {
  const passages: Passage[] = [];
  while (lane.admitsFrom <= now && passages.length < 100) passages.push(lane.enter());
  return passages;
}

describe('a lane', () => {
  it('lets everything through until it refuses something', () => {
    const {clock, lane} = setUp();
    const passages = fill(lane, clock.now());
    expect(passages).toHaveLength(100);
    for (const passage of passages) passage.answered();
    expect(lane.closure).toBeNull();
  });

  it('after a refusal lets nobody through before the back-off is over, then one until that is heard', async () => {
    const {clock, lane, wait} = setUp();
    const error = refusal();
    lane.enter().refused(error);
    expect(lane.closure).toEqual({error, until: clock.now() + 500, failures: 1});
    expect(wait()).toBe(500);
    await clock.advance(500);
    const [probe, ...more] = fill(lane, clock.now());
    expect(more).toEqual([]);
    expect(wait()).toBe(Number.POSITIVE_INFINITY);
    probe?.leave();
    expect(fill(lane, clock.now())).toHaveLength(1);
  });

  it('waits longer after each refused probe, and at least as long as the server asks', () => {
    const {lane, clock} = setUp();
    const waits = [undefined, undefined, undefined, 60_000, 10].map(retryAfterMs => {
      lane.enter().refused(refusal(retryAfterMs));
      return (lane.closure?.until ?? 0) - clock.now();
    });
    expect(waits).toEqual([500, 1_000, 2_000, 60_000, 8_000]);
  });

  it('makes room for two with each answer, and opens when room is left over', async () => {
    const {clock, lane} = setUp();
    lane.enter().refused(refusal());
    await clock.advance(500);
    let probes = fill(lane, clock.now());
    for (const expected of [1, 2, 4, 8]) {
      lane.settle();
      expect([probes.length, lane.closure]).toEqual([expected, expect.anything()]);
      for (const probe of probes) probe.answered();
      probes = fill(lane, clock.now());
    }
    for (const probe of probes) probe.answered();
    lane.settle();
    expect([lane.closure, lane.admitsFrom]).toEqual([null, Number.NEGATIVE_INFINITY]);
  });

  it('does not open because the time is over', async () => {
    const {clock, lane} = setUp();
    lane.enter().refused(refusal());
    await clock.advance(10_000);
    lane.settle();
    expect(lane.closure).not.toBeNull();
    expect(fill(lane, clock.now())).toHaveLength(1);
  });

  it('forgets half of what it was refused with each answer, however long the outage was', async () => {
    const {clock, lane} = setUp();
    for (let refused = 0; refused < 50; refused += 1) lane.enter().refused(refusal());
    const failures = [];
    for (let answers = 0; answers < 4; answers += 1) {
      await clock.advance(32_000);
      lane.enter().answered();
      lane.settle();
      lane.enter().refused(refusal());
      failures.push(lane.closure?.failures);
    }
    expect(failures).toEqual([4, 3, 2, 2]);
  });

  it('takes refusals of requests from before for one, unless the server asks for more patience', () => {
    const {lane, wait} = setUp();
    const [one, two, three, four] = [lane.enter(), lane.enter(), lane.enter(), lane.enter()];
    one.refused(refusal());
    two.refused(refusal());
    three.refused(refusal(100));
    expect([wait(), lane.closure?.failures]).toEqual([500, 1]);
    four.refused(refusal(9_000));
    expect([wait(), lane.closure?.failures]).toEqual([9_000, 1]);
  });

  it('is not opened by an answer to a request from before, nor early when the server asked for more patience', async () => {
    const {clock, lane, wait} = setUp();
    const [before, refused, late] = [lane.enter(), lane.enter(), lane.enter()];
    refused.refused(refusal(8_000));
    before.answered();
    lane.settle();
    expect(wait()).toBe(8_000);
    await clock.advance(8_000);
    const probe = lane.enter();
    late.refused(refusal(5_000));
    probe.answered();
    lane.settle();
    expect(wait()).toBe(5_000);
  });

  it('closes again when an answer that had begun breaks off with a refusal', () => {
    const {lane} = setUp();
    const passage = lane.enter();
    passage.answered();
    passage.refused(refusal());
    passage.leave();
    expect(lane.closure?.failures).toBe(1);
  });
});
