/** Amounts of what budgets limit, in the units that are counted in: picodollars, tokens, milliseconds. */
import type {BudgetLimits} from './tree.js';
import {picoPerDollar, type Spending, totalTokens} from './usage.js';

/** By kind of cap. */
export type Amounts = Readonly<Record<keyof BudgetLimits, number>>;

export const nothing: Amounts = {usd: 0, tokens: 0, ms: 0};

/** How much of one cap is used, and how much is kept of it for reports. */
export interface Use {
  readonly limit: keyof BudgetLimits;
  readonly cap: number;
  readonly spent: number;
  readonly kept: number;
}

/** Absent limits as Infinity. */
export function capsIn({usd = Infinity, tokens = Infinity, ms = Infinity}: BudgetLimits): Amounts {
  const nearest = Math.round(usd * picoPerDollar);
  // The cap is passed by what it is rounded up by.
  return {usd: nearest / picoPerDollar > usd ? nearest - 1 : nearest, tokens, ms};
}

export function amountsOf({usage, costUsd}: Spending): Amounts {
  return {usd: Math.round((costUsd ?? 0) * picoPerDollar), tokens: totalTokens(usage), ms: 0};
}

export function plus(one: Amounts, other: Amounts): Amounts {
  return {usd: one.usd + other.usd, tokens: one.tokens + other.tokens, ms: one.ms + other.ms};
}

export function minus(one: Amounts, other: Amounts): Amounts {
  return {usd: one.usd - other.usd, tokens: one.tokens - other.tokens, ms: one.ms - other.ms};
}
