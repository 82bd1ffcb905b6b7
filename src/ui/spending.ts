/** What was used, as sums for the screen. */
import type {Usage} from '../core/types.js';

/** Tokens without those read from the cache; dollars, null if a price is unknown. */
export interface Spending {
  readonly tokens: number;
  readonly costUsd: number | null;
}

export const nothingSpent: Spending = {tokens: 0, costUsd: 0};

/** Tokens that a request read or wrote anew. */
export function newTokens({input, output, cacheWrite}: Usage): number {
  return input + output + cacheWrite;
}

export function addSpending(left: Spending, right: Spending): Spending {
  return {
    tokens: left.tokens + right.tokens,
    costUsd: left.costUsd === null || right.costUsd === null ? null : left.costUsd + right.costUsd,
  };
}
