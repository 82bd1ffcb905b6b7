/** What an agent is made of at run time. The root and every agent below it are the same. */
import type {ToolValue} from './asides.js';
import type {Budget} from './budget.js';
import type {CallDeps} from './call-context.js';
import type {Scope} from './cancel.js';
import {type Conversation, createConversation} from './conversation.js';
import type {CompactionSettings} from './heed-window.js';
import type {Isolation, Model, Place, Tool, ToolDefinition} from './ports.js';
import type {Caller} from './question.js';
import type {AgentLog, Store} from './records.js';
import type {Registry} from './registry.js';
import {createToolState, type ToolState} from './tool-state.js';
import type {AgentId, Effort, Entry, Mail} from './types.js';

/** What all agents of a session share. */
export interface AgentMeans
  extends Pick<CallDeps, 'files' | 'commands' | 'background' | 'instructions' | 'hooks' | 'permissions' | 'clock'> {
  readonly registry: Registry;
  readonly store: Store;
  readonly compaction: CompactionSettings;
  /** Models that take over from an agent's own, in this order, while that is overloaded or gone. */
  readonly fallbacks: readonly Model[];
  newId(): string;
  /** Makes a working tree for an agent of that type, started at that place. Throws `ToolError` where none can be made. */
  isolate(place: Place, kind: string): Promise<Isolation>;
}

/** What is its own. */
export interface AgentParts extends Omit<Caller, 'agentId'> {
  readonly id: AgentId;
  /** Its turns hang on it, and the agents below it: aborting it ends them all. */
  readonly scope: Scope;
  readonly budget: Budget;
  readonly place: Place;
  /** Both are made once and never rebuilt: they are the beginning of every request. The first run waits for them. */
  readonly tools: readonly Tool[] | Promise<readonly Tool[]>;
  readonly system: string | Promise<string>;
  /** What the model was told of the tools when the conversation began; null before its first run. */
  readonly definitions: readonly ToolDefinition[] | null;
  readonly history: readonly Entry[];
  /** What tools kept of it before. */
  readonly kept: readonly ToolValue[];
  /** When it last had an answer; null if never. */
  readonly answeredAt: number | null;
  readonly log: AgentLog;
  /** Requests a run may make; null for no limit. */
  readonly maxSteps: number | null;
  /** That is the limit of a type of agents, its own or that of one above it. */
  readonly isTypeLimited: boolean;
  readonly model: Model;
  readonly effort: Effort | null;
}

export interface Agent
  extends Omit<AgentParts, 'model' | 'effort' | 'place' | 'definitions' | 'history' | 'answeredAt' | 'kept'> {
  readonly conversation: Conversation;
  readonly toolState: ToolState;
  definitions: readonly ToolDefinition[] | null;
  place: Place;
  /** The working tree of its own, if it has one. */
  tree: Isolation | null;
  model: Model;
  effort: Effort | null;
  /** The scope of the run under way. */
  turn: Scope | null;
  /** The run under way was asked to wrap up: it starts no other agents. */
  isClosing: boolean;
  /** Its request, while the server has to be waited for: whoever asks it to wrap up need not wait as well. */
  parked: Scope | null;
  /** How often it began. */
  runs: number;
  /** Mail that came to its end before it was read. Should the agent go on, it reads that first. */
  unread: readonly Mail[];
}

export function createAgent({history, answeredAt, kept, ...parts}: AgentParts): Agent {
  return {
    ...parts,
    conversation: createConversation(parts.log, history, answeredAt),
    toolState: createToolState(parts.log, kept),
    tree: null,
    turn: null,
    isClosing: false,
    parked: null,
    runs: 0,
    unread: [],
  };
}
