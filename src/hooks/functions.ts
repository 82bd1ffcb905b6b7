/**
 * Hooks as functions of a program that uses the library: heard at the same points as commands, with the same weight.
 */
import type {HookInput, Hooks} from '../core/policy.js';

export type HookEventName = HookInput['event'];

/** What a function says; nothing is also an answer. */
export interface HookAnswer {
  /** PreToolUse: allow needs no question, deny refuses, ask demands one. PermissionRequest: the answer to the question. */
  readonly permissionDecision?: 'allow' | 'ask' | 'deny';
  /** PostToolUse, UserPromptSubmit, Stop, SubagentStop: `reason` is told to the model; a prompt is not sent. */
  readonly decision?: 'block';
  /** Why, for the model. */
  readonly reason?: string;
  /** PreToolUse, PermissionRequest: replaces the whole input of the call. */
  readonly updatedInput?: Readonly<Record<string, unknown>>;
  /** For the model, beside the prompt or the result. */
  readonly additionalContext?: string;
  /** False ends the turn after this. */
  readonly continue?: boolean;
  readonly stopReason?: string;
  /** For the person. */
  readonly systemMessage?: string;
}

export interface FunctionHook<Event extends HookEventName = HookEventName> {
  /** As in settings: `Bash`, `Edit|Write`, a regular expression. Not given: all. */
  readonly matcher?: string;
  /** How long it may take; a minute unless told. */
  readonly timeoutMs?: number;
  /** PreToolUse, UserPromptSubmit: what it comes to if the function throws or is late. By default the run goes on. */
  readonly onFailure?: 'allow' | 'block';
  run(
    input: HookInput & {readonly event: Event},
    signal: AbortSignal,
  ): Promise<HookAnswer | undefined> | HookAnswer | undefined;
}

/** By event. */
export type HookFunctions = {readonly [Event in HookEventName]?: readonly FunctionHook<Event>[]};

/** Hooks that answer for themselves: for who wants another contract than this one. */
export function isPort(given: HookFunctions | Hooks): given is Hooks {
  return 'matches' in given && typeof given.matches === 'function';
}

/** The answer in the shape that commands print. Throws `TypeError` for what is no answer: a program may have no types. */
export function toPrinted(event: HookEventName, given: HookAnswer | undefined): Readonly<Record<string, unknown>> {
  refuseOthers(given ?? {});
  const {permissionDecision, updatedInput, additionalContext, ...common} = given ?? {};
  const {reason} = common;
  const specific =
    event === 'PermissionRequest'
      ? permissionDecision && permissionDecision !== 'ask'
        ? {decision: {behavior: permissionDecision, message: reason, updatedInput}}
        : {}
      : {permissionDecision, updatedInput};
  return {...common, hookSpecificOutput: {...specific, additionalContext}};
}

/** Throws `TypeError` for what has no fields to be read. */
export function refuseOthers(given: unknown): void {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return;
  throw new TypeError(`it answered ${JSON.stringify(given) ?? String(given)}, which is no object`);
}
