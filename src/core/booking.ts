/**
 * One request on the levels of a budget: booked at its worst while it is under way, then spent at what it used.
 */
import {type Amounts, minus, nothing} from './amounts.js';
import {bookOn, type Level} from './level.js';
import {spendOn} from './tally.js';
import type {Price, Usage} from './types.js';
import {costOf, picoPerDollar} from './usage.js';

export interface Booking {
  readonly worst: Amounts;
  readonly price: Price | null;
  readonly model: string;
}

/**
 * Books it on all levels. The function it returns, called once, puts what was used in its place, then calls `end`: dollars, null
 * without a price.
 */
export function book(
  levels: readonly Level[],
  {worst, price, model}: Booking,
  end: () => void,
): (usage: Usage) => number | null {
  bookOn(levels, worst);
  let isSettled = false;
  return usage => {
    if (isSettled) throw new Error('A reservation is settled once.');
    isSettled = true;
    const cost = price && costOf(usage, price);
    spendOn(levels, {model, usage, cost});
    bookOn(levels, minus(nothing, worst));
    end();
    return cost === null ? null : cost / picoPerDollar;
  };
}
