/** A cap that is in the way, with what a person should know and can do. */
import type {BudgetLimits} from './tree.js';

/** The cap that has too little room left, in the unit of `limit`. `message` is for a person. */
export interface BudgetExcess {
  readonly limit: keyof BudgetLimits;
  readonly cap: number;
  readonly spent: number;
  readonly message: string;
}
/** `note`: what else is to be said of the budget, between commas. `least`: what the request takes that has no room. */
type Cap = Omit<BudgetExcess, 'message'> & {readonly note?: string; readonly least?: number};

/** Four digits of a dollar; of less, the first two that say something. */
const dollarDigits = {
  maximumFractionDigits: 4,
  maximumSignificantDigits: 2,
  roundingPriority: 'morePrecision',
  useGrouping: false,
} as const;

export function toExcess({limit, cap, spent, note = '', least = 0}: Cap, fault?: string): BudgetExcess {
  const show = (amount: number): string =>
    ({
      usd: `$${amount.toLocaleString('en-US', dollarDigits)}`,
      tokens: `${amount} tokens`,
      ms: `${Math.round(amount / 1000)} s`,
    })[limit];
  const takes = least > 0 ? `, which takes up to ${show(least)} with a report after it` : '';
  const used = limit === 'ms' ? 'is used up' : `has no room for another request${takes}: ${show(spent)} of it is spent`;
  return {
    limit,
    cap,
    spent,
    message: `The budget of ${show(cap)}${note} ${fault ?? `${used}. Going on takes a larger one.`}`,
  };
}

export const unpriced =
  'cannot be kept: the price of the model is unknown. It takes another model, or no cap in dollars (--max-budget-usd).';
