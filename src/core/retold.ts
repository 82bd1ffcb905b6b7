/** A reply and a call of an earlier time as the events that they were. */
import type {KeptCall} from './kept.js';
import {blocksOf, type ToolUseBlock} from './transcript.js';
import type {AgentEvent, Entry, ToolResultBlockParam} from './types.js';
import {noUsage, type Spending} from './usage.js';

export function* replyEvents(entry: Entry, spent: Spending): Generator<AgentEvent, void> {
  const {id: entryId, model = ''} = entry;
  yield {type: 'reply_started', entryId, messageId: entryId, model, usage: noUsage};
  for (const [index, block] of blocksOf(entry.message).entries()) {
    yield {type: 'block_started', entryId, index, block};
    yield {type: 'block_finished', entryId, index, block};
  }
  yield {type: 'reply_finished', entry, stopReason: null, ...spent};
}

/** Of a call. @param seen not known if the program ended before the call did. */
export function* callEvents(
  {id: callId, name: tool, input}: ToolUseBlock,
  title: string,
  result: ToolResultBlockParam,
  seen: KeptCall | undefined,
): Generator<AgentEvent, void> {
  const {display = {summary: 'interrupted'}, outcome = 'interrupted', durationMs = 0} = seen ?? {};
  yield {type: 'tool_started', callId, tool, title, input};
  yield {type: 'tool_finished', callId, result, display, outcome, durationMs};
}
