/** What a running call may use: of its agent, and of its place among the calls of a reply. */
import type {Background} from './background.js';
import type {Scope} from './cancel.js';
import type {Conversation} from './conversation.js';
import {holds} from './holds.js';
import type {Clock, Commands, Files, Hooks, Instructions, Permissions, Place, Tool, ToolContext} from './ports.js';
import type {Caller} from './question.js';
import type {AgentLog} from './records.js';
import type {ToolState} from './tool-state.js';
import type {Agents} from './tree.js';
import type {AgentEvent} from './types.js';

export interface CallDeps extends Caller {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly place: Place;
  readonly files: Files;
  readonly commands: Commands;
  /** Null: no folder says how to work in it. */
  readonly instructions: Instructions | null;
  /** What its calls may do with other agents. */
  readonly agents: Agents;
  readonly background: Background;
  /** The agent's. */
  readonly scope: Scope;
  readonly hooks: Hooks | null;
  readonly permissions: Permissions;
  readonly clock: Clock;
  readonly log: Pick<AgentLog, 'write'>;
  readonly system: string;
  readonly conversation: Conversation;
  readonly toolState: ToolState;
  /** The agent was asked to wrap up: what has not begun stays undone. */
  isClosing(): boolean;
}

/** The call's place in its batch. */
export interface CallHandle {
  readonly signal: AbortSignal;
  tell(event: AgentEvent): void;
  /** Settles once whoever reads the events has taken this one. */
  announce(event: AgentEvent): Promise<void>;
  whenKept(effect: () => void): void;
  /** Whether no other call of the reply took these words for its result. */
  claim(words: string): boolean;
}

/** @param tool its name: what it keeps stands under that. */
export function toContext(callId: string, tool: string, deps: CallDeps, handle: CallHandle): ToolContext {
  const {agentId, place, files, commands, agents, permissions, instructions, toolState, background, scope} = deps;
  const {signal, whenKept} = handle;
  const isNew = (words: string): boolean => !holds(deps, words) && handle.claim(words);
  return {
    agentId,
    callId,
    signal,
    place,
    files,
    commands,
    agents,
    tasks: background.tasksFor({agentId, callId, scope, signal, tell: handle.tell}),
    whenKept,
    state: {
      get: () => toolState.get(tool),
      set(value) {
        toolState.set(tool, value, deps.conversation.history.at(-1)?.id ?? null);
        handle.tell({type: 'tool_state_changed', tool, value});
      },
    },
    hides: path => permissions.hides?.(path) ?? false,
    instructions: async path => (await instructions?.of(path, isNew)) ?? null,
    progress: text => handle.tell({type: 'tool_progress', callId, text}),
  };
}
