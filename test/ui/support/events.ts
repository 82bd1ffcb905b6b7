/** Events as a session would say them, for tests of what the screen makes of them. */
import type {AgentEvent, CallInfo, Price, StampedEvent, Usage} from '../../../src/core/types.js';
import {fold} from '../../../src/ui/fold.js';
import type {Item} from '../../../src/ui/items.js';
import {createView, takeSettled, type View} from '../../../src/ui/view.js';

const usage: Usage = {input: 1_000, output: 200, cacheRead: 5_000, cacheWrite: 300};

let seq = 0;

export function stamped(event: AgentEvent, agentId = 'main', parentId: string | null = null): StampedEvent {
  seq += 1;
  return {...event, agentId, parentId, depth: parentId === null ? 0 : 1, seq};
}

/** Dollars a million tokens. */
const price: Price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75};

export const runStarted = {type: 'run_started', model: 'test-1', price} as const satisfies AgentEvent;

export function prompt(text: string, id = `prompt-${text}`): AgentEvent {
  return {
    type: 'entry_appended',
    entry: {id, message: {role: 'user', content: [{type: 'text', text}]}},
    origin: 'prompt',
  };
}

export function mail(text: string, id = `mail-${text}`): AgentEvent {
  return {type: 'entry_appended', entry: {id, message: {role: 'user', content: text}}, origin: 'mail'};
}

export function replyStarted(entryId: string): AgentEvent {
  return {type: 'reply_started', entryId, messageId: `message-${entryId}`, model: 'test-1', usage};
}

export function textDelta(entryId: string, text: string, index = 0): AgentEvent {
  return {type: 'text_delta', entryId, index, text};
}

export function replyFinished(entryId: string, costUsd: number | null = 0.01): AgentEvent {
  const entry = {id: entryId, message: {role: 'assistant' as const, content: []}};
  return {type: 'reply_finished', entry, stopReason: 'end_turn', usage, costUsd};
}

export function retracted(entryId: string): AgentEvent {
  return {type: 'reply_retracted', entryId, reason: 'cut'};
}

/** A whole reply of one text. */
export function reply(entryId: string, text: string): AgentEvent[] {
  return [
    replyStarted(entryId),
    {type: 'block_started', entryId, index: 0, block: {type: 'text', text: ''}},
    textDelta(entryId, text),
    {type: 'block_finished', entryId, index: 0, block: {type: 'text', text}},
    replyFinished(entryId),
  ];
}

export function call(callId: string, tool = 'Read', title = 'a.ts'): CallInfo {
  return {callId, tool, title, input: {}};
}

export function toolUse(entryId: string, index: number, callId: string, tool = 'Read'): AgentEvent[] {
  const block = {type: 'tool_use' as const, id: callId, name: tool, input: {}};
  return [
    {type: 'block_started', entryId, index, block},
    {type: 'input_delta', entryId, index, json: '{}'},
    {type: 'block_finished', entryId, index, block},
  ];
}

export function toolFinished(
  callId: string,
  outcome: 'ok' | 'failed' | 'denied' | 'interrupted' = 'ok',
  display = {summary: '3 lines'},
): AgentEvent {
  return {
    type: 'tool_finished',
    callId,
    result: {type: 'tool_result', tool_use_id: callId},
    display,
    outcome,
    durationMs: 12,
  };
}

export function runFinished(change: Partial<AgentEvent & {type: 'run_finished'}> = {}): AgentEvent {
  return {
    type: 'run_finished',
    reason: 'completed',
    text: '',
    steps: 1,
    usage,
    costUsd: 0.01,
    stopReason: 'end_turn',
    ...change,
  };
}

/** Folds events one after the other, taking out what settles as the screen does. */
export function follow(
  events: readonly StampedEvent[],
  now = 1_000,
): {readonly view: View; readonly settled: readonly Item[]} {
  let view = createView();
  const settled: Item[] = [];
  for (const event of events) {
    const taken = takeSettled(fold(view, event, now));
    view = taken.view;
    settled.push(...taken.items);
  }
  return {view, settled};
}

export function followAll(...events: AgentEvent[]): ReturnType<typeof follow> {
  return follow(events.map(event => stamped(event)));
}
