/** A kept conversation as it is told to somebody else: what was said and done, in order, with that of the agents below. */
import type {KeptCall} from '../../core/kept.js';
import {type KeptAgent, toKeptTree} from '../../core/kept-tree.js';
import {blocksOf, resultText, type ToolUseBlock} from '../../core/transcript.js';
import type {
  AgentId,
  ContentBlockParam,
  Entry,
  MessageParam,
  ToolOutcome,
  ToolResultBlockParam,
} from '../../core/types.js';
import type {LoadedSession} from '../../store/load.js';

export interface Conversation {
  readonly id: string;
  /** What the person calls it, else how it begins. */
  readonly title: string;
  /** The folder that was worked in; null where that is not known. */
  readonly folder: string | null;
  readonly branch: string | null;
  /** Of the last turn. */
  readonly model: string | null;
  /** When it was last written, in milliseconds since the epoch. */
  readonly at: number;
  /** By all agents, in dollars; null where a price is unknown. */
  readonly costUsd: number | null;
  readonly tokens: number;
  readonly parts: readonly Part[];
  /** Those that no call tells of. */
  readonly strays: readonly AgentPart[];
  /** As the API takes them. */
  readonly messages: readonly MessageParam[];
  readonly agents: readonly {
    readonly id: AgentId;
    /** These three are null where they are not known. */
    readonly parentId: AgentId | null;
    readonly kind: string | null;
    readonly description: string | null;
    readonly messages: readonly MessageParam[];
  }[];
}

export type Part =
  | {readonly type: 'said'; readonly by: Speaker; readonly text: string}
  | {readonly type: 'image'; readonly mediaType: string; readonly data: string}
  | CallPart;

/** `note`: the program itself. */
export type Speaker = 'person' | 'model' | 'thought' | 'mail' | 'note';

export interface CallPart {
  readonly type: 'call';
  readonly tool: string;
  readonly input: unknown;
  /** What it was about: a path, a command. */
  readonly title: string;
  readonly result: string;
  readonly images: readonly Extract<Part, {type: 'image'}>[];
  /** One line; empty where that was not kept. */
  readonly summary: string;
  readonly outcome: ToolOutcome;
  /** That it started. */
  readonly agent: AgentPart | null;
}

export interface AgentPart {
  readonly id: AgentId;
  /** Its type; null where that is not known. */
  readonly kind: string | null;
  readonly parts: readonly Part[];
}

export interface ConversationFacts {
  readonly folder: string | null;
  readonly at: number;
}

export function toConversation(loaded: LoadedSession, {folder, at}: ConversationFacts): Conversation {
  const {root, agents, spent} = toKeptTree(loaded.records, loaded.below);
  const {usage, costUsd} = spent;
  // Those of a conversation that was cleared are no more told of than what they were started for.
  const left = new Map(agents.filter(({id}) => !root.dropped.has(id)).map(agent => [agent.id, agent]));
  const told = [...left.values()];
  const tell = (agent: KeptAgent): AgentPart => {
    left.delete(agent.id);
    const {id, spawned} = agent;
    return {id, kind: spawned?.kind ?? null, parts: partsOf(agent, starting)};
  };
  /** The agent that this call of that agent started. */
  const starting: Starting = (callId, parentId) => {
    const agent = told.find(
      ({id, spawned}) => left.has(id) && spawned?.callId === callId && spawned.parentId === parentId,
    );
    return agent ? tell(agent) : null;
  };
  const parts = partsOf(root, starting);
  const strays: AgentPart[] = [];
  for (const agent of told) if (left.has(agent.id)) strays.push(tell(agent));
  return {
    id: loaded.id,
    title: titleOf(loaded),
    folder,
    branch: loaded.summary.branch,
    model: root.turn?.model ?? null,
    at,
    costUsd,
    tokens: usage.input + usage.cacheRead + usage.cacheWrite + usage.output,
    parts,
    strays,
    messages: messagesOf(root),
    agents: told.map(agent => ({
      id: agent.id,
      parentId: agent.parentId,
      kind: agent.spawned?.kind ?? null,
      description: agent.spawned?.description ?? null,
      messages: messagesOf(agent),
    })),
  };
}

type Starting = (callId: string, parentId: AgentId) => AgentPart | null;

const messagesOf = ({entries}: KeptAgent): readonly MessageParam[] => entries.map(({entry}) => entry.message);

const longestTitle = 80;

function titleOf({id, summary}: LoadedSession): string {
  const words = (summary.title ?? summary.prompt).replace(/\s+/g, ' ').trim();
  if (words === '') return `Conversation ${id}`;
  return words.length <= longestTitle ? words : `${words.slice(0, longestTitle)}…`;
}

function partsOf(kept: KeptAgent, starting: Starting): readonly Part[] {
  const results = new Map<string, ToolResultBlockParam>();
  for (const {entry} of kept.entries) {
    for (const block of blocksOf(entry.message))
      if (block.type === 'tool_result') results.set(block.tool_use_id, block);
  }
  return kept.entries.flatMap(({entry, origin}) => {
    return blocksOf(entry.message).flatMap((block): readonly Part[] => {
      if (block.type !== 'tool_use') return toParts(block, speakerOf(entry, origin));
      const {id} = block;
      return [toCall(block, results.get(id), kept.calls.get(id), starting(id, kept.id))];
    });
  });
}

function speakerOf({message}: Entry, origin: KeptAgent['entries'][number]['origin']): Speaker {
  if (message.role === 'assistant') return 'model';
  if (origin === 'prompt') return 'person';
  return origin === 'mail' ? 'mail' : 'note';
}

function toParts(block: ContentBlockParam, by: Speaker): readonly Part[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [{type: 'said', by, text: block.text}];
    case 'thinking':
      return block.thinking.trim() === '' ? [] : [{type: 'said', by: 'thought', text: block.thinking}];
    case 'image':
      return toImage(block);
    default:
      // Results stand with their calls; what else there is no person reads.
      return [];
  }
}

function toImage({source}: Extract<ContentBlockParam, {type: 'image'}>): readonly Extract<Part, {type: 'image'}>[] {
  return source.type === 'base64' ? [{type: 'image', mediaType: source.media_type, data: source.data}] : [];
}

function toCall(
  {name, input}: ToolUseBlock,
  result: ToolResultBlockParam | undefined,
  seen: KeptCall | undefined,
  agent: AgentPart | null,
): CallPart {
  const given = (typeof input === 'object' && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
  const content = typeof result?.content === 'string' ? [] : (result?.content ?? []);
  return {
    type: 'call',
    tool: name,
    input,
    title: subjectOf(given),
    result: result ? resultText(result) : '',
    images: content.flatMap(part => (part.type === 'image' ? toImage(part) : [])),
    summary: seen?.display.summary ?? '',
    outcome: seen?.outcome ?? (result?.is_error ? 'failed' : result ? 'ok' : 'interrupted'),
    agent,
  };
}

/** What calls are about, the first of these that is there. */
const subjects = ['description', 'file_path', 'command', 'pattern', 'path', 'url', 'query'];

function subjectOf(input: Readonly<Record<string, unknown>>): string {
  const [subject = ''] = subjects.flatMap(key => (typeof input[key] === 'string' ? [input[key]] : []));
  return subject;
}
