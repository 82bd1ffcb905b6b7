/**
 * What the agents that one message starts may spend each: equal parts of what their parent had left then. What one did not use
 * when it ended is for the others. A share is no cap: nothing is booked on it, but whose next step would pass it has come to its end.
 */
import {type Amounts, amountsOf, type Use} from './amounts.js';
import {type BudgetExcess, toExcess} from './excess.js';
import type {Usage} from './types.js';
import {type Spending, totalTokens} from './usage.js';

export interface Share {
  /** Infinity for an agent that has nobody beside it. `unspent`: what cannot be spent of all, for want of room for a step. */
  size(unspent: Amounts): Amounts;
  /** What each of them has spent, in the middle: picodollars, tokens. */
  mean(): readonly [number, number];
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

  function partOf(spender: Spender, unspent: Amounts): Amounts {
    // Who has not begun may be the first of many.
    const count = totalTokens(spender.usage) === 0 ? Math.max(asked, all.size) : all.size;
    if (count < 2) return unlimited;
    const gone = [...all].flatMap(([each, isLive]) => (isLive ? [] : [each]));
    const part = (limit: 'usd' | 'tokens'): number =>
      Math.max(
        0,
        gone.reduce((left, each) => left - spentOn(each, limit), pool[limit] - unspent[limit]),
      ) / Math.max(1, count - gone.length);
    return {usd: part('usd'), tokens: part('tokens'), ms: Infinity};
  }

  const meanOf = (limit: 'usd' | 'tokens'): number =>
    [...all.keys()].reduce((sum, each) => sum + spentOn(each, limit), 0) / Math.max(1, all.size);

  return spender => {
    all.set(spender, true);
    return {
      size: unspent => partOf(spender, unspent),
      mean: () => [meanOf('usd'), meanOf('tokens')],
      take: isLive => void all.set(spender, isLive),
    };
  };
}

const unlimited: Amounts = {usd: Infinity, tokens: Infinity, ms: Infinity};

const spentOn = ({costPico, usage}: Spender, limit: 'usd' | 'tokens'): number =>
  limit === 'usd' ? costPico : totalTokens(usage);

/** What is used of the shares on these levels, where there are any; a part of them is `unspent` with the last of all. */
export function sharesOf(
  levels: readonly (Spender & {readonly share: Share | null})[],
  unspent: Amounts,
): readonly Use[] {
  return levels.flatMap(({share, costPico, usage}) => {
    const {usd, tokens} = share?.size(unspent) ?? unlimited;
    if (usd === Infinity && tokens === Infinity) return [];
    return [
      {limit: 'usd', cap: usd, spent: costPico, kept: 0},
      {limit: 'tokens', cap: tokens, spent: totalTokens(usage), kept: 0},
    ] as const;
  });
}

/** The first of these shares that so much more would pass. */
export function passedShare(shares: readonly Use[], more: Spending): BudgetExcess | null {
  const extra = amountsOf(more);
  const passed = shares.find(({limit, cap, spent}) => spent + extra[limit] > cap);
  return passed ? toExcess({...passed, note: ', an equal part for each of those that were started together,'}) : null;
}
