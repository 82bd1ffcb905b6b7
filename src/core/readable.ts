/**
 * The messages of a history as a model may read them. Each request asks for them, and a history only grows at its end: what was
 * made of the earlier ones goes along with it, so that a step costs the same however long the conversation is.
 */
import type {ModelInfo} from './ports.js';
import {callsOf} from './transcript.js';
import type {ContentBlockParam, Entry, MessageParam} from './types.js';

type Reader = Pick<ModelInfo, 'id' | 'images'>;

/** What was made of a history's first `read` entries. */
interface Reading {
  read: number;
  messages: MessageParam[];
  reader: Reader | null;
  readonly calls: Set<string>;
  /** Entries whose calls are known. */
  counted: number;
}

/** Of the newest history of each conversation. */
const readings = new WeakMap<readonly Entry[], Reading>();

function readingOf(history: readonly Entry[]): Reading {
  const known = readings.get(history);
  if (known) return known;
  const reading: Reading = {read: 0, messages: [], reader: null, calls: new Set(), counted: 0};
  readings.set(history, reading);
  return reading;
}

/** The history with one more entry. */
export function append(history: readonly Entry[], entry: Entry): readonly Entry[] {
  const grown = [...history, entry];
  const reading = readings.get(history);
  if (reading) {
    readings.delete(history);
    readings.set(grown, reading);
  }
  return grown;
}

/** Whether it has a call of that id. */
export function hasCall(history: readonly Entry[], callId: string): boolean {
  const reading = readingOf(history);
  for (; reading.counted < history.length; reading.counted += 1) {
    const entry = history[reading.counted];
    for (const {id} of entry ? callsOf(entry.message) : []) reading.calls.add(id);
  }
  return reading.calls.has(callId);
}

/**
 * Thinking that another model wrote is left out, because its signature would be refused; images are put in words where the model
 * takes none, which would refuse every request of the conversation. Entries that need no change keep their message object.
 */
export function forModel(history: readonly Entry[], {id, images}: Reader): readonly MessageParam[] {
  const reading = readingOf(history);
  if (reading.reader?.id !== id || reading.reader.images !== images) {
    reading.reader = {id, images};
    reading.messages = [];
    reading.read = 0;
  }
  for (const entry of history.slice(reading.read)) {
    const message = readableBy(entry, reading.reader);
    if (message !== null) reading.messages.push(message);
  }
  reading.read = history.length;
  return reading.messages.slice();
}

/** Null for a message of which nothing is left. */
function readableBy({message, model: author}: Entry, {id, images}: Reader): MessageParam | null {
  if (typeof message.content === 'string') return message;
  if (message.role === 'user' && !images) return {role: 'user', content: message.content.map(inWords)};
  if (author === undefined || author === id) return message;
  const content = message.content.filter(({type}) => type !== 'thinking' && type !== 'redacted_thinking');
  if (content.length === message.content.length) return message;
  return content.length > 0 ? {role: 'assistant', content} : null;
}

const unseen = {type: 'text', text: '[An image, which this model cannot see.]'} as const;

function inWords(block: ContentBlockParam): ContentBlockParam {
  if (block.type === 'image') return unseen;
  if (block.type !== 'tool_result' || !Array.isArray(block.content)) return block;
  return {...block, content: block.content.map(part => (part.type === 'image' ? unseen : part))};
}
