/**
 * The messages of `--output-format stream-json` and `json`: the shapes that the Claude Agent SDK and its users read.
 * Names with underscores and capitals are theirs.
 */

import type {RawMessageStreamEvent} from '../core/ports.js';
import type {PermissionMode} from '../core/question.js';
import type {ContentBlockParam, StopReason} from '../core/types.js';

/** Tokens as the Messages API counts them. */
export interface WireUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly server_tool_use: null;
}

export interface InitMessage {
  readonly type: 'system';
  readonly subtype: 'init';
  readonly cwd: string;
  readonly tools: readonly string[];
  readonly mcp_servers: readonly never[];
  readonly model: string;
  readonly permissionMode: PermissionMode;
  readonly slash_commands: readonly never[];
  readonly apiKeySource: string;
  /** The version of this program, under the name its readers look for. */
  readonly claude_code_version: string;
  readonly output_style: 'default';
  /** The types of agents that can be started. */
  readonly agents: readonly string[];
  readonly skills: readonly never[];
  readonly plugins: readonly never[];
}

/** Why a request failed, in the words of the SDK. */
export type AssistantError =
  | 'authentication_failed'
  | 'rate_limit'
  | 'overloaded'
  | 'invalid_request'
  | 'server_error'
  | 'unknown';

/** One finished content block of a reply; the blocks of one reply share `message.id`. */
export interface AssistantMessage {
  readonly type: 'assistant';
  readonly message: {
    readonly id: string;
    readonly type: 'message';
    readonly role: 'assistant';
    readonly model: string;
    readonly content: readonly ContentBlockParam[];
    readonly stop_reason: null;
    readonly stop_sequence: null;
    readonly usage: WireUsage;
  };
  /** The call that started the agent that says it; null for the root. */
  readonly parent_tool_use_id: string | null;
  readonly subagent_type?: string;
  readonly task_description?: string;
  readonly error?: AssistantError;
}

interface UserMessage {
  readonly type: 'user';
  readonly message: {readonly role: 'user'; readonly content: string | readonly ContentBlockParam[]};
  readonly parent_tool_use_id: string | null;
  readonly timestamp: string;
  /** The text came from the runtime or as mail, not from the prompt. */
  readonly isSynthetic?: true;
}

interface StreamEventMessage {
  readonly type: 'stream_event';
  readonly event: RawMessageStreamEvent;
  readonly parent_tool_use_id: string | null;
}

export interface PermissionDenial {
  readonly tool_name: string;
  readonly tool_use_id: string;
  readonly tool_input: unknown;
}

/** An agent below the root, as every message about it names it. */
export interface TaskFacts {
  readonly task_id: string;
  /** The call that started it. */
  readonly tool_use_id: string | null;
  readonly description: string;
  readonly subagent_type: string;
  /** 1 for the root's own agents. */
  readonly spawn_depth: number;
  /** Null for the root's own agents. */
  readonly parent_task_id: string | null;
}

/** A command in the background. */
export type CommandFacts = Omit<TaskFacts, 'subagent_type'>;

export interface TaskUsage {
  readonly total_tokens: number;
  readonly tool_uses: number;
  readonly duration_ms: number;
}

type TaskMessage = {readonly type: 'system'} & (TaskFacts | CommandFacts) &
  (
    | {readonly subtype: 'task_started'; readonly task_type: 'local_agent' | 'local_bash'; readonly prompt: string}
    | {readonly subtype: 'task_progress'; readonly usage: TaskUsage; readonly last_tool_name: string}
    | {
        readonly subtype: 'task_updated';
        readonly patch: {
          readonly status: 'running' | 'completed' | 'failed' | 'killed';
          /** Milliseconds since the epoch. */
          readonly end_time?: number;
        };
      }
    | {
        readonly subtype: 'task_notification';
        readonly status: 'completed' | 'failed' | 'stopped';
        /** The log of the agent's conversation, or all that a command wrote; empty where none is kept. */
        readonly output_file: string;
        readonly summary: string;
        readonly usage: TaskUsage;
      }
  );

