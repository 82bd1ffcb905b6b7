/** What was used, as sums for the screen. */
import type {AgentSnapshot} from '../core/tree.js';
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

/** What a snapshot says that an agent spent itself. */
export function toSpending({usage, costUsd}: Pick<AgentSnapshot, 'usage' | 'costUsd'>): Spending {
  return {tokens: newTokens(usage), costUsd};
}

/** Characters of English text or code a token stands for, roughly: until the reply's own figure is there. */
const charactersPerToken = 4;

/** Tokens of a text, roughly. */
export function estimateTokens(characters: number): number {
  return Math.round(characters / charactersPerToken);
}

/** What was spent since it was `before`. */
export function withoutSpending(now: Spending, before: Spending): Spending {
  return {
    tokens: now.tokens - before.tokens,
    costUsd: now.costUsd === null || before.costUsd === null ? null : now.costUsd - before.costUsd,
  };
}

export function addSpending(left: Spending, right: Spending): Spending {
  return {
    tokens: left.tokens + right.tokens,
    costUsd: left.costUsd === null || right.costUsd === null ? null : left.costUsd + right.costUsd,
  };
}
