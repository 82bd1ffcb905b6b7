import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {reportCost, reportRoom} from '../../src/core/report-room.js';

const worst = {input: 4, output: 15};

describe('a report', () => {
  it('takes what it reads, and an answer of a thousand tokens', () => {
    expect(reportCost(500, worst)).toEqual({tokens: 1_500, usd: 500 * 4 + 1_000 * 15, ms: 0});
  });

  it('may read what the tightest cap has left beside that answer; time is no such cap', () => {
    expect(reportRoom(worst, [{limit: 'tokens', left: 6_000, agents: 1}])).toBe(5_000);
    expect(
      reportRoom(worst, [
        {limit: 'tokens', left: 6_000, agents: 1},
        {limit: 'usd', left: 23_003, agents: 1},
        {limit: 'ms', left: Infinity, agents: 1},
      ]),
    ).toBe(2_000);
    expect(reportRoom(worst, [{limit: 'usd', left: Infinity, agents: 1}])).toBe(Infinity);
    expect(reportRoom(worst, [{limit: 'tokens', left: 0, agents: 1}])).toBe(-1_000);
  });

  it('of just that length is paid for by what is left, and of one token more is not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('usd', 'tokens'),
        fc.integer({min: 0, max: 5_000_000}),
        fc.record({input: fc.integer({min: 1, max: 50}), output: fc.nat({max: 200})}),
        (limit, left, cost) => {
          const room = reportRoom(cost, [{limit, left, agents: 1}]);
          expect(reportCost(room, cost)[limit]).toBeLessThanOrEqual(left);
          expect(reportCost(room + 1, cost)[limit]).toBeGreaterThan(left);
        },
      ),
    );
  });
});
