/**
 * Pieces of one text that arrived together go on together: a person reads no faster, and everything between a model
 * and a screen costs per event. A fast stream brings hundreds in one chunk of the network; a slow one is not held back.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';

type DeltaEvent = Extract<RawMessageStreamEvent, {type: 'content_block_delta'}>;
type Delta = DeltaEvent['delta'];

function joinDeltas(before: Delta, after: Delta): Delta | null {
  if (before.type === 'text_delta' && after.type === 'text_delta') {
    return {type: 'text_delta', text: before.text + after.text};
  }
  if (before.type === 'thinking_delta' && after.type === 'thinking_delta') {
    return {type: 'thinking_delta', thinking: before.thinking + after.thinking};
  }
  if (before.type === 'input_json_delta' && after.type === 'input_json_delta') {
    return {type: 'input_json_delta', partial_json: before.partial_json + after.partial_json};
  }
  return null;
}

function join(before: RawMessageStreamEvent, after: RawMessageStreamEvent): DeltaEvent | null {
  if (before.type !== 'content_block_delta' || after.type !== 'content_block_delta') return null;
  if (before.index !== after.index) return null;
  const delta = joinDeltas(before.delta, after.delta);
  return delta && {type: 'content_block_delta', index: before.index, delta};
}

/** The same events with neighbouring deltas of one text made one. If `events` throws, what came before is out first. */
export function* mergeDeltas(events: Iterable<RawMessageStreamEvent>): Generator<RawMessageStreamEvent, void> {
  let last: RawMessageStreamEvent | null = null;
  try {
    for (const event of events) {
      const joined: DeltaEvent | null = last && join(last, event);
      if (last && !joined) yield last;
      last = joined ?? event;
    }
  } catch (error) {
    if (last) yield last;
    throw error;
  }
  if (last) yield last;
}
