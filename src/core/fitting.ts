/**
 * Shortens what a history has no room for, such as what comes in where a budget could not pay a report on all of it: the
 * longest first, and all that is too long to the same length.
 */
import {estimateBlock, type ResultPart} from './estimate.js';
import {shorten} from './tool-result.js';
import type {ToolResultBlockParam} from './types.js';

const overBudget = 'the budget has no room for them';
/** Tokens of the words that say why. */
const whyTokens = 25;
const unseen: ResultPart = {type: 'text', text: '[Left out: the budget has no room for it.]'};

/** The texts as they may come in, in about so many tokens. */
export function fitTexts(texts: readonly string[], tokens: number): readonly string[] {
  if (tokens === Infinity) return texts;
  const most = shareOf(
    texts.map(text => estimateBlock({type: 'text', text})),
    tokens,
  );
  return texts.map(text => fitText(text, most));
}

/** The results as they may come in, in about so many tokens. */
export function fitResults(results: readonly ToolResultBlockParam[], tokens: number): readonly ToolResultBlockParam[] {
  if (tokens === Infinity) return results;
  const parts = results.flatMap(({content = []}) => (typeof content === 'string' ? [toPart(content)] : content));
  const most = shareOf(parts.map(estimateBlock), tokens);
  if (most === Infinity) return results;
  return results.map(result => {
    const {content} = result;
    if (content === undefined) return result;
    return {
      ...result,
      content: typeof content === 'string' ? fitText(content, most) : content.map(part => fitPart(part, most)),
    };
  });
}

const toPart = (text: string): ResultPart => ({type: 'text', text});

function fitPart(part: ResultPart, most: number): ResultPart {
  if (part.type === 'text') return {...part, text: fitText(part.text, most)};
  return estimateBlock(part) > most ? unseen : part;
}

/** The text in at most so many tokens: characters of some scripts take several times as much as those of others. */
export function fitText(text: string, most: number, why = overBudget): string {
  const tokens = estimateBlock(toPart(text));
  if (tokens <= most) return text;
  let characters = Math.floor((text.length * Math.max(0, most - whyTokens)) / tokens);
  let short = shorten(text, characters, `: ${why}`);
  // What stays may be denser than what went.
  for (; characters > 0 && estimateBlock(toPart(short)) > most; short = shorten(text, characters, `: ${why}`)) {
    characters = Math.floor(characters * 0.8);
  }
  return short;
}

/** What each may take so that all of them fit: the small ones are left as they are. Infinity if all fit anyway. */
export function shareOf(sizes: readonly number[], room: number): number {
  let left = Math.max(0, room);
  const sorted = sizes.toSorted((one, other) => one - other);
  for (const [index, size] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (size > share) return share;
    left -= size;
  }
  return Infinity;
}
