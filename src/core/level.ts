/**
 * One level of a tree of budgets: its caps, and what is spent and booked below them. Who spends does so on its own level
 * and on all above.
 */
import type {BudgetExcess} from './excess.js';
import type {Traffic} from './traffic.js';
import type {BudgetLimits} from './tree.js';
import type {Usage} from './types.js';
import {addUsage, noUsage, picoPerDollar, totalTokens} from './usage.js';

export interface Level {
  /** One for all levels of a tree. */
  readonly traffic: Traffic;
  readonly limits: BudgetLimits;
  readonly startedAt: number;
  usage: Usage;
  costPico: number;
  isPriced: boolean;
  /** Spent, and booked for requests under way. */
  heldTokens: number;
  heldPico: number;
}

export function createLevel(limits: BudgetLimits, startedAt: number, traffic: Traffic): Level {
  return {traffic, limits, startedAt, usage: noUsage, costPico: 0, isPriced: true, heldTokens: 0, heldPico: 0};
}

/** `left` is neither spent nor booked, in picodollars for `usd`; of time nothing is booked. */
export interface Cap extends Omit<BudgetExcess, 'message'> {
  readonly left: number;
}

/** Every cap that binds on these levels, absent ones as Infinity. */
export function capsOf(levels: readonly Level[], now: number): readonly Cap[] {
  return levels.flatMap(({limits: {usd = Infinity, tokens = Infinity, ms = Infinity}, ...level}) => [
    {limit: 'usd', cap: usd, spent: level.costPico / picoPerDollar, left: usd * picoPerDollar - level.heldPico},
    {limit: 'tokens', cap: tokens, spent: totalTokens(level.usage), left: tokens - level.heldTokens},
    {limit: 'ms', cap: ms, spent: now - level.startedAt, left: Infinity},
  ]);
}

/** Books so much more, or less. */
export function holdOn(levels: readonly Level[], tokens: number, pico: number): void {
  for (const level of levels) {
    level.heldTokens += tokens;
    level.heldPico += pico;
  }
}

/** @param cost picodollars; null if the price is unknown. */
export function spendOn(levels: readonly Level[], usage: Usage, cost: number | null): void {
  for (const level of levels) {
    level.usage = addUsage(level.usage, usage);
    level.costPico += cost ?? 0;
    level.isPriced &&= cost !== null;
  }
}
