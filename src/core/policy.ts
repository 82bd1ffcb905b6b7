/**
 * Who may stop a call or a turn: permissions and hooks, as interfaces. One path asks them, for every agent at
 * every depth: validate, hooks, permission, run.
 */
import type {Asked, Caller, PermissionMode, Reach, Subject} from './question.js';
import type {CallInfo, ToolEffect, ToolResult} from './types.js';

export interface PermissionRequest extends CallInfo, Caller {
  readonly effect: ToolEffect;
  /** Empty for a tool that says nothing of what it touches. */
  readonly subjects: readonly Subject[];
}

/** `message` is for the model: why not, and what to do instead. `summary` for the person: which rule or mode says no. */
export interface Denial {
  readonly message?: string | undefined;
  readonly summary?: string;
}

export type Verdict =
  /** `reach`: it also counts for what is like it, as far as the question offered. `mode`: one of those it offered, to go on in. */
  | {readonly verdict: 'allow'; readonly reach?: Reach; readonly mode?: PermissionMode}
  | ({readonly verdict: 'deny'} & Denial);

/**
 * `ask` means that a person has to answer. `isDemanded`: a rule wants it asked, and no hook can answer instead. `refusal`:
 * there is nobody to ask; unless a hook allows it, the call is refused with this.
 */
export type Decision =
  | Verdict
  | ({readonly verdict: 'ask'; readonly isDemanded?: true; readonly refusal?: Denial} & Asked);

/** Who may do what. */
export interface Permissions {
  /** A call that is judged at once may start while its reply still streams. */
  decide(request: PermissionRequest): Decision | Promise<Decision>;
  /** Waits for a person's answer. Rejects with `Interrupted` when `signal` aborts. */
  ask(request: PermissionRequest, signal: AbortSignal): Promise<Verdict>;
  /** Where nobody can be asked: what a call is refused with that hooks want asked. */
  refusal?(request: PermissionRequest): Denial | undefined;
  /** Whether searches have to pass the file over as if it were not there. Not given: none. */
  hides?(path: string): boolean;
}

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
  | {readonly event: 'SessionEnd'; readonly reason: string}
  | {readonly event: 'Notification'; readonly about: 'permission_prompt' | 'idle_prompt'; readonly message: string};

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
