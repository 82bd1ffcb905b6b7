/** What was said before as events, for whoever shows it: nothing of it happens again. */
import type {AgentParts} from './agent.js';
import {titleOf} from './call-title.js';
import type {KeptCall} from './kept.js';
import type {KeptAgent} from './kept-tree.js';
import {unfinished} from './outcome.js';
import {toolsByName} from './tool-names.js';
import {blocksOf, callsOf, type ToolUseBlock} from './transcript.js';
import type {AgentEvent, Entry, ToolResultBlockParam} from './types.js';
import {noUsage, type Spending} from './usage.js';

/** @param agent whose conversation it is. */
export async function* replay(
  kept: KeptAgent | null,
  agent: Pick<AgentParts, 'tools' | 'place'>,
): AsyncGenerator<AgentEvent, void> {
  if (!kept) return;
  const tools = toolsByName(await agent.tools);
  const calls = new Map<string, ToolUseBlock>();
  yield {type: 'run_started', model: kept.turn?.model ?? '', price: null};
  for (const {entry, origin, spent, compaction} of kept.entries) {
    if (compaction) yield {...compaction, type: 'compaction_finished', entry, ...spent};
    else if (origin === 'reply') {
      for (const call of callsOf(entry.message)) calls.set(call.id, call);
      yield* replyEvents(entry, spent);
    } else {
      for (const block of blocksOf(entry.message)) {
        const call = block.type === 'tool_result' && calls.get(block.tool_use_id);
        if (call)
          yield* callEvents(call, titleOf(call, tools.get(call.name), agent.place), block, kept.calls.get(call.id));
      }
      yield {type: 'entry_appended', entry, origin};
    }
  }
  for (const [tool, value] of kept.toolState) yield {type: 'tool_state_changed', tool, value};
  for (const mail of kept.mail.unread) yield {type: 'mail_queued', mail};
  yield {type: 'run_finished', ...unfinished('completed'), ...kept.spent};
}

function* replyEvents(entry: Entry, spent: Spending): Generator<AgentEvent, void> {
  const {id: entryId, model = ''} = entry;
  yield {type: 'reply_started', entryId, messageId: entryId, model, usage: noUsage};
  for (const [index, block] of blocksOf(entry.message).entries()) {
    yield {type: 'block_started', entryId, index, block};
    yield {type: 'block_finished', entryId, index, block};
  }
  yield {type: 'reply_finished', entry, stopReason: null, ...spent};
}

/** @param seen not known if the program ended before the call did. */
function* callEvents(
  {id: callId, name: tool, input}: ToolUseBlock,
  title: string,
  result: ToolResultBlockParam,
  seen: KeptCall | undefined,
): Generator<AgentEvent, void> {
  const {display = {summary: 'interrupted'}, outcome = 'interrupted', durationMs = 0} = seen ?? {};
  yield {type: 'tool_started', callId, tool, title, input};
  yield {type: 'tool_finished', callId, result, display, outcome, durationMs};
}
