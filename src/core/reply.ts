/**
 * One reply: folds the wire's events into blocks, tells what happens meanwhile, and hands each finished call on
 * while the rest still streams. A retracted attempt leaves nothing; a stream without `message_stop` is no answer.
 */
import {interruption} from './cancel.js';
import {type Draft, finishedCall, type OfferedCall, startDraft, take, toEntry, usageSoFar} from './draft.js';
import {ProviderError} from './errors.js';
import type {Model, ModelRequest} from './ports.js';
import type {AgentEvent, Entry, StopReason, Usage} from './types.js';
import {noUsage} from './usage.js';

/** Where the calls of a reply go while it streams. */
export interface CallSink {
  offer(call: OfferedCall): Iterable<AgentEvent>;
  /** What early calls had to say since the last time. */
  drain(): Iterable<AgentEvent>;
  /** The reply so far is void. */
  retract(): void;
}

export interface Reply {
  /** Null when the model said nothing. */
  readonly entry: Entry | null;
  /** Null when the signal aborted before the reply was whole. */
  readonly stopReason: StopReason | null;
  readonly usage: Usage;
  readonly isWhole: boolean;
}

export interface ReplyOptions {
  readonly model: Model;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  readonly sink: CallSink;
  newId(): string;
  /** Whether an earlier reply has a call of this id. */
  isKnownCall(callId: string): boolean;
  /** Told once what each attempt cost, also the cut, retracted and abandoned ones. */
  spent(usage: Usage): void;
  /** Told whether the server has to be waited for. */
  parked(isParked: boolean): void;
  /** Asked before a retracted attempt is repeated; after a no, none is. */
  mayRepeat(): boolean;
}

/**
 * Streams one request's reply. Returns the whole reply, or what there was of it when the signal aborted, nothing when it
 * may not be repeated; throws `ProviderError` after retracting what it said.
 */
export async function* streamReply(options: ReplyOptions): AsyncGenerator<AgentEvent, Reply> {
  const {model, request, signal, sink, newId, isKnownCall, spent, mayRepeat} = options;
  let draft: Draft | null = null;
  let isWhole = false;
  const usedBy = (of: Draft): Usage => (isWhole ? of.usage : usageSoFar(of, request.maxTokens));
  const retract = (reason: string): AgentEvent[] => {
    if (draft === null) return [];
    const {id} = draft;
    spent(usedBy(draft));
    draft = null;
    sink.retract();
    return [{type: 'reply_retracted', entryId: id, reason}];
  };
  try {
    // Who reads the events may have stopped it at the last one: then nothing leaves.
    if (signal.aborted) throw interruption(signal);
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'message_start') {
        for (const event of retract('The model server began the reply anew.')) yield event;
        options.parked(false);
        draft = startDraft(event, newId(), isKnownCall);
        const {id, model: name} = event.message;
        yield {type: 'reply_started', entryId: draft.id, messageId: id, model: name, usage: draft.usage};
      } else if (event.type === 'attempt_retracted') {
        for (const told of retract(event.reason)) yield told;
        if (!mayRepeat()) return noReply;
      } else if (event.type === 'retry_scheduled' || event.type === 'request_held') {
        options.parked(true);
        yield event;
      } else if (draft) {
        const told = take(draft, event);
        if (told) yield told;
        const call = told?.type === 'block_finished' ? finishedCall(draft, told.index) : null;
        if (call) for (const early of sink.offer(call)) yield early;
        isWhole = event.type === 'message_stop';
        if (isWhole) break;
      }
      // Plain loops: `yield*` over a synchronous iterable costs an async generator several turns a delta.
      for (const early of sink.drain()) yield early;
    }
    if (!isWhole && !signal.aborted) throw new ProviderError(cutMessage, {kind: 'cut'});
  } catch (error) {
    if (!signal.aborted) {
      for (const told of retract(error instanceof Error ? error.message : String(error))) yield told;
      throw error;
    }
  } finally {
    if (draft) spent(usedBy(draft));
  }
  if (draft === null) return noReply;
  const reply = {entry: toEntry(draft, model.info.id), stopReason: draft.stopReason, usage: usedBy(draft), isWhole};
  if (!reply.entry) yield {type: 'reply_retracted', entryId: draft.id, reason: 'Nothing was said.'};
  return reply;
}

/** Nothing was said. */
export const noReply: Reply = {entry: null, stopReason: null, usage: noUsage, isWhole: false};

const cutMessage = 'The model server closed the stream before the reply was whole. Try again.';
