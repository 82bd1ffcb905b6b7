/**
 * One level of a tree of budgets: its limits, and what is spent, booked and kept below them. Who spends does so on its
 * own level and on all above.
 */
import {type Amounts, minus, nothing, plus} from './amounts.js';
import {createLine} from './line.js';
import type {Share} from './share.js';
import {createTally, type Tally} from './tally.js';
import type {BudgetLimits} from './tree.js';
import type {Workplace} from './workers.js';

export interface Level extends Omit<Workplace, keyof Tally>, Tally {
  readonly limits: BudgetLimits;
  readonly startedAt: number;
  /** For requests under way, and for reports. */
  booked: Amounts;
  /** What is booked of that for reports. */
  kept: Amounts;
  /** What its agent may spend beside those that were started with it; null for a root. */
  share: Share | null;
}

export function createLevel(limits: BudgetLimits, startedAt: number, line: Workplace['line'] = createLine()): Level {
  return {
    line,
    limits,
    startedAt,
    ...createTally(),
    booked: nothing,
    kept: nothing,
    workers: new Set(),
    share: null,
  };
}

export function bookOn(levels: readonly Level[], more: Amounts): void {
  for (const level of levels) level.booked = plus(level.booked, more);
}

/** Keeps `next` for a report in place of `before`. */
export function keepOn(levels: readonly Level[], before: Amounts, next: Amounts): void {
  const more = minus(next, before);
  bookOn(levels, more);
  for (const level of levels) level.kept = plus(level.kept, more);
}
