/**
 * Plain data of the runtime: history entries, events, outcomes, mail. Message and block shapes are those of the Anthropic
 * Messages API, used as they are and never mutated; other vendors are translated at their adapter.
 */
import type {
  ContentBlockParam,
  MessageParam,
  StopReason,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type {Aside} from './asides.js';
import type {CompactionEvent} from './compaction-events.js';
import type {ToolDisplay, ToolOutcome} from './display.js';
import type {Entry} from './entry.js';
import type {AgentId, Mail} from './mail.js';
import type {Asked} from './question.js';
import type {Price, Usage} from './tokens.js';

export type * from './compaction-events.js';
export type * from './display.js';
export type * from './entry.js';
export type * from './mail.js';
export type * from './tokens.js';
export type {ContentBlockParam, MessageParam, StopReason, ToolResultBlockParam};

/** How hard a model thinks, the least first. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** Why a run ended. Only `completed` means that the model considered its work done. */
export type EndReason =
  | 'completed'
  | 'aborted'
  | 'max_steps'
  | 'budget'
  | 'truncated'
  | 'refused'
  | 'context_exceeded'
  /** A hook asked that the turn stop, or somebody that the agent wrap up, or all it asked for was refused. */
  | 'stopped'
  | 'error';
export type EndState = 'done' | 'failed' | 'stopped'; // what that makes of an agent below the root

/** What one run (one turn of one agent) came to. */
export interface RunOutcome {
  readonly reason: EndReason;
  /** Its answer, with what that continues; where it did not come to one, all it had said so far. */
  readonly text: string;
  /** Requests sent. */
  readonly steps: number;
  readonly usage: Usage;
  /** Dollars; null when a price is unknown. */
  readonly costUsd: number | null;
  readonly stopReason: StopReason | null;
  /** What failed, why, what to do next: for every reason but `completed` and `aborted`. */
  readonly error?: {readonly message: string; readonly kind: string; readonly status?: number};
}

/** `reads` may run early and together, `spawns` together, `changes` alone and in the order of the calls. */
export type ToolEffect = 'reads' | 'spawns' | 'changes';

export interface ToolResult {
  readonly content: NonNullable<ToolResultBlockParam['content']>;
  readonly display?: ToolDisplay;
  readonly isError?: boolean;
  /** It was not done because of a limit or a rule: not the tool's failure, and nothing to try again. */
  readonly isRefused?: boolean;
}

/** A call as the model made it. `title` is its one-line subject: a path, a command, a pattern. */
export interface CallInfo {
  readonly callId: string;
  readonly tool: string;
  readonly title: string;
  readonly input: unknown;
}

/**
 * What an agent's run says while it happens, in causal order. Between `reply_started` and its `reply_finished` or
 * `reply_retracted` come the reply's blocks; a retracted reply was never said: screen and history drop it.
 */
export type AgentEvent =
  | {readonly type: 'run_started'; readonly model: string; readonly price: Price | null}
  /** An agent was spawned, or an ended one goes on; said by itself, before anything else. */
  | {
      readonly type: 'agent_started';
      readonly callId: string | null;
      readonly kind: string;
      readonly name: string | null;
      readonly description: string;
      readonly prompt: string;
      readonly background: boolean;
      readonly resumed: boolean;
    }
  /** The last thing an agent says, once. `text`: its last words, or why there are none. */
  | {readonly type: 'agent_finished'; readonly state: EndState; readonly text: string}
  /** Mail came into this agent's inbox: it is delivered with the `entry_appended` that names it, or withdrawn unread. */
  | {readonly type: 'mail_queued'; readonly mail: Mail}
  | {readonly type: 'mail_withdrawn'; readonly mail: Mail}
  /** Nothing is left to do but to wait for the mail of children; until the next `entry_appended` or the end. */
  | {readonly type: 'waiting_for_agents'; readonly count: number}
  /** A user message, mail, or a reply's tool results joined the history. */
  | {
      readonly type: 'entry_appended';
      readonly entry: Entry;
      readonly origin: 'prompt' | 'mail' | 'results' | 'runtime';
      /** The mail that it delivers. */
      readonly mail?: Mail;
    }
  /** Others have booked what its request may cost; until the next `request_started` or the end. */
  | {readonly type: 'waiting_for_budget'}
  | {readonly type: 'request_started'; readonly step: number}
  /** An attempt of the request failed; the next one goes in `delayMs`. */
  | {
      readonly type: 'retry_scheduled';
      /** Counts from 1. */
      readonly attempt: number;
      /** Null: tries without end. */
      readonly maxAttempts: number | null;
      readonly delayMs: number;
      readonly kind: string;
      readonly message: string;
      readonly status?: number;
    }
  /** The request has to wait behind others: what the server refused them holds it back. One of them tries in `delayMs`. */
  | {
      readonly type: 'request_held';
      readonly delayMs: number;
      readonly kind: string;
      readonly message: string;
      readonly status?: number;
    }
  /** A model does not answer: for the rest of the run another one does, which has no prompt cache of the conversation yet. */
  | {
      readonly type: 'model_replaced';
      readonly from: string;
      readonly model: string;
      readonly price: Price | null;
      readonly reason: 'overloaded' | 'gone';
      /** Nobody else is left: this one is waited for. */
      readonly isLast: boolean;
      /** What its server said. */
      readonly message: string;
      /** What it took all the same. */
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  | {
      readonly type: 'reply_started';
      readonly entryId: string;
      readonly messageId: string;
      readonly model: string;
      readonly usage: Usage;
    }
  | {
      readonly type: 'block_started';
      readonly entryId: string;
      readonly index: number;
      readonly block: ContentBlockParam;
    }
  | {readonly type: 'text_delta'; readonly entryId: string; readonly index: number; readonly text: string}
  | {readonly type: 'thinking_delta'; readonly entryId: string; readonly index: number; readonly text: string}
  /** A piece of the JSON text of a call's input. */
  | {readonly type: 'input_delta'; readonly entryId: string; readonly index: number; readonly json: string}
  | {
      readonly type: 'block_finished';
      readonly entryId: string;
      readonly index: number;
      readonly block: ContentBlockParam;
    }
  | {
      readonly type: 'reply_finished';
      readonly entry: Entry;
      readonly stopReason: StopReason | null;
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  /** The tombstone of a partial reply: `reason` says why it was taken back. */
  | {readonly type: 'reply_retracted'; readonly entryId: string; readonly reason: string}
  /** What was not accepted would make every later request fail: a prompt has left the history, any other entry is this now. */
  | {readonly type: 'prompt_withdrawn' | 'entry_reduced'; readonly entry: Entry}
  | ({readonly type: 'tool_started'} & CallInfo)
  /** Output of a running call, to be appended to what came before. */
  | {readonly type: 'tool_progress'; readonly callId: string; readonly text: string}
  | {
      readonly type: 'tool_finished';
      readonly callId: string;
      readonly result: ToolResultBlockParam;
      readonly display: ToolDisplay;
      readonly outcome: ToolOutcome;
      /** Of the tool itself, without questions and hooks. */
      readonly durationMs: number;
    }
  | ({readonly type: 'question_asked'; readonly preview?: ToolDisplay} & CallInfo & Asked)
  | {readonly type: 'question_answered'; readonly callId: string; readonly verdict: 'allow' | 'deny' | 'cancelled'}
  | CompactionEvent
  | Aside
  | {readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string}
  | ({readonly type: 'run_finished'} & RunOutcome);

/** An event with its place: whose it is, and its number in the session's one order. */
export type StampedEvent = AgentEvent & {
  readonly agentId: AgentId;
  readonly parentId: AgentId | null;
  readonly depth: number;
  readonly seq: number;
};
