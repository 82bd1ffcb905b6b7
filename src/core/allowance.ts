/**
 * How long the answer of a request may be, so that no cap can be passed by it, nor by the report that may have to follow:
 * arithmetic of worst cases, without state.
 */
import type {BudgetLimits} from './tree.js';

/** By kind of cap; picodollars for `usd`. */
export type Amounts = Readonly<Record<keyof BudgetLimits, number>>;

export const nothing: Amounts = {usd: 0, tokens: 0, ms: 0};

interface TokenCost {
  readonly input: number;
  readonly output: number;
}

export interface Ask {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly purpose: 'step' | 'report' | undefined;
  /** What a token costs at most, in picodollars. */
  readonly worst: TokenCost;
}

/** What is left below one cap. */
export interface Left {
  readonly limit: keyof BudgetLimits;
  readonly left: number;
}

export interface Allowance {
  /** 0 if less is left than makes sense. */
  readonly maxTokens: number;
  /** What the request uses at most. */
  readonly tokens: number;
  readonly usd: number;
  /** What the report after it uses at most. */
  readonly aside: Amounts;
  /** Which of the caps has the least room. */
  readonly tightest: number;
}

/** An answer that must be shorter than this is not worth its input; a report may be shorter. */
const least = {step: 1_000, report: 200};
/** The input of a report is that of the step before it, its answer, and this much for what its calls gave. */
const resultTokens = 2_000;

export function allow({inputTokens, maxTokens, purpose, worst}: Ask, lefts: readonly Left[]): Allowance {
  const costs: Readonly<Record<keyof BudgetLimits, TokenCost>> = {
    usd: worst,
    tokens: {input: 1, output: 1},
    ms: {input: 0, output: 0},
  };
  const isKept = purpose === 'step';
  const toAside = (tokens: number, {input, output}: TokenCost): number =>
    isKept ? (tokens + resultTokens) * input + least.step * output : 0;
  const rooms = lefts.map(({limit, left}) => {
    const {input, output} = costs[limit];
    const fixed = inputTokens * input + toAside(inputTokens, costs[limit]);
    // A token that costs nothing still counts as one, or an overdrawn cap would have room for it.
    return Math.floor((left - fixed) / Math.max(1, output + (isKept ? input : 0)));
  });
  const room = Math.min(...rooms);
  const granted = room < Math.min(least[purpose ?? 'step'], maxTokens) ? 0 : Math.min(maxTokens, room);
  const {usd, tokens, ms} = costs;
  const used = inputTokens + granted;
  return {
    maxTokens: granted,
    tokens: used,
    usd: inputTokens * usd.input + granted * usd.output,
    aside: {usd: toAside(used, usd), tokens: toAside(used, tokens), ms: toAside(used, ms)},
    tightest: rooms.indexOf(room),
  };
}
