/**
 * The data of one server-sent event becomes an event of the Messages API: checked here for what the runtime relies
 * on, trusted from here on.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';
import {type Endpoint, garbageError, incompleteError, streamedError} from './anthropic-errors.js';

type Fields = Readonly<Record<string, unknown>>;

const shapes: {readonly [Type in RawMessageStreamEvent['type']]: (event: Fields) => boolean} = {
  message_start: ({message}) => isObject(message) && typeof message.id === 'string',
  content_block_start: ({index, content_block}) => typeof index === 'number' && hasType(content_block),
  content_block_delta: ({index, delta}) => typeof index === 'number' && hasType(delta),
  content_block_stop: ({index}) => typeof index === 'number',
  message_delta: ({delta, usage}) => isObject(delta) && isObject(usage),
  message_stop: () => true,
};

/**
 * The events that these data hold, without pings and types that are newer than this program. Throws `ProviderError` at
 * an error event and at what is no event of this API.
 */
export function* readEvents(batch: Iterable<string>, endpoint: Endpoint): Generator<RawMessageStreamEvent, void> {
  for (const data of batch) {
    // Some servers keep the connection alive so.
    if (data.trim() === '') continue;
    const event = readEvent(data, endpoint);
    if (event) yield event;
  }
}

function readEvent(data: string, endpoint: Endpoint): RawMessageStreamEvent | null {
  const event = parse(data);
  if (!hasType(event)) throw garbageError(endpoint, 200, data);
  if (event.type === 'error') throw streamedError(endpoint, event);
  if (!isKnown(event.type)) return null;
  if (!shapes[event.type](event)) throw incompleteError(endpoint, event.type);
  return withUsage(event as unknown as RawMessageStreamEvent);
}

/** Compatible servers leave the counts out of a reply's beginning, where they do not know them yet. */
function withUsage(event: RawMessageStreamEvent): RawMessageStreamEvent {
  if (event.type !== 'message_start') return event;
  const {message} = event;
  return {...event, message: {...message, usage: {...uncounted, ...message.usage}}};
}

const uncounted = {input_tokens: 0, output_tokens: 0};

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

const isKnown = (type: string): type is RawMessageStreamEvent['type'] => Object.hasOwn(shapes, type);

const hasType = (value: unknown): value is Fields & {readonly type: string} =>
  isObject(value) && typeof value.type === 'string';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
