/**
 * Arithmetic of tokens and money.
 *
 * Money is counted in whole picodollars, 10⁻¹² $: a price of 0.0375 $ a million tokens is 37,500 of them a token, so
 * every request costs a whole number, and sums are exact, in any order, up to 9,007 $.
 */
import type {Price, Usage} from './types.js';

export const picoPerDollar = 1e12;

/** `costUsd` is in dollars, null once a price was unknown. */
export interface Spending {
  readonly usage: Usage;
  readonly costUsd: number | null;
}

export const noUsage: Usage = Object.freeze({input: 0, output: 0, cacheRead: 0, cacheWrite: 0});
export const nothingSpent: Spending = {usage: noUsage, costUsd: 0};

/** The usage of two requests, or of two agents, as one. */
export function addUsage(one: Usage, other: Usage): Usage {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}

/** Money of which a part is unknown is unknown. */
export const addCost = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one + other;

/** All tokens, cache reads included. */
export function totalTokens({input, output, cacheRead, cacheWrite}: Usage): number {
  return input + output + cacheRead + cacheWrite;
}

/** A price in dollars a million tokens, as picodollars a token. */
function picoPerToken(price: number): number {
  return Math.round((price * picoPerDollar) / 1e6);
}

/** Picodollars. */
export function costOf(usage: Usage, price: Price): number {
  return (
    usage.input * picoPerToken(price.input) +
    usage.output * picoPerToken(price.output) +
    usage.cacheRead * picoPerToken(price.cacheRead) +
    usage.cacheWrite * picoPerToken(price.cacheWrite)
  );
}

/**
 * What a token of a request costs at most, in picodollars. Input is dearest when it is written to the cache, save at
 * vendors that list 0 for that.
 */
export function worstCost({input, output, cacheRead, cacheWrite}: Price): Pick<Price, 'input' | 'output'> {
  return {input: picoPerToken(Math.max(input, cacheRead, cacheWrite)), output: picoPerToken(output)};
}
