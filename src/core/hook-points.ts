/** The points of a run at which hooks are heard, what they are told there, and what they may answer. */
import type {Caller} from './question.js';
import type {CallInfo, CompactionTrigger, ToolResult} from './types.js';

/** A point of a run at which hooks are heard. */
export type HookPoint =
  | {readonly event: 'UserPromptSubmit'; readonly prompt: string}
  /** PermissionRequest: a question waits; who answers first, hook or person, has answered it. */
  | {readonly event: 'PreToolUse' | 'PermissionRequest'; readonly call: CallInfo}
  | {
      readonly event: 'PostToolUse' | 'PostToolUseFailure';
      readonly call: CallInfo;
      readonly result: ToolResult;
      /** Of the tool itself, without questions and hooks. */
      readonly durationMs: number;
    }
  | {readonly event: 'SubagentStart'; readonly prompt: string}
  /** Stop is for the root, SubagentStop for all others. `repeated`: a hook of this event already kept this turn going. */
  | {readonly event: 'Stop' | 'SubagentStop'; readonly text: string; readonly repeated: boolean}
  | {readonly event: 'SessionStart'; readonly source: 'startup' | 'resume' | 'clear' | 'compact'}
  /** `instructions`: what the person wants the summary to hold. */
  | {
      readonly event: 'PreCompact';
      readonly trigger: CompactionTrigger;
      readonly instructions: string | null;
    }
  | {readonly event: 'PostCompact'; readonly trigger: CompactionTrigger; readonly summary: string}
  | {readonly event: 'SessionEnd'; readonly reason: string}
  | {readonly event: 'Notification'; readonly about: 'permission_prompt' | 'idle_prompt'; readonly message: string};

/** The names of all of them. */
export const hookPoints = [
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'UserPromptSubmit',
  'Notification',
  'Stop',
  'SubagentStart',
  'SubagentStop',
  'PreCompact',
  'PostCompact',
  'SessionStart',
  'SessionEnd',
] as const satisfies readonly HookPoint['event'][];

/** With whose run it is; `cwd` is where that agent stands. */
export type HookInput = Pick<Caller, 'agentId' | 'kind' | 'mode'> & {readonly cwd: string} & HookPoint;

/** Merged answer of all hooks that matched. An empty object says nothing. */
export interface HookOutcome {
  /**
   * PreToolUse: allow skips the question. PermissionRequest: answers it; ask leaves it to the person. Elsewhere deny means:
   * blocked, `reason` goes to the model.
   */
  readonly decision?: 'allow' | 'ask' | 'deny';
  readonly reason?: string;
  /** PreToolUse, PermissionRequest: replaces the whole input. */
  readonly updatedInput?: unknown;
  /** Text for the model, beside the result or the prompt. */
  readonly context?: string;
  /** Ends the turn after this call, with this reason. */
  readonly stop?: string;
}

export interface Hooks {
  /** Whether any hook listens: a read may start early only where none does. `subject`: a tool's name, an agent's type. */
  matches(event: HookPoint['event'], subject?: string): boolean;
  /** Rejects only with `Interrupted`, when `signal` aborts. */
  run(input: HookInput, signal: AbortSignal): Promise<HookOutcome>;
}