interface HookFacts {
  readonly type: 'system';
  readonly hook_id: string;
  /** The event, and what it is about: `PreToolUse:Bash`. */
  readonly hook_name: string;
  readonly hook_event: string;
}

export type HookMessage =
  | (HookFacts & {readonly subtype: 'hook_started'})
  | (HookFacts & {
      readonly subtype: 'hook_response';
      /** Both outputs, one after the other. */
      readonly output: string;
      readonly stdout: string;
      readonly stderr: string;
      /** Of a command that ended by itself. */
      readonly exit_code?: number;
      readonly outcome: 'success' | 'error' | 'cancelled';
    });

export type SystemMessage =
  | TaskMessage
  | {
      readonly type: 'system';
      readonly subtype: 'api_retry';
      readonly attempt: number;
      /** Null: without end. */
      readonly max_retries: number | null;
      readonly retry_delay_ms: number;
      readonly error_status: number | null;
      readonly error: string;
    }
  | {readonly type: 'system'; readonly subtype: 'status'; readonly status: 'requesting' | 'compacting' | null}
  /** The main conversation is a summary from here on. */
  | {
      readonly type: 'system';
      readonly subtype: 'compact_boundary';
      readonly compact_metadata: {
        readonly trigger: 'manual' | 'auto';
        readonly pre_tokens: number;
        readonly post_tokens: number;
      };
    }
  | HookMessage
  | {
      readonly type: 'system';
      readonly subtype: 'permission_denied';
      readonly tool_name: string;
      readonly tool_use_id: string;
      readonly decision_reason_type: 'mode';
      readonly message: string;
    }
  | {
      readonly type: 'system';
      readonly subtype: 'informational';
      readonly content: string;
      readonly level: 'info' | 'warning' | 'error';
    };

export interface TokenCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadInputTokens: number;
  readonly cacheCreationInputTokens: number;
  /** Null when a price is unknown. */
  readonly costUSD: number | null;
}

/** Of an agent below the root and all below that. */
export interface AgentUsage extends TokenCounts {
  readonly subagentType: string;
  readonly description: string;
  /** Null for the root's own agents. */
  readonly parentTaskId: string | null;
}

export interface ModelUsage extends TokenCounts {
  readonly webSearchRequests: 0;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number;
}

interface ResultFields {
  readonly type: 'result';
  readonly num_turns: number;
  readonly duration_ms: number;
  readonly duration_api_ms: number;
  readonly stop_reason: StopReason | null;
  /** Null when a price is unknown. */
  readonly total_cost_usd: number | null;
  readonly usage: WireUsage;
  readonly modelUsage: Readonly<Record<string, ModelUsage>>;
  /** By the ids of tasks, where there were any. */
  readonly agentUsage?: Readonly<Record<string, AgentUsage>>;
  /** The first twenty. */
  readonly permission_denials: readonly PermissionDenial[];
  /** How many more there were, if there were. */
  readonly permission_denials_omitted?: number;
  readonly terminal_reason: string;
}

export type ResultMessage =
  /** Also when the model's server failed: then `is_error` is true and `result` says what it answered. */
  | (ResultFields & {
      readonly subtype: 'success';
      readonly is_error: boolean;
      readonly result: string;
      readonly api_error_status?: number;
    })
  | (ResultFields & {
      readonly subtype: 'error_max_turns' | 'error_max_budget_usd' | 'error_during_execution';
      readonly is_error: true;
      readonly errors: readonly string[];
      /** What it reported before it had to end, if it did. */
      readonly result?: string;
    });

export type Message = InitMessage | AssistantMessage | UserMessage | StreamEventMessage | SystemMessage | ResultMessage;

/** A message as it is written: with an id of its own and its session's. */
export type SentMessage = Message & {readonly uuid: string; readonly session_id: string};
