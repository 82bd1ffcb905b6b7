/** What fills the window of an agent's model: by kind and by file, as its next request would have it. */
import type {Agent} from './agent.js';
import {pathsOf} from './carried.js';
import {estimateBlock, estimateText} from './estimate.js';
import type {ToolDefinition} from './ports.js';
import {toDefinition} from './run-agent.js';
import {toolsByName} from './tool-names.js';
import {blocksOf, type ToolUseBlock} from './transcript.js';
import type {AgentId, ContentBlockParam, Entry} from './types.js';
import {estimateInput} from './window.js';

export type ContextKind =
  | 'system'
  | 'tools'
  | 'summary'
  | 'person'
  | 'others'
  | 'answers'
  | 'thinking'
  | 'calls'
  | 'results';

/** Tokens, estimated in parts that together are what the provider counted last, with what came since. */
export interface ContextReport {
  readonly agentId: AgentId;
  readonly model: string;
  /** Null where nothing is known of the model. */
  readonly window: number | null;
  /** Where it is compacted by itself; null if it is not. */
  readonly compactsAt: number | null;
  readonly tokens: number;
  /** Those that there are, in the order of a request. */
  readonly kinds: ReadonlyMap<ContextKind, number>;
  /** What the calls of each tool take, with their results; the largest first. */
  readonly tools: ReadonlyMap<string, number>;
  /** What calls on a file take; the largest first. */
  readonly files: ReadonlyMap<string, number>;
}

export async function contextOf(
  agent: Agent,
  {auto, at}: {readonly auto: boolean; readonly at: number},
): Promise<ContextReport> {
  const {conversation, model, place} = agent;
  const [system, tools] = await Promise.all([agent.system, agent.tools]);
  const definitions: readonly ToolDefinition[] = agent.definitions ?? tools.map(toDefinition);
  const kinds = new Map<ContextKind, number>();
  const byTool = new Map<string, number>();
  const files = new Map<string, number>();
  const calls = new Map<string, ToolUseBlock>();
  const named = toolsByName(tools);

  function addCall(call: ToolUseBlock, tokens: number): void {
    add(byTool, call.name, tokens);
    const [first] = pathsOf(call, named.get(call.name), place);
    if (first) add(files, first.path, tokens);
  }

  add(kinds, 'system', estimateText(system));
  add(kinds, 'tools', estimateText(JSON.stringify(definitions)));
  for (const entry of conversation.history) {
    for (const block of blocksOf(entry.message)) {
      const tokens = estimateBlock(block);
      add(kinds, kindOf(entry, block), tokens);
      if (block.type === 'tool_use') calls.set(block.id, block);
      const call = block.type === 'tool_use' ? block : block.type === 'tool_result' && calls.get(block.tool_use_id);
      if (call) addCall(call, tokens);
    }
  }
  const tokens = estimateInput(conversation, {system, definitions});
  const sum = [...kinds.values()].reduce((all, each) => all + each, 0);
  const {contextWindow: window, name} = model.info;
  const toScale = (parts: ReadonlyMap<string, number>) => largestFirst(scaled(parts, tokens / sum));
  return {
    agentId: agent.id,
    model: name,
    window,
    compactsAt: auto && window !== null ? Math.floor(window * at) : null,
    tokens,
    kinds: scaled(kinds, tokens / sum),
    tools: toScale(byTool),
    files: toScale(files),
  };
}

function kindOf({message, carried, request}: Entry, {type}: ContentBlockParam): ContextKind {
  if (type === 'tool_use') return 'calls';
  if (type === 'tool_result') return 'results';
  if (type === 'thinking' || type === 'redacted_thinking') return 'thinking';
  if (message.role === 'assistant') return 'answers';
  if (carried) return 'summary';
  return request ? 'person' : 'others';
}

function add<Key>(sums: Map<Key, number>, key: Key, tokens: number): void {
  sums.set(key, (sums.get(key) ?? 0) + tokens);
}

const scaled = <Key>(sums: ReadonlyMap<Key, number>, factor: number): ReadonlyMap<Key, number> =>
  new Map([...sums].map(([key, tokens]) => [key, Math.round(tokens * factor)]));

const largestFirst = <Key>(sums: ReadonlyMap<Key, number>): ReadonlyMap<Key, number> =>
  new Map([...sums].sort(([, one], [, other]) => other - one));
