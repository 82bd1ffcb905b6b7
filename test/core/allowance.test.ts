import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Ask, allow, fairLength} from '../../src/core/allowance.js';
import type {Left} from '../../src/core/report-room.js';
import {runs} from '../support/runs.js';

const ask = (parts: Partial<Ask>): Ask => ({
  inputTokens: 0,
  maxTokens: 10_000,
  purpose: 'report',
  worst: {input: 4, output: 15},
  ...parts,
});
const tokens = (left: number): readonly Left[] => [{limit: 'tokens', left, agents: 1}];

describe('the allowance of a request', () => {
  it('is all that was asked for where there is room, else what fits below the tightest cap', () => {
    expect(allow(ask({}), tokens(10_000)).maxTokens).toBe(10_000);
    expect(allow(ask({}), tokens(9_999)).maxTokens).toBe(9_999);
    const lefts: readonly Left[] = [
      {limit: 'tokens', left: 9_000, agents: 1},
      {limit: 'usd', left: 60_000, agents: 1},
      {limit: 'ms', left: Infinity, agents: 1},
    ];
    expect(allow(ask({}), lefts)).toMatchObject({maxTokens: 4_000, tightest: 1, tokens: 4_000, usd: 60_000});
  });

  it('is nothing below what makes sense, unless less was asked for', () => {
    expect(allow(ask({}), tokens(199)).maxTokens).toBe(0);
    expect(allow(ask({}), tokens(200)).maxTokens).toBe(200);
    expect(allow(ask({maxTokens: 50}), tokens(50)).maxTokens).toBe(50);
    // A step of 1,000 takes 4,000 more for the report that reads it.
    expect(allow(ask({purpose: 'step'}), tokens(4_999)).maxTokens).toBe(0);
    expect(allow(ask({purpose: 'step'}), tokens(5_000)).maxTokens).toBe(1_000);
  });

  it('is nothing below an overdrawn cap, even of a model that costs nothing', () => {
    const free = {input: 0, output: 0};
    expect(allow(ask({worst: free}), [{limit: 'usd', left: -1, agents: 1}]).maxTokens).toBe(0);
    expect(allow(ask({worst: free}), [{limit: 'usd', left: 1_000, agents: 1}]).maxTokens).toBe(1_000);
  });

  it('sets aside, for a step only, what a report after it takes at most', () => {
    const step = allow(ask({purpose: 'step', inputTokens: 100, maxTokens: 1_000}), tokens(Infinity));
    // 1,100 tokens of the step and 2,000 of its results go in, 1,000 come out.
    expect(step.aside).toEqual({tokens: 4_100, usd: 3_100 * 4 + 1_000 * 15, ms: 0});
    expect(allow(ask({purpose: 'report'}), tokens(Infinity)).aside).toEqual({tokens: 0, usd: 0, ms: 0});
  });

  it('fits below every cap with what it sets aside, and could not be one token longer', () => {
    const left = fc.record({
      limit: fc.constantFrom('usd', 'tokens'),
      left: fc.integer({min: 0, max: 2_000_000}),
      agents: fc.constant(1),
    });
    const price = fc.record({input: fc.nat({max: 50}), output: fc.nat({max: 200})});
    fc.assert(
      fc.property(
        fc.array(left, {minLength: 1, maxLength: 6}),
        fc.nat({max: 50_000}),
        fc.integer({min: 1, max: 40_000}),
        fc.constantFrom('step', 'report'),
        price,
        (lefts, inputTokens, maxTokens, purpose, worst) => {
          const given = allow({inputTokens, maxTokens, purpose, worst}, lefts);
          const needed = (limit: 'usd' | 'tokens', {tokens, usd, aside}: typeof given): number =>
            limit === 'usd' ? usd + aside.usd : tokens + aside.tokens;
          expect(given.maxTokens).toBeLessThanOrEqual(maxTokens);
          if (given.maxTokens === 0) return;
          for (const {limit, left} of lefts) expect(needed(limit, given)).toBeLessThanOrEqual(left);
          if (given.maxTokens === maxTokens) return;
          const longer = allow({inputTokens, maxTokens: given.maxTokens + 1, purpose, worst}, [
            {limit: 'tokens', left: Infinity, agents: 1},
          ]);
          const isFree = purpose === 'step' ? worst.input + worst.output === 0 : worst.output === 0;
          // What is free counts as a picodollar a token.
          if (!isFree) expect(lefts.some(({limit, left}) => needed(limit, longer) > left)).toBe(true);
        },
      ),
      runs(500),
    );
  });
});

describe('the length of an answer that is fair', () => {
  const below = (left: number, agents: number) =>
    fairLength(1_000, {input: 4, output: 15}, [{limit: 'tokens', left, agents}]);

  it('is the part of one agent of what all at work have left', () => {
    // Beside the input come the answer, read again by the report, and 4,000 tokens of that report.
    expect(below(400_000, 8)).toBe((50_000 - 1_000 - 4_000) / 2);
    expect(below(400_000, 1)).toBe((400_000 - 1_000 - 4_000) / 2);
    expect(below(Infinity, 8)).toBe(Infinity);
    expect(
      fairLength(1_000, {input: 4, output: 15}, [...tokens(400_000), {limit: 'usd', left: 1_500_000, agents: 4}]),
    ).toBe(18_105);
  });

  it('is never so short that ordinary answers are cut', () => {
    expect(below(400_000, 100)).toBe(8_000);
    expect(below(0, 100)).toBe(8_000);
  });
});
