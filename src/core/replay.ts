/** What was said before as events, for whoever shows it: nothing of it happens again. */
import type {AgentParts} from './agent.js';
import type {Kept, KeptCall} from './kept.js';
import type {Tool} from './ports.js';
import {toolsByName} from './tool-names.js';
import {blocksOf, callsOf, type ToolUseBlock} from './transcript.js';
import type {AgentEvent, Entry, ToolResultBlockParam} from './types.js';
import {noUsage} from './usage.js';

type Speaker = Pick<AgentParts, 'tools' | 'place'>;

/** @param agent whose conversation it is. */
export async function* replay(kept: Kept | null, agent: Speaker): AsyncGenerator<AgentEvent, void> {
  if (!kept) return;
  const tools = toolsByName(await agent.tools);
  const calls = new Map<string, ToolUseBlock>();
  for (const {entry, origin} of kept.entries) {
    if (origin === 'reply') {
      for (const call of callsOf(entry.message)) calls.set(call.id, call);
      yield* replyEvents(entry);
      continue;
    }
    for (const block of blocksOf(entry.message)) {
      const call = block.type === 'tool_result' && calls.get(block.tool_use_id);
      if (call) yield* callEvents(call, titleOf(call, tools.get(call.name), agent), block, kept.calls.get(call.id));
    }
    yield {type: 'entry_appended', entry, origin};
  }
}

function* replyEvents(entry: Entry): Generator<AgentEvent, void> {
  const {id: entryId, model = ''} = entry;
  yield {type: 'reply_started', entryId, messageId: entryId, model, usage: noUsage};
  for (const [index, block] of blocksOf(entry.message).entries()) {
    yield {type: 'block_started', entryId, index, block};
    yield {type: 'block_finished', entryId, index, block};
  }
  yield {type: 'reply_finished', entry, stopReason: null, usage: noUsage, costUsd: 0};
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

/** Empty where there is no such tool any more, or where it takes no such input. */
function titleOf({input}: ToolUseBlock, tool: Tool | undefined, {place}: Speaker): string {
  try {
    return tool?.title(tool.parse(input), place) ?? '';
  } catch {
    return '';
  }
}
