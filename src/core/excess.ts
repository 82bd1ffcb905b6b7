/** A cap that is in the way, with what a person should know and can do. */
import type {Use} from './amounts.js';
import type {BudgetLimits} from './tree.js';
import {picoPerDollar} from './usage.js';

/** The cap that has too little room left, in the unit of `limit`. `message` is for a person. */
export interface BudgetExcess {
  readonly limit: keyof BudgetLimits;
  readonly cap: number;
  readonly spent: number;
  readonly message: string;
}
/** `note`: of the budget, between commas. `least`: what the request takes. `others`: what other agents hold and have not spent. */
type Cap = Omit<Use, 'kept'> & {readonly note?: string; readonly least?: number; readonly others?: number};

/** Four digits of a dollar; of less, the first two that say something. */
const dollarDigits = {
  maximumFractionDigits: 4,
  maximumSignificantDigits: 2,
  roundingPriority: 'morePrecision',
  useGrouping: false,
} as const;

export function toExcess({limit, cap, spent, note = '', least = 0, others = 0}: Cap, fault?: string): BudgetExcess {
  const inUnit = (amount: number): number => (limit === 'usd' ? amount / picoPerDollar : amount);
  const show = (amount: number, roundingMode: 'ceil' | 'halfExpand' = 'halfExpand'): string =>
    ({
      usd: `$${inUnit(amount).toLocaleString('en-US', {...dollarDigits, roundingMode})}`,
      tokens: `${amount} tokens`,
      ms: `${Math.round(amount / 1000)} s`,
    })[limit];
  const takes = least > 0 ? `, which takes up to ${show(least, 'ceil')} with a report after it` : '';
  const kept = others > 0 ? `, ${show(others)} kept for requests and reports of other agents` : '';
  const used = `has no room for another request${takes}: ${show(spent)} of it is spent${kept}`;
  const told = fault ?? `${limit === 'ms' ? 'is used up' : used}. Going on takes a larger one.`;
  return {limit, cap: inUnit(cap), spent: inUnit(spent), message: `The budget of ${show(cap)}${note} ${told}`};
}

export const unpriced =
  'cannot be kept: the price of the model is unknown. It takes another model, or no cap in dollars (--max-budget-usd).';
