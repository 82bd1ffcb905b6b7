/**
 * What an agent may ask of its budget: dollars, tokens (cache reads included) and wall time, its own and all those above it.
 */
import type {Bill} from './bill.js';
import type {BudgetExcess} from './excess.js';
import type {Turn} from './line.js';
import type {BudgetLimits} from './tree.js';
import type {Price, Usage} from './types.js';
import type {Spending} from './usage.js';

export interface BudgetRequest {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly price: Price | null;
  /** The id of the model that is asked. */
  readonly model: string;
  /** Of a step, the cost of one more request, to report, is set aside on every level; the report has that. */
  readonly purpose: 'step' | 'report';
}

export interface Reservation {
  readonly accepted: true;
  /** Output tokens: what was asked for, or less if only less is affordable. */
  readonly maxTokens: number;
  /** Once: replaces the booking by what was used, be it less or more. Dollars; null if the price is unknown. */
  settle(usage: Usage): number | null;
}

/** Those that one message starts have equal shares of what is left then. `count`: at most so many. */
export interface Siblings {
  readonly startedBy: string;
  readonly count: number;
}

export type BudgetRefusal = BudgetExcess & {readonly accepted: false};

export interface Budget {
  /** The first cap, from this level upwards, that is used up. */
  exceeded(): BudgetExcess | null;
  /** Books all input at its dearest, and `maxTokens` of output or what is affordable; refuses what is too short to make sense. */
  reserve(request: BudgetRequest): Reservation | BudgetRefusal;
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
  /** As `used`, of the shares that agents have who were started together; 0 without any. */
  usedShare(next: Pick<BudgetRequest, 'inputTokens' | 'price'> & {readonly more?: Spending}): number;
  /** The first share, from this level upwards, that so much more would pass. Nobody spends what the next step has to have room for. */
  passesShare(next: Pick<BudgetRequest, 'inputTokens' | 'price'> & {readonly more: Spending}): BudgetExcess | null;
  /**
   * Reserves in its turn: those who wait for room are asked in the order of what they have spent, the least first. `reserve`
   * says whether it is over, with room or without any to wait for; it is also over where nobody but this agent can make room.
   */
  enter(reserve: () => boolean): Turn;
  /**
   * @param siblings not given: it has no share, and may spend all that is left.
   * @param earlier what it and all below it used in an earlier time, which is counted above it already.
   */
  child(limits: BudgetLimits, siblings?: Siblings, earlier?: Bill & {readonly ms: number}): Budget;
  /** Gives back what was set aside, until the next request. */
  close(): void;
  /** What this level and all below it used. */
  spent(): Bill;
}
