/**
 * Why a run ends: what a reply, a limit, an error or a request to wrap up makes of it. Endings that are no success are
 * outcomes of their own, with what a person should know and can do.
 */
import {ProviderError} from './errors.js';
import type {Reply} from './reply.js';
import type {EndReason, EndState, RunOutcome} from './types.js';

export type End = Pick<RunOutcome, 'reason' | 'error'>;

/** Replies in a row that had the same fate. */
export interface Streaks {
  /** The output limit cut them. */
  readonly cuts: number;
  /** The server paused them. */
  readonly pauses: number;
}

/** Cut replies in a row after which a run ends: one that only talks is asked once to go on. */
const maxCuts = {talking: 2, calling: 4};
/** A server that only ever pauses is not waited for without end. */
const maxPauses = 10;
/** Steps in a row of which every call was refused: whoever goes on asking will not be told yes. */
export const maxRefusals = 5;
const maxRefusalLength = 600;

const toFault = (reason: EndReason, kind: string, message: string): End => ({reason, error: {kind, message}});

/** An ending of which nothing more is to be said than its name. */
const failed = (reason: EndReason, message: string): End => toFault(reason, reason, message);

export const overBudget = (message: string): End => failed('budget', message);

/** `isOfType`: the limit is that of a type of agents. */
export function overSteps(most: number, isOfType: boolean): End {
  const raised = isOfType ? 'maxTurns of its type' : '--max-turns';
  const steps = most === 1 ? 'one step' : `${most} steps`;
  const told = `Stopped at the limit of ${steps}: there may be more to do. A higher ${raised} lets it work longer.`;
  return failed('max_steps', told);
}

export const stoppedByHook = (message: string): End => toFault('stopped', 'hook', message);

export const woundDown = toFault('stopped', 'wind_down', 'It was asked to wrap up.');

/** @param last what the last call was refused with: it names the limit or the rule. */
export function onlyRefused(last: string): End {
  const told = `Every call of its last ${maxRefusals} steps was refused. It takes another task, or a limit or a rule that lets it.`;
  const shown = last.length <= maxRefusalLength ? last : `${last.slice(0, maxRefusalLength - 1)}…`;
  return toFault('stopped', 'refused_calls', `${told} The last refusal: ${shown}`);
}

/** Endings that a reply brings, calls or not. Null: the loop goes on as usual. */
export function toEarlyEnd({stopReason, isWhole}: Reply, {cuts, pauses}: Streaks, isCalling: boolean): End | null {
  if (!isWhole) return null;
  if (stopReason === 'refusal')
    return failed('refused', 'The model refused to answer. Rephrase the request, or start a new conversation.');
  if (stopReason === 'model_context_window_exceeded')
    return failed('context_exceeded', 'The conversation fills the model’s window. Start a new one.');
  if (pauses >= maxPauses)
    return failed('truncated', 'The server paused its answer again and again. Ask for the rest.');
  if (cuts >= (isCalling ? maxCuts.calling : maxCuts.talking))
    return failed('truncated', 'The answer is longer than one reply may be, and was cut. Ask for the rest.');
  return null;
}

export function toEnd(error: unknown, signal: AbortSignal): End {
  if (signal.aborted) return {reason: 'aborted'};
  if (!(error instanceof ProviderError)) return {reason: 'error', error: {kind: 'bug', message: String(error)}};
  const {message, kind, status} = error;
  const reason = kind === 'context_exceeded' ? 'context_exceeded' : 'error';
  return {reason, error: {message, kind, ...(status !== undefined && {status})}};
}

/** What a run makes of its agent. */
export function stateOf({reason}: RunOutcome): EndState {
  if (reason === 'completed') return 'done';
  return reason === 'aborted' || reason === 'stopped' || reason === 'budget' || reason === 'max_steps'
    ? 'stopped'
    : 'failed';
}
