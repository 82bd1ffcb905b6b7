/**
 * Events that append to a text. Neighbours that append to the same text may become one; and all of them may get lost
 * on the way to a slow watcher, since the end of their block or call says the text whole.
 */
import type {StampedEvent} from './types.js';

type Delta = Extract<StampedEvent, {readonly type: `${string}_delta` | 'tool_progress'}>;

/** In characters: with a bound on the number of events, this bounds what a slow watcher costs. */
const longestMerge = 4_096;

export function isDelta(event: StampedEvent): event is Delta {
  return event.type.endsWith('_delta') || event.type === 'tool_progress';
}

function textOf(delta: Delta): string {
  return delta.type === 'input_delta' ? delta.json : delta.text;
}

function appendToSame(last: Delta, next: Delta): boolean {
  if (last.agentId !== next.agentId) return false;
  if (last.type === 'tool_progress') return next.type === last.type && next.callId === last.callId;
  return next.type === last.type && next.entryId === last.entryId && next.index === last.index;
}

/** Two neighbours as one event, with the later number; null if they are no deltas of one text, or got long. */
export function mergeDeltas(last: StampedEvent, next: StampedEvent): StampedEvent | null {
  if (!isDelta(last) || !isDelta(next) || !appendToSame(last, next)) return null;
  const text = textOf(last) + textOf(next);
  if (text.length > longestMerge) return null;
  return next.type === 'input_delta' ? {...next, json: text} : {...next, text};
}
