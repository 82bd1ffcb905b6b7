/**
 * A history in less room: without what old calls returned, or so short that a summary of it can be asked for. Every call keeps
 * its result.
 */
import {hasResults} from './divide.js';
import {estimate, estimateBlock, type ResultPart} from './estimate.js';
import {fitText, shareOf} from './fitting.js';
import {blocksOf, callsOf, createEntry} from './transcript.js';
import type {ContentBlockParam, Entry, ToolResultBlockParam} from './types.js';

/** Steps, counted from the end, of which the results stay. */
const recentSteps = 4;
/** Tokens of a result that is worth clearing. */
const leastTokens = 200;

/** The entries that change when old results are cleared, as they are then. */
export function clearOld(history: readonly Entry[]): {readonly entries: readonly Entry[]; readonly count: number} {
  const steps = history.flatMap(({message}, at) => (callsOf(message).length > 0 ? [at] : []));
  const recent = steps.at(-recentSteps) ?? 0;
  let count = 0;
  const clear = (result: ToolResultBlockParam): ToolResultBlockParam => {
    const tokens = estimateBlock(result);
    if (tokens < leastTokens) return result;
    count += 1;
    return {...result, content: `[Cleared to save room: about ${tokens} tokens. Call it again if it is needed.]`};
  };
  const entries = history.slice(0, recent).flatMap(entry => {
    const changed = withResults(entry, clear);
    return changed === entry ? [] : [changed];
  });
  return {entries, count};
}

/** The history in about so many tokens: first the longest results are shortened, then what is oldest is left out. */
export function shrinkTo(history: readonly Entry[], tokens: number): readonly Entry[] {
  const total = estimate(history);
  if (total <= tokens) return history;
  const parts = history.flatMap(({message}) => blocksOf(message)).flatMap(partsOf);
  const sizes = parts.map(estimateBlock);
  const most = shareOf(sizes, tokens - total + sizes.reduce((sum, size) => sum + size, 0));
  const short = history.map(entry => withResults(entry, result => shortened(result, most)));
  return dropOldest(short, tokens);
}

const why = 'the summary is made without them';
const tooLarge: ResultPart = {type: 'text', text: '[Left out: the summary is made without it.]'};

function shortened(result: ToolResultBlockParam, most: number): ToolResultBlockParam {
  const {content} = result;
  if (content === undefined) return result;
  if (typeof content === 'string') return {...result, content: fitText(content, most, why)};
  return {
    ...result,
    content: content.map(part => {
      if (part.type === 'text') return {...part, text: fitText(part.text, most, why)};
      return estimateBlock(part) > most ? tooLarge : part;
    }),
  };
}

/** Begins with a message of the person's side that answers no call, as every history does; an earlier summary stays. */
function dropOldest(history: readonly Entry[], tokens: number): readonly Entry[] {
  const sizes = history.map(entry => estimate([entry]));
  let left = sizes.reduce((sum, size) => sum + size, 0);
  if (left <= tokens) return history;
  const from = history.findIndex((entry, at) => {
    const fits = left <= tokens && !hasResults(entry);
    if (!fits) left -= sizes[at] ?? 0;
    return fits;
  });
  const note = createEntry('', {
    role: 'user',
    content: 'The beginning of this conversation is left out: it is too long.',
  });
  const summary = history.slice(0, 1).filter(({carried}) => carried !== undefined);
  return [...summary, note, ...(from < 0 ? [] : history.slice(Math.max(from, summary.length)))];
}

function withResults(entry: Entry, change: (result: ToolResultBlockParam) => ToolResultBlockParam): Entry {
  const {role, content} = entry.message;
  if (role !== 'user' || typeof content === 'string') return entry;
  const changed = content.map(block => (block.type === 'tool_result' ? change(block) : block));
  if (changed.every((block, at) => block === content[at])) return entry;
  return {...entry, message: {role, content: changed}};
}

function partsOf(block: ContentBlockParam): readonly (ResultPart | ContentBlockParam)[] {
  if (block.type !== 'tool_result') return [];
  const {content = []} = block;
  return typeof content === 'string' ? [{type: 'text', text: content}] : content;
}
