/**
 * A reply in the making: folds the wire's events into the blocks of one message. Knows nothing of streams; what a
 * model sent broken is kept as a fault of its call.
 */
import {readInput} from './call-input.js';
import {createGrowingText, type GrowingText} from './growing-text.js';
import type {RawMessageStreamEvent} from './ports.js';
import {createEntry, type ToolUseBlock} from './transcript.js';
import type {AgentEvent, ContentBlockParam, Entry, StopReason, Usage} from './types.js';
import {toBlock} from './wire-block.js';

/** A call whose JSON could not be read says so; its input is then an empty object. */
export interface OfferedCall {
  readonly block: ToolUseBlock;
  readonly fault?: string;
}

export interface Draft {
  readonly id: string;
  /** A block that is not finished stands here as it began. */
  readonly blocks: ContentBlockParam[];
  /** Text, thinking, or the JSON of a call, by block. */
  readonly texts: Map<number, GrowingText>;
  /** What is wrong with a call's JSON, by block. */
  readonly faults: Map<number, string>;
  readonly finished: Set<number>;
  /** Ids that calls have taken, in the reply or before it. */
  isTaken(callId: string): boolean;
  usage: Usage;
  /** Characters streamed: prices an attempt that never told its output. */
  characters: number;
  stopReason: StopReason | null;
}

/** A draft as `message_start` opens it. `id` will be its entry's; `isKnown` tells call ids of the replies before it. */
export function startDraft(
  event: Extract<RawMessageStreamEvent, {type: 'message_start'}>,
  id: string,
  isKnown: (callId: string) => boolean,
): Draft {
  const {usage} = event.message;
  const blocks: ContentBlockParam[] = [];
  return {
    id,
    blocks,
    texts: new Map(),
    faults: new Map(),
    finished: new Set(),
    isTaken: callId => blocks.some(block => block.type === 'tool_use' && block.id === callId) || isKnown(callId),
    usage: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_input_tokens ?? 0,
      cacheWrite: usage.cache_creation_input_tokens ?? 0,
    },
    characters: 0,
    stopReason: null,
  };
}

/**
 * What the attempt cost as far as it is known: output that nobody counted yet is four characters a token.
 *
 * @param most tokens of output that were asked for: more is not charged, however many characters a token had.
 */
export function usageSoFar({usage, characters}: Draft, most: number): Usage {
  return {...usage, output: Math.max(usage.output, Math.min(most, Math.ceil(characters / 4)))};
}

/** Takes one wire event into the draft; returns what there is to tell of it. */
export function take(draft: Draft, event: RawMessageStreamEvent): AgentEvent | null {
  const entryId = draft.id;
  switch (event.type) {
    case 'content_block_delta':
      return takeDelta(draft, event);
    case 'content_block_start': {
      const block = toBlock(event.content_block, draft.isTaken);
      draft.blocks[event.index] = block;
      draft.texts.set(event.index, createGrowingText());
      return {type: 'block_started', entryId, index: event.index, block};
    }
    case 'content_block_stop': {
      const block = finishBlock(draft, event.index);
      return block && {type: 'block_finished', entryId, index: event.index, block};
    }
    case 'message_delta': {
      const {usage, delta} = event;
      draft.stopReason = delta.stop_reason ?? draft.stopReason;
      draft.usage = {
        input: usage.input_tokens ?? draft.usage.input,
        output: usage.output_tokens ?? draft.usage.output,
        cacheRead: usage.cache_read_input_tokens ?? draft.usage.cacheRead,
        cacheWrite: usage.cache_creation_input_tokens ?? draft.usage.cacheWrite,
      };
      return null;
    }
    default:
      return null;
  }
}

type WireDelta = Extract<RawMessageStreamEvent, {type: 'content_block_delta'}>;

function takeDelta(draft: Draft, {index, delta}: WireDelta): AgentEvent | null {
  const block = draft.blocks[index];
  const entryId = draft.id;
  if (delta.type === 'text_delta' && block?.type === 'text') {
    grow(draft, index, delta.text);
    return {type: 'text_delta', entryId, index, text: delta.text};
  }
  if (delta.type === 'thinking_delta' && block?.type === 'thinking') {
    grow(draft, index, delta.thinking);
    return {type: 'thinking_delta', entryId, index, text: delta.thinking};
  }
  if (delta.type === 'signature_delta' && block?.type === 'thinking') {
    draft.blocks[index] = {...block, signature: block.signature + delta.signature};
  }
  if (delta.type === 'input_json_delta' && block?.type === 'tool_use') {
    grow(draft, index, delta.partial_json);
    return {type: 'input_delta', entryId, index, json: delta.partial_json};
  }
  return null;
}

function grow(draft: Draft, index: number, piece: string): void {
  draft.characters += piece.length;
  draft.texts.get(index)?.add(piece);
}

/** The block with what has come of its text. */
function blockSoFar({blocks, texts, finished}: Draft, index: number): ContentBlockParam | undefined {
  const block = blocks[index];
  const text = texts.get(index)?.text() ?? '';
  if (block === undefined || finished.has(index)) return block;
  if (block.type === 'text') return {...block, text: block.text + text};
  return block.type === 'thinking' ? {...block, thinking: block.thinking + text} : block;
}

function finishBlock(draft: Draft, index: number): ContentBlockParam | null {
  let block = blockSoFar(draft, index);
  if (block === undefined || draft.finished.has(index)) return null;
  if (block.type === 'tool_use') {
    const {input, fault} = readInput(draft.texts.get(index)?.text() ?? '', block.input);
    block = {...block, input};
    if (fault !== undefined) draft.faults.set(index, fault);
  }
  draft.finished.add(index);
  draft.blocks[index] = block;
  return block;
}

/** The call that just ended with this block, if it is one. */
export function finishedCall(draft: Draft, index: number): OfferedCall | null {
  const block = draft.blocks[index];
  if (block?.type !== 'tool_use') return null;
  const fault = draft.faults.get(index);
  return fault === undefined ? {block} : {block, fault};
}

/** What is kept of the reply: every finished block, and the text that had come of an unfinished one. Null for nothing. */
export function toEntry(draft: Draft, model: string): Entry | null {
  const content = draft.blocks.flatMap((_, index) => {
    const block = blockSoFar(draft, index);
    const isKept = block?.type === 'text' ? block.text.trim() !== '' : draft.finished.has(index);
    return block && isKept ? [block] : [];
  });
  const hasSubstance = content.some(({type}) => type !== 'thinking' && type !== 'redacted_thinking');
  return hasSubstance ? {...createEntry(draft.id, {role: 'assistant', content}), model} : null;
}
