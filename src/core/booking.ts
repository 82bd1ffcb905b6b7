/**
 * One request on the levels of a budget: held at its worst while it is under way, then at what it used.
 */
import {holdOn, type Level, spendOn} from './level.js';
import type {Price, Usage} from './types.js';
import {costOf, picoPerDollar, totalTokens} from './usage.js';

export interface Booking {
  readonly tokens: number;
  /** Picodollars. */
  readonly usd: number;
  readonly price: Price | null;
}

/**
 * Books it on all levels. The function it returns, called once, puts what was used in its place, then calls `end`: dollars, null
 * without a price.
 */
export function bookOn(
  levels: readonly Level[],
  {tokens, usd, price}: Booking,
  end: () => void,
): (usage: Usage) => number | null {
  holdOn(levels, tokens, usd);
  let isSettled = false;
  return usage => {
    if (isSettled) throw new Error('A reservation is settled once.');
    isSettled = true;
    const cost = price && costOf(usage, price);
    spendOn(levels, usage, cost);
    holdOn(levels, totalTokens(usage) - tokens, (cost ?? 0) - usd);
    end();
    return cost === null ? null : cost / picoPerDollar;
  };
}
