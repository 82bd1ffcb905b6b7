/** The caps that bind an agent, its own and those above it: what is left below each, and how much of it is used. */
import {leastStep} from './allowance.js';
import type {BudgetExcess} from './excess.js';
import type {Level} from './level.js';
import type {Amounts, TokenCost} from './report-room.js';
import type {BudgetLimits} from './tree.js';
import {picoPerDollar, type Spending, totalTokens} from './usage.js';

/** In picodollars for `usd`: `booked` for requests under way and reports, `kept` of that for reports, and `left` of all. Of time none is. */
export interface Cap extends Omit<BudgetExcess, 'message'> {
  readonly left: number;
  readonly booked: number;
  readonly kept: number;
  /** At work below it. */
  readonly agents: number;
  readonly level: Level;
}

/** Every cap that binds on these levels, absent ones as Infinity. */
export function capsOf(levels: readonly Level[], now: number): readonly Cap[] {
  return levels.flatMap(level => {
    const {usd = Infinity, tokens = Infinity, ms = Infinity} = level.limits;
    const all = {usd, tokens, ms};
    const spent = {usd: level.costPico / picoPerDollar, tokens: totalTokens(level.usage), ms: now - level.startedAt};
    const left = {usd: usd * picoPerDollar - level.heldPico, tokens: tokens - level.heldTokens, ms: Infinity};
    const booked = {usd: level.heldPico - level.costPico, tokens: level.heldTokens - spent.tokens, ms: 0};
    const rest = {agents: level.workers.size, level};
    const capOf = (limit: keyof BudgetLimits): Cap => {
      const amounts = {cap: all[limit], spent: spent[limit], left: left[limit], booked: booked[limit]};
      return {limit, ...amounts, kept: level.kept[limit], ...rest};
    };
    return [capOf('usd'), capOf('tokens'), capOf('ms')];
  });
}

export interface Outlook {
  /** Of the next step. */
  readonly inputTokens: number;
  readonly worst: TokenCost;
  /** Kept for the report of whoever takes the step. */
  readonly aside: Amounts;
  /** Counts as if it were spent. */
  readonly more: Spending;
}

/** The largest part that is spent of what can be before the step is refused: what others keep cannot be. */
export function usedOf(
  caps: readonly Pick<Cap, 'limit' | 'cap' | 'spent' | 'kept'>[],
  {inputTokens, worst, aside, more}: Outlook,
): number {
  const step = leastStep(inputTokens, worst);
  const extra = {usd: more.costUsd ?? 0, tokens: totalTokens(more.usage), ms: 0};
  const parts = caps.map(({limit, cap, spent, kept}) => {
    const forWork = cap - (kept - aside[limit] + step[limit]) / (limit === 'usd' ? picoPerDollar : 1);
    return forWork > 0 ? (spent + extra[limit]) / forWork : 1;
  });
  return Math.max(...parts);
}
