/**
 * Who may stop a call, as an interface; with the hooks, who may stop a turn. One path asks both, for every agent at every
 * depth: validate, hooks, permission, run.
 */
import type {Asked, Caller, PermissionMode, Reach, Subject} from './question.js';
import type {CallInfo, ToolEffect} from './types.js';

export * from './hook-points.js';

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
  /** Where nobody can be asked: what a call is refused with that hooks want asked. @param why in their words. */
  refusal?(request: PermissionRequest, why: string): Denial | undefined;
  /** Whether searches have to pass the file over as if it were not there. Not given: none. */
  hides?(path: string): boolean;
}
