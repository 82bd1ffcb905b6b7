/**
 * Builds the Messages API's stream events from plain values, for models that are no server, and for who tells of a reply in the
 * API's own words. Fields that nobody has anything to say about are null, as the API sends them.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';
import type {ContentBlockParam, StopReason, Usage} from '../core/types.js';

type StartedBlock = Extract<RawMessageStreamEvent, {type: 'content_block_start'}>['content_block'];

/** Tokens as the API counts them. */
export const toWireUsage = ({input, output, cacheRead, cacheWrite}: Usage) => ({
  input_tokens: input,
  output_tokens: output,
  cache_creation_input_tokens: cacheWrite,
  cache_read_input_tokens: cacheRead,
  server_tool_use: null,
});

export function messageStart(id: string, model: string, usage: Usage): RawMessageStreamEvent {
  return {
    type: 'message_start',
    message: {
      id,
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

/** `message_delta` with the reply's ending, then `message_stop`. */
export function messageEnd(stopReason: StopReason | null, usage: Usage): RawMessageStreamEvent[] {
  return [
    {
      type: 'message_delta',
      delta: {stop_reason: stopReason, stop_sequence: null, stop_details: null, container: null},
      usage: {...toWireUsage(usage), output_tokens_details: null},
    },
    {type: 'message_stop'},
  ];
}

export function textBlock(index: number, text: string, chunk: number): RawMessageStreamEvent[] {
  return wrap(index, {type: 'text', text: '', citations: null}, [
    ...slices(text, chunk).map(piece => delta(index, {type: 'text_delta', text: piece})),
  ]);
}

export function thinkingBlock(index: number, thinking: string, chunk: number): RawMessageStreamEvent[] {
  return wrap(index, {type: 'thinking', thinking: '', signature: ''}, [
    ...slices(thinking, chunk).map(piece => delta(index, {type: 'thinking_delta', thinking: piece})),
    delta(index, {type: 'signature_delta', signature: `signature of ${thinking.length}`}),
  ]);
}

/** `json` is the text of the call's input, whole. */
export function callBlock(
  index: number,
  call: {readonly id: string; readonly name: string; readonly json: string},
  chunk: number,
): RawMessageStreamEvent[] {
  const {id, name, json} = call;
  return wrap(index, {type: 'tool_use', id, name, input: {}, caller: {type: 'direct'}}, [
    ...slices(json, chunk).map(piece => delta(index, {type: 'input_json_delta', partial_json: piece})),
  ]);
}

/** About how many tokens a text is: four characters each. */
export function roughTokens(value: string | readonly ContentBlockParam[]): number {
  return Math.ceil((typeof value === 'string' ? value : JSON.stringify(value)).length / 4);
}

type Delta = Extract<RawMessageStreamEvent, {type: 'content_block_delta'}>['delta'];

export function delta(index: number, piece: Delta): RawMessageStreamEvent {
  return {type: 'content_block_delta', index, delta: piece};
}

function wrap(index: number, block: StartedBlock, deltas: readonly RawMessageStreamEvent[]): RawMessageStreamEvent[] {
  return [{type: 'content_block_start', index, content_block: block}, ...deltas, {type: 'content_block_stop', index}];
}

/** Pieces of at most `size` characters that never cut a surrogate pair. */
function slices(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + size, text.length);
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end += 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
