/**
 * Server-sent events become events of the Messages API: checked here for what the runtime relies on, trusted from here
 * on. What is no event of this API is passed over; one of its own that cannot be read is a failure, because a piece of
 * the answer was in it.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';
import {damagedError, type Endpoint, incompleteError, streamedError} from './anthropic-errors.js';
import type {SseEvent} from './sse.js';
import {hasType, isComplete, isKnown, withBlanks} from './wire-shapes.js';

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
    if (!isComplete(event)) throw incompleteError(endpoint, event.type);
    hasBegun ||= event.type === 'message_start';
    return hasBegun ? withBlanks(event) : null;
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

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
