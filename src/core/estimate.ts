/**
 * About how many tokens a history takes: what the provider last measured, and for what came since rather too many than too
 * few: a token for four bytes of UTF-8, and more for what no tokenizer knows as words.
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

/**
 * Measured against o200k and cl100k: 1.1 to 1.2 of what prose and source take, 0.8 to 1.3 of base64, hexadecimal dumps,
 * minified code, lock files and logs. Bytes alone came to 0.35 to 0.7 of those.
 */
export function estimateText(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) bytes += weightOf(text.charCodeAt(at));
  return Math.ceil(bytes / bytesPerToken);
}

/** In bytes: of words and space as many as there are, of a digit or a capital as of a token, of any other sign half. */
function weightOf(code: number): number {
  if ((code >= 0x61 && code <= 0x7a) || code <= 0x20) return 1;
  // Each half of a surrogate pair stands for two of its four bytes.
  if (code > 0x7f) return code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 3 : 2;
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) ? bytesPerToken : bytesPerToken / 2;
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
