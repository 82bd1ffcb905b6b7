import {describe, expect, it} from 'vitest';
import {type Attempts, bookAttempts} from '../../src/core/attempts.js';
import type {Budget} from '../../src/core/budget.js';
import {createBudget} from '../../src/core/ledger.js';
import type {Usage} from '../../src/core/types.js';
import {createVirtualClock} from '../support/clock.js';

const clock = createVirtualClock();
const used = (input: number, output: number): Usage => ({input, output, cacheRead: 0, cacheWrite: 0});
const wanted = {inputTokens: 1_000, maxTokens: 2_000, price: null, purpose: 'report', model: 'm'} as const;

function book(budget: Budget): Attempts {
  const attempts = bookAttempts(budget, wanted);
  if (!attempts.accepted) throw new Error(attempts.message);
  return attempts;
}

describe('the attempts of a request', () => {
  it('are each paid for, also those that were taken back', () => {
    const budget = createBudget({}, clock);
    const attempts = book(budget);
    attempts.spent(used(900, 5));
    expect(attempts.repeat()).toBeNull();
    attempts.spent(used(900, 10));
    attempts.spent(used(0, 3));
    expect(attempts.close()).toEqual({usage: used(1_800, 18), costUsd: null});
    expect(budget.spent().usage).toEqual(used(1_800, 18));
    // Once.
    expect(attempts.close().usage).toEqual(used(1_800, 18));
    expect(budget.spent().usage).toEqual(used(1_800, 18));
  });

  it('end when the budget has no room for the same once more', () => {
    const budget = createBudget({tokens: 4_500}, clock);
    const attempts = book(budget);
    attempts.spent(used(1_000, 1_000));
    expect(attempts.repeat()).toContain('no room');
    attempts.close();
    expect(budget.spent().usage).toEqual(used(1_000, 1_000));
    // Nothing of the attempt that did not leave is held.
    const free = budget.reserve({...wanted, inputTokens: 0, maxTokens: 9_000});
    expect(free).toMatchObject({accepted: true, maxTokens: 2_500});
  });

  it('are refused as the budget refuses', () => {
    expect(bookAttempts(createBudget({tokens: 10}, clock), wanted)).toMatchObject({accepted: false, limit: 'tokens'});
  });
});
