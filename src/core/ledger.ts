/**
 * Dollars, tokens (cache reads included) and wall time of a tree of agents: a request is booked at its worst before
 * it leaves and settled at what it cost, on its own level and on every level above.
 */
import {allow, fairLength, leastStep} from './allowance.js';
import {type Amounts, nothing} from './amounts.js';
import {type Bill, nothingBilled} from './bill.js';
import {book} from './booking.js';
import type {Budget, BudgetRefusal, BudgetRequest, Reservation, Siblings} from './budget.js';
import {type Cap, capsOf, poolOf, usedOf} from './caps.js';
import {type BudgetExcess, toExcess, unpriced} from './excess.js';
import {createLevel, keepOn, type Level} from './level.js';
import type {Clock} from './ports.js';
import {type Left, reportCost, reportRoom, resultTokens} from './report-room.js';
import {reportTime} from './report-time.js';
import {createShares, passedShare, sharesOf} from './share.js';
import {spendOn, toBill} from './tally.js';
import type {BudgetLimits} from './tree.js';
import type {Price} from './types.js';
import {nothingSpent, noUsage, picoPerDollar, worstCost} from './usage.js';
import {createWorker} from './workers.js';

/** The budget of a root agent; its wall time counts from here. @param spent by it in earlier times. */
export function createBudget(limits: BudgetLimits, clock: Pick<Clock, 'now'>, spent = nothingBilled): Budget {
  const level = createLevel(limits, clock.now());
  bring(level, spent);
  return createBudgetOn([level], clock);
}

/** @param levels its own, and those above it. */
function createBudgetOn(levels: readonly [Level, ...Level[]], clock: Pick<Clock, 'now'>): Budget {
  const [own] = levels;
  const caps = (): readonly Cap[] => capsOf(levels, clock.now());
  /** What is kept for this agent's report, on every level. */
  let aside = nothing;
  /** With what is set aside for this agent itself. */
  const lefts = (all: readonly Cap[]): readonly Left[] =>
    all.map(each => ({...each, left: each.left + aside[each.limit]}));
  const worker = createWorker(levels);
  let tightest: Level = own;
  /** Those that the last message started. */
  let group: {readonly startedBy: string; readonly share: ReturnType<typeof createShares>} | null = null;
  return {
    exceeded,
    reserve,
    fairLength: (inputTokens, price) => fairLength(inputTokens, toWorst(price), lefts(caps())),
    reportRoom: price => reportRoom(toWorst(price), lefts(caps())),
    keepReport(inputTokens, price) {
      const worst = toWorst(price);
      const room = reportRoom(worst, lefts(caps()));
      if (inputTokens <= room) setAside(reportCost(Math.min(room, inputTokens + resultTokens), worst));
      own.line.changed();
    },
    used: ({inputTokens, price, more = nothingSpent}) =>
      usedOf(caps(), {inputTokens, worst: toWorst(price), aside, more}),
    usedShare: ({inputTokens, price, more = nothingSpent}) =>
      usedOf(sharesOf(levels, nothing), {inputTokens, worst: toWorst(price), aside: nothing, more}),
    passesShare: ({inputTokens, price, more}) =>
      passedShare(sharesOf(levels, leastStep(inputTokens, toWorst(price))), more),
    msLeft: () => Math.min(...caps().map(({limit, spent, cap}) => (limit === 'ms' ? cap - spent : Infinity))),
    reportMs: () => reportTime(caps()),
    enter: reserve => worker.enter(() => (reserve() ? null : tightest)),
    child,
    close() {
      setAside(nothing);
      own.share?.take(false);
      worker.work(false);
    },
    spent: () => toBill(own),
  };

  function exceeded(): BudgetExcess | null {
    const over = caps().find(({spent, cap}) => spent >= cap);
    return over ? toExcess(over) : null;
  }

  function reserve({price, purpose, model, ...request}: BudgetRequest): Reservation | BudgetRefusal {
    // Who is out of time may still say what it has.
    const over = purpose === 'report' ? null : exceeded();
    if (over) return {accepted: false, ...over};
    worker.work(true);
    own.share?.take(true);
    const all = caps();
    const unkept = all.find(({limit, cap}) => price === null && limit === 'usd' && cap < Infinity);
    if (unkept) return {accepted: false, ...toExcess(unkept, unpriced)};
    const {maxTokens, tokens, usd, ...allowed} = allow({...request, purpose, worst: toWorst(price)}, lefts(all));
    const cap = all[allowed.tightest];
    if (maxTokens === 0 && cap) {
      tightest = cap.level;
      const least = leastStep(request.inputTokens, toWorst(price))[cap.limit];
      return {accepted: false, ...toExcess({...cap, least, others: cap.booked - aside[cap.limit]})};
    }
    setAside(allowed.aside);
    return {
      accepted: true,
      maxTokens,
      settle: book(levels, {worst: {tokens, usd, ms: 0}, price, model}, worker.begin()),
    };
  }

  function child(below: BudgetLimits, siblings?: Siblings, earlier = {...nothingBilled, ms: 0}): Budget {
    const level = createLevel(below, clock.now() - earlier.ms, own.line);
    bring(level, earlier);
    if (siblings) {
      const {startedBy, count} = siblings;
      if (group?.startedBy !== startedBy)
        group = {startedBy, share: createShares(count, poolOf([...caps(), ...sharesOf(levels, nothing)]))};
      level.share = group.share(level);
    }
    return createBudgetOn([level, ...levels], clock);
  }

  function setAside(next: Amounts): void {
    keepOn(levels, aside, next);
    aside = next;
  }
}

/** Puts on a level what was spent there in earlier times. */
function bring(level: Level, {models}: Bill): void {
  for (const [model, {usage, costUsd}] of models)
    spendOn([level], {model, usage, cost: costUsd === null ? null : Math.round(costUsd * picoPerDollar)});
}

/** An unknown price is not counted: below a cap in dollars nothing is accepted then. */
const toWorst = (price: Price | null): ReturnType<typeof worstCost> => (price ? worstCost(price) : noUsage);
