/**
 * What a history keeps of a request that was not accepted. Whatever no reply came to may be at fault, and would make every
 * later request fail as well: the person's prompt leaves, the rest stays as a few words.
 */
import type {End} from './endings.js';
import {estimateText, type ResultPart} from './estimate.js';
import {fitText, shareOf} from './fitting.js';
import {overflows} from './overflow.js';
import {blocksOf} from './transcript.js';
import type {AgentEvent, ContentBlockParam, Entry} from './types.js';

export interface Mended {
  readonly history: readonly Entry[];
  /** What has changed, for the events of the run. */
  readonly events: readonly AgentEvent[];
}

type Part = ContentBlockParam | ResultPart;

/** Tokens that all of it together may take from then on. */
const roomInWords = 2_000;
const why = 'they were not accepted';

/** Whether the same history would be rejected again: it is too long, or the server finds fault with the request. */
export function isRejected({reason, error}: End): boolean {
  if (error?.kind === overflows) return false;
  return reason === 'context_exceeded' || (error?.kind === 'invalid_request' && (error.status ?? 400) >= 400);
}

/**
 * The history as the next request may have it: with a result for every call, and what a reply came to as it was.
 *
 * @param prompt leaves it, if no reply came to that: whoever sent it has it back.
 */
export function mend(history: readonly Entry[], prompt: Entry | null): Mended {
  const from = history.findLastIndex(({message, carried}) => message.role === 'assistant' || carried) + 1;
  const isOpen = prompt !== null && history.includes(prompt, from);
  const rest = history.slice(from).filter(entry => entry !== prompt);
  const parts = rest.flatMap(({message}) => blocksOf(message)).flatMap(partsOf);
  const texts = parts.flatMap(part => (part.type === 'text' ? [part.text] : []));
  const most = shareOf(texts.map(estimateText), roomInWords);
  const mended = rest.map(entry => inWords(entry, most));
  const changed = mended.filter((entry, at) => entry !== rest[at]);
  const long = texts.filter(text => estimateText(text) > most);
  return {
    history: [...history.slice(0, from), ...mended],
    events: [
      ...changed.map(entry => ({type: 'entry_reduced', entry}) as const),
      ...(changed.length > 0 ? [toNotice(parts.length - texts.length, long.join('').length)] : []),
      ...(isOpen ? [{type: 'prompt_withdrawn', entry: prompt} as const] : []),
    ],
  };
}

/** What a block consists of: the parts of a result, or itself. */
function partsOf(block: ContentBlockParam): readonly Part[] {
  if (block.type !== 'tool_result') return [block];
  const {content = []} = block;
  return typeof content === 'string' ? [{type: 'text', text: content}] : content;
}

function inWords(entry: Entry, most: number): Entry {
  const blocks = blocksOf(entry.message);
  const content = blocks.map(block => blockInWords(block, most));
  return content.every((block, at) => block === blocks[at]) ? entry : {...entry, message: {role: 'user', content}};
}

function blockInWords(block: ContentBlockParam, most: number): ContentBlockParam {
  if (block.type !== 'tool_result') return partInWords(block, most);
  const {content = []} = block;
  if (typeof content !== 'string') {
    const parts = content.map(part => partInWords(part, most));
    return parts.every((part, at) => part === content[at]) ? block : {...block, content: parts};
  }
  const text = fitText(content, most, why);
  return text === content ? block : {...block, content: text};
}

function partInWords<Own extends Part>(part: Own, most: number): Own | {readonly type: 'text'; readonly text: string} {
  if (part.type !== 'text') return {type: 'text', text: `[Left out, because it was not accepted: 1 ${part.type}.]`};
  const text = fitText(part.text, most, why);
  return text === part.text ? part : {...part, text};
}

/** @param long characters of the texts that were shortened. */
function toNotice(images: number, long: number): AgentEvent {
  const left = [
    ...(images > 0 ? [`${images} ${images === 1 ? 'image' : 'images'}`] : []),
    ...(long > 0 ? [`most of ${long.toLocaleString('en-US')} characters`] : []),
  ];
  const text = `Not accepted, and from here on left out of the conversation: ${left.join(', and ')}.`;
  return {type: 'notice', level: 'warning', text};
}
