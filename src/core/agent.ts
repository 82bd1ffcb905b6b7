/**
 * One agent at run time: what it is made of, and one run of it. The root and every agent below it are the same.
 */
import type {Budget} from './budget.js';
import type {Scope} from './cancel.js';
import type {Model, Place, Tool, ToolDefinition} from './ports.js';
import {type QueryOptions, query} from './query.js';
import type {Caller} from './question.js';
import type {Registry} from './registry.js';
import type {CallDeps} from './run-call.js';
import {toolsByName} from './tool-names.js';
import type {AgentEvent, AgentId, Effort, Mail, RunOutcome} from './types.js';
import type {Conversation} from './window.js';

/** What all agents of a session share. */
export interface AgentMeans extends Pick<CallDeps, 'files' | 'commands' | 'hooks' | 'permissions' | 'clock'> {
  readonly registry: Registry;
  newId(): string;
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
  /** Requests a run may make; null for no limit. */
  readonly maxSteps: number | null;
  /** That is the limit of a type of agents, its own or that of one above it. */
  readonly isTypeLimited: boolean;
  readonly model: Model;
  readonly effort: Effort | null;
}

export interface Agent extends Omit<AgentParts, 'model' | 'effort'> {
  readonly conversation: Conversation;
  model: Model;
  effort: Effort | null;
  /** The scope of the run under way. */
  turn: Scope | null;
  /** The run under way was asked to wrap up: it starts no other agents. */
  isClosing: boolean;
  /** Mail that came to its end before it was read. Should the agent go on, it reads that first. */
  unread: readonly Mail[];
}

export function createAgent(parts: AgentParts): Agent {
  return {
    ...parts,
    conversation: {history: [], measured: {entries: 0, tokens: 0}},
    turn: null,
    isClosing: false,
    unread: [],
  };
}

type RunMeans = Pick<QueryOptions, 'agents' | 'prompt' | 'settled'> & {readonly means: AgentMeans};

/** One run of the agent, over the history that it has. */
export async function* runAgent(
  agent: Agent,
  turn: Scope,
  {means, ...own}: RunMeans,
): AsyncGenerator<AgentEvent, RunOutcome> {
  const {id} = agent;
  const {registry, ...shared} = means;
  const [system, tools] = await Promise.all([agent.system, agent.tools]);
  return yield* query({
    ...shared,
    ...agent,
    ...own,
    agentId: id,
    system,
    tools: toolsByName(tools),
    definitions: tools.map(toDefinition),
    turn,
    inbox: registry.inbox(id),
    keepsMail: registry.find(id)?.parentId === null,
    liveChildren: () => registry.liveChildren(id),
    childrenEnded: signal => untilChildless(id, registry, signal),
  });
}

function toDefinition({name, description, inputSchema}: Tool): ToolDefinition {
  return {name, description, input_schema: inputSchema};
}

async function untilChildless(id: AgentId, registry: Registry, signal: AbortSignal): Promise<void> {
  const ends = registry.observe({filter: ({type}) => type === 'agent_finished'});
  try {
    for (; registry.liveChildren(id) > 0; ends.drain()) await ends.wait(signal);
  } finally {
    ends.close();
  }
}
