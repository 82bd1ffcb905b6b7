/**
 * What a request takes of a model's window, and what it leaves for the answer. Tokens.
 */
import type {Conversation} from './conversation.js';
import {estimate, estimateText, type Measured} from './estimate.js';
import type {ModelInfo, ToolDefinition} from './ports.js';
import type {Entry, Usage} from './types.js';

/** A request asks for no more output than this, so that a budget is not booked out by one request. */
const maxOutputTokens = 64_000;
/** Below it a window is full: there is no room for an answer. */
export const minOutputTokens = 1_000;

export interface Beginning {
  readonly system: string;
  /** What the model is told of the tools, the same bytes in every request. */
  readonly definitions: readonly ToolDefinition[];
}

export function estimateInput(
  {history, measured}: Pick<Conversation, 'history' | 'measured'>,
  {system, definitions}: Beginning,
): number {
  const fresh = measured.entries === 0 ? estimateText(system + JSON.stringify(definitions)) : 0;
  return fresh + estimate(history, measured);
}

/** Of a request with this history, of which nothing is measured. */
export const sizeOf = (beginning: Beginning, history: readonly Entry[]): number =>
  estimateInput({history, measured: {entries: 0, tokens: 0}}, beginning);

export function roomFor(info: ModelInfo, inputTokens: number): number {
  const most = Math.min(info.maxOutputTokens, maxOutputTokens);
  return info.contextWindow === null ? most : Math.min(most, info.contextWindow - inputTokens);
}

/** The longest summary that a model is asked for: its thinking counts as well. */
export function summaryTokens({contextWindow, maxOutputTokens}: ModelInfo): number {
  return Math.floor(Math.min(16_000, maxOutputTokens, 0.15 * (contextWindow ?? Infinity)));
}

export function measure({input, output, cacheRead, cacheWrite}: Usage, entries: number): Measured {
  return {entries, tokens: input + output + cacheRead + cacheWrite};
}
