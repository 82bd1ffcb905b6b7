/** The caps that bind an agent, its own and those above it: what is left below each, and how much of it is used. */
import {leastStep} from './allowance.js';
import {type Amounts, amountsOf, capsIn, type Use} from './amounts.js';
import type {Level} from './level.js';
import type {TokenCost} from './report-room.js';
import {type Spending, totalTokens} from './usage.js';

/** `left` is neither spent nor `booked`, which is for requests under way and for reports. Of time nothing is booked, or left. */
export interface Cap extends Use {
  readonly booked: number;
  readonly left: number;
  /** At work below it. */
  readonly agents: number;
  readonly level: Level;
}

/** Every cap that binds on these levels, absent ones as Infinity. */
export function capsOf(levels: readonly Level[], now: number): readonly Cap[] {
  return levels.flatMap(level => {
    const caps = capsIn(level.limits);
    const spentOf = {usd: level.costPico, tokens: totalTokens(level.usage), ms: now - level.startedAt};
    return limits.map(limit => {
      const [cap, spent, booked] = [caps[limit], spentOf[limit], level.booked[limit]];
      const left = limit === 'ms' ? Infinity : cap - spent - booked;
      return {limit, cap, spent, booked, left, kept: level.kept[limit], agents: level.workers.size, level};
    });
  });
}

const limits = ['usd', 'tokens', 'ms'] as const;

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
export function usedOf(uses: readonly Use[], {inputTokens, worst, aside, more}: Outlook): number {
  const step = leastStep(inputTokens, worst);
  const extra = amountsOf(more);
  const parts = uses.map(({limit, cap, spent, kept}) => {
    const forWork = cap - (kept - aside[limit] + step[limit]);
    return forWork > 0 ? (spent + extra[limit]) / forWork : 1;
  });
  return Math.max(...parts);
}

/** What is neither spent nor kept for reports of all of these. What is booked for requests comes back, but for a part. */
export function poolOf(uses: readonly Use[]): Amounts {
  const left = (wanted: 'usd' | 'tokens'): number =>
    Math.min(...uses.flatMap(({limit, cap, spent, kept}) => (limit === wanted ? [cap - spent - kept] : [])));
  return {usd: Math.max(0, left('usd')), tokens: Math.max(0, left('tokens')), ms: Infinity};
}
