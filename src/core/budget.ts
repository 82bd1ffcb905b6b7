/**
 * Dollars, tokens (cache reads included) and wall time of a tree of agents: a request is booked at its worst before
 * it leaves and settled at what it cost, on its own level and on every level above.
 */
import type {Clock} from './ports.js';
import type {BudgetLimits} from './tree.js';
import type {Price, Usage} from './types.js';
import {addUsage, costOf, noUsage, picoPerDollar, totalTokens, worstCost} from './usage.js';

/** The cap that has too little room left, in the unit of `limit`. `message` is for a person. */
interface BudgetExcess {
  readonly limit: keyof BudgetLimits;
  readonly cap: number;
  readonly spent: number;
  readonly message: string;
}

export interface BudgetRequest {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly price: Price | null;
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
  child(limits: BudgetLimits): Budget;
  /** What this level and all below it used; `costUsd` is null once a price was unknown. */
  spent(): {readonly usage: Usage; readonly costUsd: number | null};
}

interface Level {
  readonly limits: BudgetLimits;
  readonly startedAt: number;
  usage: Usage;
  costPico: number;
  isPriced: boolean;
  /** Spent, and booked for requests under way. */
  heldTokens: number;
  heldPico: number;
}

/** A request whose answer must be shorter than this is not worth its input. */
const leastOutput = 1_000;

function toExcess({limit, cap, spent}: Omit<BudgetExcess, 'message'>, fault?: string): BudgetExcess {
  const show = (amount: number): string =>
    ({usd: `$${Number(amount.toFixed(4))}`, tokens: `${amount} tokens`, ms: `${Math.round(amount / 1000)} s`})[limit];
  const used = `has no room for another request: ${show(spent)} of it is spent. Raise it to go on.`;
  return {limit, cap, spent, message: `The budget of ${show(cap)} ${fault ?? used}`};
}

const unpriced = 'cannot be kept: the price of the model is unknown. Take another, or leave out --max-budget-usd.';

/** The budget of a root agent. Its wall time counts from here. */
export function createBudget(limits: BudgetLimits, clock: Pick<Clock, 'now'>): Budget {
  return addLevel(limits, clock, []);
}

function addLevel(limits: BudgetLimits, clock: Pick<Clock, 'now'>, above: readonly Level[]): Budget {
  const spending = {usage: noUsage, costPico: 0, isPriced: true, heldTokens: 0, heldPico: 0};
  const own: Level = {limits, startedAt: clock.now(), ...spending};
  const levels = [own, ...above];
  return {
    exceeded,
    reserve,
    child: below => addLevel(below, clock, levels),
    spent: () => ({usage: own.usage, costUsd: own.isPriced ? own.costPico / picoPerDollar : null}),
  };

  /** Every cap that binds here. `left` is neither spent nor booked, in picodollars for `usd`. */
  function caps(): readonly (Omit<BudgetExcess, 'message'> & {left: number})[] {
    return levels.flatMap(({limits: {usd = Infinity, tokens = Infinity, ms = Infinity}, ...level}) => [
      {limit: 'usd', cap: usd, spent: level.costPico / picoPerDollar, left: usd * picoPerDollar - level.heldPico},
      {limit: 'tokens', cap: tokens, spent: totalTokens(level.usage), left: tokens - level.heldTokens},
      {limit: 'ms', cap: ms, spent: clock.now() - level.startedAt, left: Infinity},
    ]);
  }

  function exceeded(): BudgetExcess | null {
    const over = caps().find(({spent, cap}) => spent >= cap);
    return over ? toExcess(over) : null;
  }

  function reserve({inputTokens, maxTokens, price}: BudgetRequest): Reservation | Refusal {
    const over = exceeded();
    if (over) return {accepted: false, ...over};
    const unkept = caps().find(({limit, cap}) => price === null && limit === 'usd' && cap < Infinity);
    if (unkept) return {accepted: false, ...toExcess(unkept, unpriced)};
    const worst = price ? worstCost(price) : noUsage;
    const input = {usd: inputTokens * worst.input, tokens: inputTokens, ms: 0};
    const output = {usd: Math.max(1, worst.output), tokens: 1, ms: 1};
    const rooms = caps().map(cap => ({cap, tokens: Math.floor((cap.left - input[cap.limit]) / output[cap.limit])}));
    const least = rooms.reduce((one, other) => (other.tokens < one.tokens ? other : one));
    if (least.tokens < Math.min(leastOutput, maxTokens)) return {accepted: false, ...toExcess(least.cap)};
    const granted = Math.min(maxTokens, least.tokens);
    const settle = hold(inputTokens + granted, input.usd + granted * worst.output, price);
    return {accepted: true, maxTokens: granted, settle};
  }

  /** Holds a request's worst on every level; the function it returns puts what was used in its place. */
  function hold(tokens: number, pico: number, price: Price | null): Reservation['settle'] {
    for (const level of levels) {
      level.heldTokens += tokens;
      level.heldPico += pico;
    }
    let isSettled = false;
    return usage => {
      if (isSettled) throw new Error('A reservation is settled once.');
      isSettled = true;
      const cost = price && costOf(usage, price);
      for (const level of levels) {
        level.usage = addUsage(level.usage, usage);
        level.costPico += cost ?? 0;
        level.isPriced &&= cost !== null;
        level.heldTokens += totalTokens(usage) - tokens;
        level.heldPico += (cost ?? 0) - pico;
      }
      return cost === null ? null : cost / picoPerDollar;
    };
  }
}
