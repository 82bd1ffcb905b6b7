/**
 * Whether a call may run: what the rules say of it and, where they leave it open, a person. A hook may take the question
 * away or demand one; it never overrules a refusal.
 */
import {type Answer, ask} from './ask.js';
import {race} from './cancel.js';
import type {Decision, Denial, HookOutcome, PermissionRequest, Permissions} from './policy.js';
import type {Place, Tool} from './ports.js';
import type {Caller} from './question.js';
import type {AgentEvent, CallInfo, ToolDisplay} from './types.js';

/** A call whose input was checked. */
export interface CheckedCall {
  readonly info: CallInfo;
  readonly tool: Tool;
  readonly input: unknown;
}

export interface Asking {
  readonly permissions: Permissions;
  readonly signal: AbortSignal;
  /** Why hooks want it asked, if they do. */
  readonly why: string | undefined;
  tell(event: AgentEvent): void;
  /** What hooks say to the question while it waits; null if none listens. */
  readonly hear: ((signal: AbortSignal) => Promise<HookOutcome | null>) | null;
  /** What the call would do, for the person. */
  preview(): Promise<ToolDisplay | undefined>;
}

/** The call as the rules see it. */
export function toRequest({info, tool, input}: CheckedCall, deps: Caller & {readonly place: Place}): PermissionRequest {
  const {agentId, kind, lineage, mode, place} = deps;
  const subjects = tool.subjects?.(input, place) ?? [];
  return {...info, agentId, kind, lineage, mode, effect: tool.effect, subjects};
}

/** @param word what hooks said. */
export async function permit(
  request: PermissionRequest,
  word: 'allow' | 'ask' | undefined,
  {permissions, signal, why = 'it gives no reason', tell, hear, preview}: Asking,
): Promise<Answer> {
  const judged = permissions.decide(request);
  let decision: Decision = 'verdict' in judged ? judged : await race(judged, signal);
  if (word === 'ask' && decision.verdict === 'allow') decision = toQuestion(why, permissions.refusal?.(request, why));
  if (decision.verdict !== 'ask') return decision;
  const {verdict: _, isDemanded, refusal, ...asked} = decision;
  if (word === 'allow' && !isDemanded) return {verdict: 'allow'};
  if (refusal) return {verdict: 'deny', ...refusal};

  const {callId, tool, title, input} = request;
  const shown = await race(preview(), signal);
  // The question is open before it is told, so that whoever hears of it can answer at once.
  const answer = ask(request, {permissions, hear, isDemanded: isDemanded ?? false}, signal);
  tell({type: 'question_asked', callId, tool, title, input, ...asked, ...(shown && {preview: shown})});
  try {
    const verdict = await answer;
    tell({type: 'question_answered', callId, verdict: verdict.verdict});
    return verdict;
  } catch (error) {
    tell({type: 'question_answered', callId, verdict: 'cancelled'});
    throw error;
  }
}

/** @param refusal of a call that nobody can be asked about. */
function toQuestion(why: string, refusal: Denial | undefined): Decision {
  return {verdict: 'ask', reason: `a hook asks: ${why}`, ...(refusal && {refusal})};
}
