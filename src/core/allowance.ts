/**
 * How long the answer of a request may be, so that no cap can be passed by it, nor by the report that may have to follow:
 * arithmetic of worst cases, without state.
 */
import {
  type Amounts,
  costsOf,
  type Left,
  least,
  nothing,
  reportCost,
  resultTokens,
  type TokenCost,
} from './report-room.js';

export interface Ask {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly purpose: 'step' | 'report' | undefined;
  /** What a token costs at most, in picodollars. */
  readonly worst: TokenCost;
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

/** What the shortest step takes that is allowed, with the report after it. */
export function leastStep(inputTokens: number, worst: TokenCost): Amounts {
  const costs = costsOf(worst);
  const kept = reportCost(inputTokens + least.step + resultTokens, worst);
  const toCost = ({input, output}: TokenCost): number => inputTokens * input + least.step * output;
  return {usd: toCost(costs.usd) + kept.usd, tokens: toCost(costs.tokens) + kept.tokens, ms: 0};
}

export function allow({inputTokens, maxTokens, purpose, worst}: Ask, lefts: readonly Left[]): Allowance {
  const costs = costsOf(worst);
  const isKept = purpose === 'step';
  const toAside = (tokens: number): Amounts => (isKept ? reportCost(tokens + resultTokens, worst) : nothing);
  const rooms = lefts.map(({limit, left}) => {
    const {input, output} = costs[limit];
    const fixed = inputTokens * input + toAside(inputTokens)[limit];
    // A token that costs nothing still counts as one, or an overdrawn cap would have room for it.
    return Math.floor((left - fixed) / Math.max(1, output + (isKept ? input : 0)));
  });
  const room = Math.min(...rooms);
  const granted = room < Math.min(least[purpose ?? 'step'], maxTokens) ? 0 : Math.min(maxTokens, room);
  const tokens = inputTokens + granted;
  return {
    maxTokens: granted,
    tokens,
    usd: inputTokens * worst.input + granted * worst.output,
    aside: toAside(tokens),
    tightest: rooms.indexOf(room),
  };
}
