/**
 * About how many tokens a history takes: what the provider last measured, and for what came since four bytes a token, of
 * UTF-8. Counted in characters, a text in Chinese would pass for a third of what it takes.
 */
import {blocksOf} from './transcript.js';
import type {ContentBlockParam, Entry, ToolResultBlockParam} from './types.js';

/** What a request cost the window when it was last measured: `tokens` for its first `entries` entries. */
export interface Measured {
  readonly entries: number;
  readonly tokens: number;
}

const bytesPerToken = 4;
/** Tokens of an image, whatever its size: the API scales larger ones down to about this. */
const imageTokens = 1_600;

export function estimate(history: readonly Entry[], measured: Measured = {entries: 0, tokens: 0}): number {
  return history
    .slice(measured.entries)
    .flatMap(({message}) => blocksOf(message))
    .reduce((tokens, block) => tokens + estimateBlock(block), measured.tokens);
}

export function estimateText(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Each half of a surrogate pair stands for two of its four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return Math.ceil(bytes / bytesPerToken);
}

/** Of a block, or of a part of a result. */
export function estimateBlock(block: ContentBlockParam | ResultPart): number {
  switch (block.type) {
    case 'text':
      return estimateText(block.text);
    case 'image':
      return imageTokens;
    case 'tool_result':
      if (typeof block.content === 'string') return estimateText(block.content);
      return (block.content ?? []).reduce((sum, part) => sum + estimateBlock(part), 0);
    default:
      return estimateText(JSON.stringify(block));
  }
}

/** One part of a result that is more than a text. */
export type ResultPart = Exclude<NonNullable<ToolResultBlockParam['content']>, string>[number];
