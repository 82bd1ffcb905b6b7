import {describe, expect, it} from 'vitest';
import {addUsage, costOf, picoPerDollar, totalTokens, worstCost} from '../../src/core/usage.js';

const used = {input: 1_000, output: 200, cacheRead: 30_000, cacheWrite: 4_000};
const price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75};

describe('usage', () => {
  it('sums kind by kind, and in total with cache reads', () => {
    const one = {input: 1, output: 2, cacheRead: 3, cacheWrite: 4};
    expect(addUsage(used, one)).toEqual({input: 1_001, output: 202, cacheRead: 30_003, cacheWrite: 4_004});
    expect(totalTokens(one)).toBe(10);
  });

  it('costs a whole number of picodollars, for prices of up to six decimals', () => {
    expect(costOf(used, price) / picoPerDollar).toBe(0.03);
    expect(costOf({input: 1, output: 1, cacheRead: 1, cacheWrite: 1}, {...price, cacheRead: 0.000001})).toBe(
      21_750_001,
    );
    expect(costOf({...used, output: 0}, {input: 0.07, output: 0, cacheRead: 0.0375, cacheWrite: 0.1})).toBe(
      1_595_000_000,
    );
  });

  it('costs at most its tokens at the dearest way to be read', () => {
    expect(worstCost(price)).toEqual({input: 3_750_000, output: 15_000_000});
    expect(worstCost({...price, cacheWrite: 0})).toEqual({input: 3_000_000, output: 15_000_000});
  });
});
