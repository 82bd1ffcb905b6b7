/**
 * Who may stop a call or a turn: permissions and hooks, as interfaces. One path asks them, for every agent at
 * every depth: validate, hooks, permission, run.
 */
import type {AgentId, CallInfo, ToolEffect, ToolResult} from './types.js';

export interface PermissionRequest extends CallInfo {
  readonly agentId: AgentId;
  readonly effect: ToolEffect;
}

/** `message` is for the model: why not, and what to do instead. */
export type Verdict = {readonly verdict: 'allow'} | {readonly verdict: 'deny'; readonly message?: string | undefined};

/** Who may do what. */
export interface Permissions {
  /** Judges at once; `ask` means that a person has to. */
  decide(request: PermissionRequest): Verdict | {readonly verdict: 'ask'};
  /** Waits for a person's answer. Rejects with `Interrupted` when `signal` aborts. */
  ask(request: PermissionRequest, signal: AbortSignal): Promise<Verdict>;
}

export type HookInput =
  | {readonly event: 'UserPromptSubmit'; readonly agentId: AgentId; readonly prompt: string}
  | {readonly event: 'PreToolUse'; readonly agentId: AgentId; readonly call: CallInfo}
  | {
      readonly event: 'PostToolUse' | 'PostToolUseFailure';
      readonly agentId: AgentId;
      readonly call: CallInfo;
      readonly result: ToolResult;
    }
  /** `repeated`: a Stop hook already kept this turn going. */
  | {readonly event: 'Stop'; readonly agentId: AgentId; readonly text: string; readonly repeated: boolean};

/** Merged answer of all hooks that matched. An empty object says nothing. */
export interface HookOutcome {
  /** PreToolUse: allow skips the question. Elsewhere deny means: blocked, `reason` goes to the model. */
  readonly decision?: 'allow' | 'ask' | 'deny';
  readonly reason?: string;
  /** PreToolUse: replaces the whole input. */
  readonly updatedInput?: unknown;
  /** Text for the model, beside the result or the prompt. */
  readonly context?: string;
  /** Ends the turn after this call, with this reason. */
  readonly stop?: string;
}

export interface Hooks {
  /** Whether any hook listens: a read may start early only where none does. */
  matches(event: HookInput['event'], tool?: string): boolean;
  run(input: HookInput, signal: AbortSignal): Promise<HookOutcome>;
}
