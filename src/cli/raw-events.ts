/** Turns the runtime's events of a reply back into the raw stream events of the Messages API. */
import type {RawMessageStreamEvent} from '../core/ports.js';
import type {AgentEvent} from '../core/types.js';
import {delta, messageEnd, messageStart} from '../providers/wire-events.js';

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, {type: Type}>;

/** A block's end; a signature, which has no event of its own in the runtime, goes before it. */
function blockEnd({index, block}: Of<'block_finished'>): RawMessageStreamEvent[] {
  const stop: RawMessageStreamEvent = {type: 'content_block_stop', index};
  const signature = block.type === 'thinking' ? block.signature : '';
  return signature ? [delta(index, {type: 'signature_delta', signature}), stop] : [stop];
}

/** The raw events that an event of the runtime stands for; none for most. */
export function toRawEvents(event: AgentEvent): readonly RawMessageStreamEvent[] {
  switch (event.type) {
    case 'reply_started':
      return [messageStart(event.messageId, event.model, event.usage)];
    case 'block_started':
      // The runtime keeps a block's first state as the parameter it becomes; on the wire it is the same object.
      return [{type: 'content_block_start', index: event.index, content_block: event.block} as RawMessageStreamEvent];
    case 'text_delta':
      return [delta(event.index, {type: 'text_delta', text: event.text})];
    case 'thinking_delta':
      return [delta(event.index, {type: 'thinking_delta', thinking: event.text})];
    case 'input_delta':
      return [delta(event.index, {type: 'input_json_delta', partial_json: event.json})];
    case 'block_finished':
      return blockEnd(event);
    case 'reply_finished':
      return messageEnd(event.stopReason, event.usage);
    default:
      return [];
  }
}
