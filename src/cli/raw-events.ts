/** Turns the runtime's events of a reply back into the raw stream events of the Messages API. */
import type {RawMessageStreamEvent} from '../core/ports.js';
import type {AgentEvent, Usage} from '../core/types.js';
import type {WireUsage} from './messages.js';

export function toWireUsage(usage: Usage): WireUsage {
  return {
    input_tokens: usage.input,
    output_tokens: usage.output,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    server_tool_use: null,
  };
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, {type: Type}>;
type WireDelta = Extract<RawMessageStreamEvent, {type: 'content_block_delta'}>['delta'];

const delta = (index: number, piece: WireDelta): RawMessageStreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: piece,
});

function messageStart({messageId, model, usage}: Of<'reply_started'>): RawMessageStreamEvent {
  return {
    type: 'message_start',
    message: {
      id: messageId,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      container: null,
      diagnostics: null,
      stop_details: null,
      stop_reason: null,
      stop_sequence: null,
      usage: {
        ...toWireUsage(usage),
        cache_creation: null,
        inference_geo: null,
        output_tokens_details: null,
        service_tier: null,
        speed: null,
      },
    },
  };
}

/** A block's end; a signature, which has no event of its own in the runtime, goes before it. */
function blockEnd({index, block}: Of<'block_finished'>): RawMessageStreamEvent[] {
  const stop: RawMessageStreamEvent = {type: 'content_block_stop', index};
  const signature = block.type === 'thinking' ? block.signature : '';
  return signature ? [delta(index, {type: 'signature_delta', signature}), stop] : [stop];
}

function messageEnd({stopReason, usage}: Of<'reply_finished'>): RawMessageStreamEvent[] {
  return [
    {
      type: 'message_delta',
      delta: {stop_reason: stopReason, stop_sequence: null, stop_details: null, container: null},
      usage: {...toWireUsage(usage), output_tokens_details: null},
    },
    {type: 'message_stop'},
  ];
}

/** The raw events that an event of the runtime stands for; none for most. */
export function toRawEvents(event: AgentEvent): readonly RawMessageStreamEvent[] {
  switch (event.type) {
    case 'reply_started':
      return [messageStart(event)];
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
      return messageEnd(event);
    default:
      return [];
  }
}
