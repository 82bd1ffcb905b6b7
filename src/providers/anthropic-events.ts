/**
 * Server-sent events become events of the Messages API: checked here for what the runtime relies on, trusted from here
 * on. What is no event of this API is passed over; one of its own that cannot be read is a failure, because a piece of
 * the answer was in it.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';
import {damagedError, type Endpoint, incompleteError, streamedError} from './anthropic-errors.js';
import type {SseEvent} from './sse.js';

type Fields = Readonly<Record<string, unknown>>;

const shapes: {readonly [Type in RawMessageStreamEvent['type']]: (event: Fields) => boolean} = {
  message_start: ({message}) => isObject(message) && typeof message.id === 'string',
  content_block_start: ({index, content_block}) => isIndex(index) && isPart(content_block),
  content_block_delta: ({index, delta}) => isIndex(index) && isPart(delta),
  content_block_stop: ({index}) => isIndex(index),
  message_delta: ({delta, usage}) => isObject(delta) && isObject(usage),
  message_stop: () => true,
};

/** Reads the events of one answer. */
export interface EventReader {
  /** Whether anything came that has the form of an event of this API, be it one that is passed over. */
  readonly hasRead: boolean;
  /**
   * The events of a message, without pings, types that are newer than this program, and whatever comes before the
   * message begins. Throws `ProviderError` at an error event and at one that is damaged.
   */
  read(batch: Iterable<SseEvent>): Generator<RawMessageStreamEvent, void>;
}

export function createEventReader(endpoint: Endpoint): EventReader {
  let hasRead = false;
  let hasBegun = false;
  /** Blocks that have begun, and not ended. */
  const open = new Set<number>();

  function readEvent({name, data}: SseEvent): RawMessageStreamEvent | null {
    const event = parse(data);
    if (!hasType(event)) {
      if (name === 'error') throw streamedError(endpoint, event ?? data);
      if (isKnown(name)) throw damagedError(endpoint, name);
      // Compatible servers may leave the names out: then half an object may be half an event.
      if (name === '' && event === undefined && data.startsWith('{')) throw damagedError(endpoint, null);
      return null;
    }
    hasRead = true;
    if (event.type === 'error') throw streamedError(endpoint, event);
    if (!isKnown(event.type)) return null;
    if (!shapes[event.type](event)) throw incompleteError(endpoint, event.type);
    hasBegun ||= event.type === 'message_start';
    return hasBegun ? withBlanks(event as unknown as RawMessageStreamEvent) : null;
  }

  /** The blocks that end with this event, because a compatible server has left out to say so. */
  function leftOpen(event: RawMessageStreamEvent): readonly number[] {
    switch (event.type) {
      case 'content_block_start':
        open.add(event.index);
        return [];
      case 'content_block_delta':
        if (!open.has(event.index)) throw incompleteError(endpoint, event.type);
        return [];
      case 'content_block_stop':
        open.delete(event.index);
        return [];
      default: {
        const left = [...open];
        open.clear();
        return event.type === 'message_start' ? [] : left;
      }
    }
  }

  return {
    get hasRead() {
      return hasRead;
    },
    *read(batch) {
      for (const each of batch) {
        const event = readEvent(each);
        if (event === null) continue;
        for (const index of leftOpen(event)) yield {type: 'content_block_stop', index};
        yield event;
      }
    },
  };
}

/** Compatible servers leave out what is empty, and the counts of a reply's beginning, where they do not know them yet. */
function withBlanks(event: RawMessageStreamEvent): RawMessageStreamEvent {
  switch (event.type) {
    case 'message_start':
      return {...event, message: {...event.message, usage: {...uncounted, ...counted(event.message.usage)}}};
    case 'message_delta':
      return {...event, usage: counted(event.usage)};
    case 'content_block_start':
      return {...event, content_block: filled(event.content_block)};
    case 'content_block_delta':
      return isFilled(event.delta) ? event : {...event, delta: filled(event.delta)};
    default:
      return event;
  }
}

const uncounted = {input_tokens: 0, output_tokens: 0};

/** Without numbers of tokens that are none: they are added up. */
const counted = <Usage extends object>(usage: Usage): Usage =>
  Object.fromEntries(
    Object.entries(usage ?? {}).filter(([name, count]) => !name.endsWith('_tokens') || isCount(count)),
  ) as Usage;

const isCount = (value: unknown): boolean => value === null || (typeof value === 'number' && value >= 0);

/** More blocks than any reply has. */
const maxBlocks = 100_000;

const isIndex = (value: unknown): boolean => Number.isInteger(value) && isCount(value) && Number(value) < maxBlocks;

/** The texts that a block or a delta has, by its type; of other types none is read. */
const texts: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  text_delta: ['text'],
  thinking: ['thinking', 'signature'],
  thinking_delta: ['thinking'],
  signature_delta: ['signature'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name'],
  input_json_delta: ['partial_json'],
};

type Part = Fields & {readonly type: string};

const textsOf = (part: Part): readonly (readonly [name: string, text: unknown])[] =>
  (texts[part.type] ?? []).map(name => [name, part[name]]);

const isFilled = (part: object): boolean => textsOf(part as Part).every(([, text]) => typeof text === 'string');

const filled = <Own extends object>(part: Own): Own => ({
  ...part,
  ...Object.fromEntries(textsOf(part as Part).map(([name, text]) => [name, text ?? ''])),
});

/** Whether a block or a delta is one, and its texts are texts, as far as they are there. */
const isPart = (value: unknown): boolean =>
  hasType(value) && textsOf(value).every(([, text]) => typeof (text ?? '') === 'string');

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

const isKnown = (type: string): type is RawMessageStreamEvent['type'] => Object.hasOwn(shapes, type);

const hasType = (value: unknown): value is Part => isObject(value) && typeof value.type === 'string';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
