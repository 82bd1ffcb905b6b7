/** What was used, as sums for the screen. */
import type {AgentSnapshot} from '../core/tree.js';
import type {Price, Usage} from '../core/types.js';
import {cost, countRoughly} from './format.js';

/** Tokens, those read from the cache included, as budgets count them; dollars, null if a price is unknown. */
export interface Spending {
  readonly tokens: number;
  readonly costUsd: number | null;
}

export const nothingSpent: Spending = {tokens: 0, costUsd: 0};

/** All tokens of requests: read, from the cache or not, and written. */
export function tokensIn({input, output, cacheRead, cacheWrite}: Usage): number {
  return input + output + cacheRead + cacheWrite;
}

/** What a snapshot says that an agent spent itself. */
export function toSpending({usage, costUsd}: Pick<AgentSnapshot, 'usage' | 'costUsd'>): Spending {
  return {tokens: tokensIn(usage), costUsd};
}

/** Characters of English text or code a token stands for, roughly: until the reply's own figure is there. */
const charactersPerToken = 4;

/** What tokens cost; null if nobody knows their price. */
export function spendingOf(usage: Usage, price: Price | null): Spending {
  const kinds = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
  const costUsd = price && kinds.reduce((sum, kind) => sum + usage[kind] * price[kind], 0) / 1_000_000;
  return {tokens: tokensIn(usage), costUsd};
}

/** Tokens of a text, roughly. */
export function estimateTokens(characters: number): number {
  return Math.round(characters / charactersPerToken);
}

/** Milliseconds that an agent worked, in all its runs: between them it did nothing. */
export function workedMs({earlierMs, startedAt, endedAt}: AgentSnapshot, now: number): number {
  return earlierMs + Math.max(0, (endedAt ?? now) - startedAt);
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

/** With what replies that stream have come to, of which only that is known that their beginnings tell. */
export interface Figures extends Spending {
  readonly isEstimate: boolean;
}

/** `9.4k`, `~9.4k`. */
export function tokensText({tokens, isEstimate}: Figures): string {
  return countRoughly(tokens, isEstimate);
}

/** `$0.03`, `~$0.03`. */
export function costText({costUsd, isEstimate}: Figures): string {
  return `${isEstimate && costUsd !== null ? '~' : ''}${cost(costUsd)}`;
}
