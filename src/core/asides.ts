/**
 * What is told of an agent from beside its run: of its commands, what was changed under it, and the hooks that are heard
 * about it.
 */
import type {CommandEvent} from './command-events.js';
import type {PermissionMode} from './question.js';

/** One run of one hook. */
export interface HookRun {
  readonly hookId: string;
  /** The event, and what it is about: `PreToolUse:Bash`. */
  readonly hook: string;
  readonly event: string;
}

/** What a tool keeps, and the entry that its agent's conversation ended with then; null before the first. */
export interface ToolValue {
  readonly tool: string;
  readonly value: unknown;
  readonly since: string | null;
}

export type Aside =
  | CommandEvent
  /** What a tool keeps of the agent is this now. */
  | {readonly type: 'tool_state_changed'; readonly tool: string; readonly value: unknown}
  | {readonly type: 'mode_changed'; readonly mode: PermissionMode}
  /** The next request does not extend the last one's prefix: the prompt cache starts anew. */
  | {readonly type: 'prefix_changed'; readonly reason: 'model' | 'effort' | 'clear' | 'rewind'; readonly detail: string}
  | ({readonly type: 'hook_started'} & HookRun)
  | ({
      readonly type: 'hook_finished';
      readonly stdout: string;
      readonly stderr: string;
      /** Null for one that was stopped, could not be started, or is a function. */
      readonly exitCode: number | null;
      readonly outcome: 'success' | 'error' | 'cancelled';
    } & HookRun);
