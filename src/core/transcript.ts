/**
 * Pure functions on history. A history is `readonly Entry[]` and only ever grows at its end, so that what was sent
 * to a model once is sent byte for byte again.
 */
import {UsageError} from './errors.js';
import type {ContentBlockParam, Entry, Mail, MessageParam, ToolResultBlockParam} from './types.js';

export type ToolUseBlock = Extract<ContentBlockParam, {type: 'tool_use'}>;

/**
 * A new entry. Half of a surrogate pair becomes U+FFFD in it: no API takes JSON that holds one, and from the history it
 * would make every later request fail.
 */
export function createEntry(id: string, message: MessageParam): Entry {
  return {id, message: wellFormed(message)};
}

/** Words that the runtime or somebody else has for an agent. @param request they are a wish, as a prompt is. */
export function toUser(id: string, text: string, request: Entry['request'] | null = null): Entry {
  const entry = createEntry(id, {role: 'user', content: [{type: 'text', text}]});
  return request === null ? entry : {...entry, request};
}

/** What the person writes into the work is a wish like the prompt; what agents write is not. */
export const requestOf = ({from}: Pick<Mail, 'from'>): 'steer' | null => (from === 'user' ? 'steer' : null);

function wellFormed<T>(value: T): T;
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(wellFormed));
}

export type Prompt = string | readonly ContentBlockParam[];

/** A prompt as the content of a message, without blank texts, which the API refuses. Throws `UsageError` if none is left. */
export function toContent(prompt: Prompt): ContentBlockParam[] {
  const blocks = typeof prompt === 'string' ? [{type: 'text' as const, text: prompt}] : prompt;
  const content = blocks.filter(block => block.type !== 'text' || block.text.trim() !== '');
  if (content.length === 0) throw new UsageError('The message is empty. Say something.');
  return content;
}

/** The blocks of a message, whichever of the two forms its content has. */
export function blocksOf(message: MessageParam): readonly ContentBlockParam[] {
  return typeof message.content === 'string' ? [{type: 'text', text: message.content}] : message.content;
}

/** What a message said when it came, without what hooks have added. */
export function ownContentOf({message, notes = 0}: Entry): ContentBlockParam[] {
  const blocks = blocksOf(message);
  return blocks.slice(0, blocks.length - notes);
}

/** The tool calls of a message, in order. */
export function callsOf(message: MessageParam): readonly ToolUseBlock[] {
  return message.role === 'assistant' ? blocksOf(message).filter(block => block.type === 'tool_use') : [];
}

/** The text of a message: its text blocks, joined. */
export function textOf(message: MessageParam): string {
  return blocksOf(message)
    .flatMap(block => (block.type === 'text' ? [block.text] : []))
    .join('');
}

/** The texts of a result, each on lines of its own. */
export function resultText({content = ''}: ToolResultBlockParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** A result that says a call did not run to its end. */
export function interruptedResult(callId: string): ToolResultBlockParam {
  const content = 'Interrupted: the call did not finish. Check what it already did before you call it again.';
  return {type: 'tool_result', tool_use_id: callId, content, is_error: true};
}

/** A result that says a call never ran. */
export function unstartedResult(callId: string): ToolResultBlockParam {
  const content = 'Interrupted: the call did not start, so it did nothing.';
  return {type: 'tool_result', tool_use_id: callId, content, is_error: true};
}

/**
 * The history with exactly one result for every call: missing ones are added as interrupted, doubled and stray ones
 * dropped. A history that is in order is returned as it is.
 *
 * @param newId gives the id of an entry that has to be added.
 */
export function repair(history: readonly Entry[], newId: () => string): readonly Entry[] {
  const repaired: Entry[] = [];
  let changed = false;
  let open: readonly ToolUseBlock[] = [];
  for (const entry of history) {
    const settled = settle(entry, open);
    if (settled === undefined) {
      repaired.push({id: newId(), message: {role: 'user', content: open.map(({id}) => interruptedResult(id))}});
    }
    const kept = settled ?? settle(entry, []) ?? entry;
    changed ||= kept !== entry || settled === undefined;
    if (blocksOf(kept.message).length > 0) repaired.push(kept);
    open = callsOf(entry.message);
  }
  if (open.length > 0) {
    repaired.push({id: newId(), message: {role: 'user', content: open.map(({id}) => interruptedResult(id))}});
    changed = true;
  }
  return changed ? repaired : history;
}

/**
 * An entry that answers `open` and nothing else: itself if it does, a mended copy if it is a user message, and
 * undefined if it cannot answer because the assistant speaks.
 */
function settle(entry: Entry, open: readonly ToolUseBlock[]): Entry | undefined {
  if (entry.message.role !== 'user') return open.length === 0 ? entry : undefined;
  const blocks = blocksOf(entry.message);
  const results = blocks.filter(block => block.type === 'tool_result');
  const isInOrder = results.length === open.length && open.every(({id}, at) => results[at]?.tool_use_id === id);
  if (isInOrder) return entry;
  const answers = open.map(({id}) => results.find(result => result.tool_use_id === id) ?? interruptedResult(id));
  const rest = blocks.filter(block => block.type !== 'tool_result');
  return {...entry, message: {role: 'user', content: [...answers, ...rest]}};
}
