/**
 * Dollars, tokens (cache reads included) and wall time of a tree of agents: a request is booked at its worst before
 * it leaves and settled at what it cost, on its own level and on every level above.
 */
import {allow, fairLength} from './allowance.js';
import {workOn} from './at-work.js';
import {bookOn} from './booking.js';
import {type Cap, capsOf, usedOf} from './caps.js';
import {type BudgetExcess, toExcess, unpriced} from './excess.js';
import {createLevel, keepOn, type Level} from './level.js';
import type {Clock} from './ports.js';
import {type Amounts, type Left, nothing, reportCost, reportRoom, resultTokens} from './report-room.js';
import {reportTime} from './report-time.js';
import type {BudgetLimits} from './tree.js';
import type {Price, Usage} from './types.js';
import {nothingSpent, noUsage, picoPerDollar, type Spending, worstCost} from './usage.js';

export interface BudgetRequest {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly price: Price | null;
  /** Of a step, the cost of one more request, to report, is set aside on every level; the report has that. */
  readonly purpose?: 'step' | 'report';
}

export interface Reservation {
  readonly accepted: true;
  /** Output tokens: what was asked for, or less if only less is affordable. */
  readonly maxTokens: number;
  /** Once: replaces the booking by what was used, be it less or more. Dollars; null if the price is unknown. */
  settle(usage: Usage): number | null;
}

export type Refusal = BudgetExcess & {readonly accepted: false};

export interface Budget {
  /** The first cap, from this level upwards, that is used up. */
  exceeded(): BudgetExcess | null;
  /** Books all input at its dearest, and `maxTokens` of output or what is affordable; refuses below 1,000. */
  reserve(request: BudgetRequest): Reservation | Refusal;
  /** Output tokens of an answer that leaves the other agents at work room for theirs. */
  fairLength(inputTokens: number, price: Price | null): number;
  /** Tokens that a report of this agent may read and still answer; Infinity without a cap. */
  reportRoom(price: Price | null): number;
  /** Sets aside what a report takes that reads so much, and if there is room some more that may come. */
  keepReport(inputTokens: number, price: Price | null): void;
  /**
   * The largest part, from this level upwards, that is spent of what can be before such a step is refused: 0.8 is 80 %.
   * What others keep for their reports is not part of that. `more` counts as if it were spent.
   */
  used(next: Pick<BudgetRequest, 'inputTokens' | 'price'> & {readonly more?: Spending}): number;
  /** Until the first cap on time, from this level upwards, is reached; Infinity without one. */
  msLeft(): number;
  /** That a report may take from now on: somewhat more than is left, also once nothing is. */
  reportMs(): number;
  /** Settles when a request of the tree ends, and with it what it had booked too much; null if none is under way. */
  freed(): Promise<void> | null;
  child(limits: BudgetLimits): Budget;
  /** Gives back what was set aside, until the next request. */
  close(): void;
  /** What this level and all below it used. */
  spent(): Spending;
}

/** The budget of a root agent; its wall time counts from here. @param above the levels that a child has above it. */
export function createBudget(limits: BudgetLimits, clock: Pick<Clock, 'now'>, above: readonly Level[] = []): Budget {
  const own = createLevel(limits, clock.now(), above[0]?.traffic);
  const levels = [own, ...above];
  const caps = (): readonly Cap[] => capsOf(levels, clock.now());
  /** What is held for this agent's report, on every level; picodollars for `usd`. */
  let aside = nothing;
  /** With what is set aside for this agent itself. */
  const lefts = (all: readonly Cap[]): readonly Left[] =>
    all.map(each => ({...each, left: each.left + aside[each.limit]}));
  const work = workOn(levels);
  return {
    exceeded,
    reserve,
    fairLength: (inputTokens, price) => fairLength(inputTokens, toWorst(price), lefts(caps())),
    reportRoom: price => reportRoom(toWorst(price), lefts(caps())),
    keepReport(inputTokens, price) {
      const worst = toWorst(price);
      const room = reportRoom(worst, lefts(caps()));
      if (inputTokens <= room) setAside(reportCost(Math.min(room, inputTokens + resultTokens), worst));
    },
    used: ({inputTokens, price, more = nothingSpent}) =>
      usedOf(caps(), {inputTokens, worst: toWorst(price), aside, more}),
    msLeft: () => Math.min(...caps().map(({limit, spent, cap}) => (limit === 'ms' ? cap - spent : Infinity))),
    reportMs: () => reportTime(caps()),
    freed: own.traffic.freed,
    child: below => createBudget(below, clock, levels),
    close() {
      setAside(nothing);
      work(false);
    },
    spent: () => ({usage: own.usage, costUsd: own.isPriced ? own.costPico / picoPerDollar : null}),
  };

  function exceeded(): BudgetExcess | null {
    const over = caps().find(({spent, cap}) => spent >= cap);
    return over ? toExcess(over) : null;
  }

  function reserve({price, purpose, ...request}: BudgetRequest): Reservation | Refusal {
    // Who is out of time may still say what it has.
    const over = purpose === 'report' ? null : exceeded();
    if (over) return {accepted: false, ...over};
    work(true);
    const all = caps();
    const unkept = all.find(({limit, cap}) => price === null && limit === 'usd' && cap < Infinity);
    if (unkept) return {accepted: false, ...toExcess(unkept, unpriced)};
    const binding = purpose ? lefts(all) : all;
    const {maxTokens, tokens, usd, ...allowed} = allow({...request, purpose, worst: toWorst(price)}, binding);
    const tightest = all[allowed.tightest];
    if (maxTokens === 0 && tightest) return {accepted: false, ...toExcess(tightest)};
    if (purpose) setAside(allowed.aside);
    return {accepted: true, maxTokens, settle: bookOn(levels, {tokens, usd, price})};
  }

  function setAside(next: Amounts): void {
    keepOn(levels, aside, next);
    aside = next;
  }
}

/** An unknown price is not counted: below a cap in dollars nothing is accepted then. */
const toWorst = (price: Price | null): ReturnType<typeof worstCost> => (price ? worstCost(price) : noUsage);
