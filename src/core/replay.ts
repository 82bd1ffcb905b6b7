/** What was said before as events, for whoever shows it: nothing of it happens again. */
import type {AgentParts} from './agent.js';
import {titleOf} from './call-title.js';
import type {KeptAgent} from './kept-tree.js';
import {unfinished} from './outcome.js';
import {callEvents, replyEvents} from './retold.js';
import {toolsByName} from './tool-names.js';
import {blocksOf, callsOf, type ToolUseBlock} from './transcript.js';
import type {AgentEvent} from './types.js';

/**
 * @param agent whose conversation it is.
 * @param turns how many are told of: the last ones.
 */
export async function* replay(
  kept: KeptAgent | null,
  agent: Pick<AgentParts, 'tools' | 'place'>,
  turns: number,
): AsyncGenerator<AgentEvent, void> {
  if (!kept) return;
  const tools = toolsByName(await agent.tools);
  const calls = new Map<string, ToolUseBlock>();
  const first = beginningOf(kept.entries, turns);
  if (first > 0) {
    const text = `Kept, and not shown: the messages before these, ${first.toLocaleString('en-US')} in all.`;
    yield {type: 'notice', level: 'info', text};
  }
  yield {type: 'run_started', model: kept.turn?.model ?? '', price: null};
  for (const {entry, origin, spent, compaction} of kept.entries.slice(first)) {
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
  const toolState = new Map(kept.toolState.map(({tool, value}) => [tool, value]));
  for (const [tool, value] of toolState) yield {type: 'tool_state_changed', tool, value};
  for (const mail of kept.mail.unread) yield {type: 'mail_queued', mail};
  yield {type: 'run_finished', ...unfinished('completed'), ...kept.spent};
}

/** Of the last so many turns: where the first of them begins. */
function beginningOf(entries: KeptAgent['entries'], turns: number): number {
  let left = turns;
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    if (entries[at]?.origin === 'prompt') left -= 1;
    if (left === 0) return at;
  }
  return 0;
}
