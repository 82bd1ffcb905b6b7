/**
 * What the agents that one message starts may spend each: equal parts of what their parent had left then. What one did not use
 * when it ended is for the others. A share is no cap: nothing is booked on it, but whose next step would pass it has come to its end.
 */
import {type Amounts, amountsOf, type Use} from './amounts.js';
import {type BudgetExcess, toExcess} from './excess.js';
import type {Usage} from './types.js';
import {type Spending, totalTokens} from './usage.js';

export interface Share {
  /** Infinity for an agent that has nobody beside it. */
  size(): Amounts;
  /** Whether its agent takes a part of what those that have ended left. */
  take(isLive: boolean): void;
}

/** One that spends, on its own and by all below it. */
interface Spender {
  readonly costPico: number;
  readonly usage: Usage;
}

/** @param asked how many are to be started, at most. @param pool what they have together. Each call adds one. */
export function createShares(asked: number, pool: Amounts): (spender: Spender) => Share {
  const all = new Map<Spender, boolean>();

  function partOf(spender: Spender): Amounts {
    // Who has not begun may be the first of many.
    const count = totalTokens(spender.usage) === 0 ? Math.max(asked, all.size) : all.size;
    if (count < 2) return unlimited;
    const gone = [...all].flatMap(([each, isLive]) => (isLive ? [] : [each]));
    const part = (limit: 'usd' | 'tokens'): number =>
      Math.max(
        0,
        gone.reduce((left, each) => left - spentOn(each, limit), pool[limit]),
      ) / Math.max(1, count - gone.length);
    return {usd: part('usd'), tokens: part('tokens'), ms: Infinity};
  }

  return spender => {
    all.set(spender, true);
    return {size: () => partOf(spender), take: isLive => void all.set(spender, isLive)};
  };
}

const unlimited: Amounts = {usd: Infinity, tokens: Infinity, ms: Infinity};

const spentOn = ({costPico, usage}: Spender, limit: 'usd' | 'tokens'): number =>
  limit === 'usd' ? costPico : totalTokens(usage);

/** What is used of the shares on these levels, where there are any. */
export function sharesOf(levels: readonly (Spender & {readonly share: Share | null})[]): readonly Use[] {
  return levels.flatMap(({share, costPico, usage}) => {
    const {usd, tokens} = share?.size() ?? unlimited;
    if (usd === Infinity && tokens === Infinity) return [];
    return [
      {limit: 'usd', cap: usd, spent: costPico, kept: 0},
      {limit: 'tokens', cap: tokens, spent: totalTokens(usage), kept: 0},
    ] as const;
  });
}

/** What is neither spent nor kept for reports of all of these. What is booked for requests comes back, but for a part. */
export function poolOf(uses: readonly Use[]): Amounts {
  const left = (wanted: 'usd' | 'tokens'): number =>
    Math.min(...uses.flatMap(({limit, cap, spent, kept}) => (limit === wanted ? [cap - spent - kept] : [])));
  return {usd: Math.max(0, left('usd')), tokens: Math.max(0, left('tokens')), ms: Infinity};
}

/** The first of these shares that so much more would pass. */
export function passedShare(shares: readonly Use[], more: Spending): BudgetExcess | null {
  const extra = amountsOf(more);
  const passed = shares.find(({limit, cap, spent}) => spent + extra[limit] > cap);
  return passed ? toExcess({...passed, note: ', an equal part for each of those that were started together,'}) : null;
}
