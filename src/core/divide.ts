/** What of a history the model has read: that can be summed up. What it has not read stays as it is. */
import {estimate} from './estimate.js';
import {blocksOf} from './transcript.js';
import type {Entry} from './types.js';

/** Tokens below which a summary would save nothing. */
export const leastTokens = 1_000;

/** `tail`: what came after the last reply and the results of its calls. */
export function divide(history: readonly Entry[]): {readonly head: readonly Entry[]; readonly tail: readonly Entry[]} {
  const at = history.findLastIndex(entry => entry.message.role === 'assistant' || hasResults(entry)) + 1;
  return {head: history.slice(0, at), tail: history.slice(at)};
}

/** Whether a summary could save anything. */
export const isWorthIt = (history: readonly Entry[]): boolean => estimate(divide(history).head) >= leastTokens;

export const hasResults = ({message}: Entry): boolean => blocksOf(message).some(({type}) => type === 'tool_result');
