/**
 * How long the answer of a request may be, so that no cap can be passed by it, nor by the report that may have to follow:
 * arithmetic of worst cases, without state.
 */
import {type Amounts, nothing} from './amounts.js';
import {costsOf, type Left, least, reportCost, resultTokens, type TokenCost} from './report-room.js';

export interface Ask {
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly purpose: 'step' | 'report';
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

/** So long an answer may be, if there is room, whoever else has to wait: few are longer, and one that is cut costs a step more. */
const plenty = 8_000;

/** What the shortest step takes that is allowed, with the report after it. */
export function leastStep(inputTokens: number, worst: TokenCost): Amounts {
  const costs = costsOf(worst);
  const kept = reportCost(inputTokens + least.step + resultTokens, worst);
  const toCost = ({input, output}: TokenCost): number => inputTokens * input + least.step * output;
  return {usd: toCost(costs.usd) + kept.usd, tokens: toCost(costs.tokens) + kept.tokens, ms: 0};
}

export function allow(ask: Ask, lefts: readonly Left[]): Allowance {
  const {inputTokens, maxTokens, purpose, worst} = ask;
  const rooms = lefts.map(each => roomBelow(each, ask));
  const room = Math.min(...rooms);
  const granted = room < Math.min(least[purpose], maxTokens) ? 0 : Math.min(maxTokens, room);
  const tokens = inputTokens + granted;
  return {
    maxTokens: granted,
    tokens,
    usd: inputTokens * worst.input + granted * worst.output,
    aside: toAside(tokens, ask),
    tightest: rooms.indexOf(room),
  };
}

/** How long an answer may be so that all who work below a cap have room for theirs; below no cap, Infinity. */
export function fairLength(inputTokens: number, worst: TokenCost, lefts: readonly Left[]): number {
  const ask = {inputTokens, worst, purpose: 'step'} as const;
  const parts = lefts.map(each => roomBelow({...each, left: each.left / Math.max(1, each.agents)}, ask));
  return Math.max(plenty, Math.min(...parts));
}

const toAside = (tokens: number, {purpose, worst}: Omit<Ask, 'maxTokens'>): Amounts =>
  purpose === 'step' ? reportCost(tokens + resultTokens, worst) : nothing;

/** Output tokens that fit below one cap, beside the input and what is set aside. */
function roomBelow({limit, left}: Left, ask: Omit<Ask, 'maxTokens'>): number {
  const {input, output} = costsOf(ask.worst)[limit];
  const fixed = ask.inputTokens * input + toAside(ask.inputTokens, ask)[limit];
  // A token that costs nothing still counts as one, or an overdrawn cap would have room for it.
  return Math.floor((left - fixed) / Math.max(1, output + (ask.purpose === 'step' ? input : 0)));
}
