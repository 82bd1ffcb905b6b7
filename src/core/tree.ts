/**
 * The tree of agents as plain data: what an agent is started with, what a watcher sees of it, what it comes to, the mail
 * between agents; and what a call may do with other agents.
 */
import type {PermissionMode} from './question.js';
import type {AgentId, Effort, EndState, RunOutcome, Usage} from './types.js';

/** A kind of agent that can be spawned. */
export interface AgentType {
  readonly name: string;
  /** For the model that chooses: when to use it. */
  readonly description: string;
  /** Its part of the system prompt. */
  readonly prompt: string;
  /** Names of its tools; null for all of its parent's. */
  readonly tools: readonly string[] | null;
  readonly disallowedTools: readonly string[];
  /** A model's name or alias; null for its parent's. */
  readonly model: string | null;
  readonly effort: Effort | null;
  /** Requests it may make; null for as many as its parent. */
  readonly maxSteps: number | null;
  /** How much its calls may do without a question; null for as much as its parent's. */
  readonly mode: PermissionMode | null;
  readonly background: boolean;
  /** It works in a tree of files of its own. */
  readonly isolation?: 'worktree';
}

/** Caps of one agent and all below it: dollars, tokens (cache reads included), milliseconds since it began. */
export interface BudgetLimits {
  readonly usd?: number;
  readonly tokens?: number;
  readonly ms?: number;
}

export interface SpawnRequest {
  /** An `AgentType`'s name. */
  readonly type: string;
  /** A few words for the person. */
  readonly description: string;
  readonly prompt: string;
  /** How others may address it, besides its id; of no agent that lives. */
  readonly name?: string;
  readonly model?: string;
  /** Not given: as its type says. */
  readonly background?: boolean;
  readonly budget?: BudgetLimits;
  /** Not given: as its type says. */
  readonly isolation?: 'worktree';
}

/** What an agent came to. */
export interface AgentEnd {
  readonly id: AgentId;
  readonly state: EndState;
  readonly outcome: RunOutcome;
  /** For the agent that started it: its answer, or what kept it from one and all it had said so far. */
  readonly report: string;
  /** Calls that ran: none that a limit, a rule or a hook refused. Of this run, like tokens and time. */
  readonly toolCalls: number;
  readonly durationMs: number;
}

/** `isMailed`: what it said comes, or came, as mail to whoever asks. */
export interface AgentReport extends AgentEnd {
  readonly isMailed: boolean;
}

export interface Waited {
  readonly ended: readonly AgentReport[];
  /** A message of the person came, which is read at the next step: that ended the wait. */
  readonly isCalled: boolean;
}

/** `message` is for the model: why no agent was started, and what to do instead. */
export type SpawnReceipt =
  | {readonly accepted: false; readonly message: string}
  /** `ended` never rejects. */
  | {readonly accepted: true; readonly id: AgentId; readonly background: boolean; readonly ended: Promise<AgentEnd>};

/** `queued`: not begun yet, or waiting for budget. `asking`: a person has to answer. `waiting`: for the mail of its children. `parked`: the server has to be waited for. `paused`: the program ended while it worked; it goes on with a message. */
export type AgentState =
  | 'queued'
  | 'thinking'
  | 'tool'
  | 'asking'
  | 'waiting'
  | 'parked'
  | 'idle'
  | 'paused'
  | EndState;

/** One agent as a watcher sees it; immutable. Times are milliseconds since the epoch. */
export interface AgentSnapshot {
  readonly id: AgentId;
  readonly parentId: AgentId | null;
  /** The call that spawned it. */
  readonly callId: string | null;
  readonly depth: number;
  /** Its type's name. */
  readonly kind: string;
  readonly name: string | null;
  readonly description: string;
  readonly background: boolean;
  readonly state: AgentState;
  /** What it does now, in a few words; for an ended agent, its result's first line. */
  readonly activity: string;
  /** Since when it does that. */
  readonly since: number;
  /** Calls that ran, in all its runs, or run. */
  readonly toolCalls: number;
  /** Its own, without that of the agents below it. */
  readonly usage: Usage;
  readonly costUsd: number | null;
  /** When its last run began. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** How long it worked in the runs before that, in milliseconds. */
  readonly earlierMs: number;
}

/** What one agent may do with others: with those below it everything, with its siblings and those above it talk. */
export interface Agents {
  /** The types it may spawn. */
  readonly types: readonly AgentType[];
  /**
   * Starts an agent below this one. In the foreground `signal` interrupts it, and `ended` is for the caller; in the
   * background it lives on, and its end comes as mail. Throws `ToolError` for an unknown type or model, or a taken name.
   */
  spawn(request: SpawnRequest, call: {readonly callId: string; readonly signal: AbortSignal}): Promise<SpawnReceipt>;
  /**
   * Aborts an agent below this one, and all below that. Resolves when the last process is gone. `wasLive` is false for one
   * that had ended before: nothing was stopped then. Throws `ToolError` for whom there is not.
   */
  stop(idOrName: string): Promise<AgentReport & {readonly wasLive: boolean}>;
  /**
   * To an agent above, below or beside this one. With `resume` an ended one below it goes on with its history, in the background.
   * Throws `ToolError` for whom it may not address, and for mail that bounced.
   */
  send(to: string, text: string, options: {readonly resume: boolean}): 'queued' | 'resumed';
  /**
   * Waits until any or all of these agents below this one have ended, the time is over, or the person writes to this one:
   * gives those that have. Rejects with `Interrupted` when `signal` aborts. Throws `ToolError` for whom there is not.
   */
  wait(
    idsOrNames: readonly string[],
    options: {readonly mode: 'any' | 'all'; readonly timeoutMs: number | null; readonly signal: AbortSignal},
  ): Promise<Waited>;
  /** All agents below this one. */
  below(): readonly AgentSnapshot[];
}
