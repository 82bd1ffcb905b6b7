/**
 * What the report takes that may have to follow a step, and how much it may read: arithmetic of worst cases, without
 * state.
 */
import type {Amounts} from './amounts.js';
import type {BudgetLimits} from './tree.js';

/** What a token costs at most, in the unit of a cap. */
export interface TokenCost {
  readonly input: number;
  readonly output: number;
}

/** What is left below one cap. */
export interface Left {
  readonly limit: keyof BudgetLimits;
  readonly left: number;
  /** Agents that work below it. */
  readonly agents: number;
}

/** An answer that must be shorter than this is not worth its input; a report may be shorter. */
export const least = {step: 1_000, report: 200};

/**
 * The input of a report is that of the step before it, its answer, and at least this much of what its calls gave: what has no
 * room is left out.
 */
export const resultTokens = 2_000;

export const costsOf = (worst: TokenCost): Readonly<Record<keyof BudgetLimits, TokenCost>> => ({
  usd: worst,
  tokens: {input: 1, output: 1},
  ms: {input: 0, output: 0},
});

/** What a report with so much input takes at most, of the shortest answer that it is sure of. */
export function reportCost(inputTokens: number, worst: TokenCost): Amounts {
  const {usd, tokens} = costsOf(worst);
  const toCost = ({input, output}: TokenCost): number => inputTokens * input + least.step * output;
  return {usd: toCost(usd), tokens: toCost(tokens), ms: 0};
}

/** How much input a report may have below these caps. */
export function reportRoom(worst: TokenCost, lefts: readonly Left[]): number {
  const none = reportCost(0, worst);
  const costs = costsOf(worst);
  return Math.min(...lefts.map(({limit, left}) => Math.floor((left - none[limit]) / Math.max(1, costs[limit].input))));
}
