/**
 * A prompt on its way in: what the UserPromptSubmit hooks make of it, before anything of it reaches the history.
 */
import {race} from './cancel.js';
import {Interrupted} from './errors.js';
import type {Hooks} from './policy.js';
import type {Caller} from './question.js';
import type {ContentBlockParam, RunOutcome} from './types.js';
import {noUsage} from './usage.js';

export interface SubmitOptions {
  readonly hooks: Hooks | null;
  readonly caller: Pick<Caller, 'agentId' | 'kind'>;
  readonly signal: AbortSignal;
}

/** The prompt as the hooks leave it, or the outcome of a turn that a hook refused. */
export async function submit(
  content: ContentBlockParam[],
  {hooks, caller: {agentId, kind}, signal}: SubmitOptions,
): Promise<{readonly content: ContentBlockParam[]} | RunOutcome> {
  if (!hooks?.matches('UserPromptSubmit')) return {content};
  const prompt = content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
  try {
    const said = await race(hooks.run({event: 'UserPromptSubmit', agentId, kind, prompt}, signal), signal);
    const block = said.stop ?? (said.decision === 'deny' ? (said.reason ?? 'A hook refused the prompt.') : null);
    if (block !== null) return {...unfinished('stopped'), error: {kind: 'hook', message: block}};
    return {content: said.context?.trim() ? [...content, {type: 'text', text: said.context}] : content};
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return unfinished('aborted');
  }
}

/** The outcome of a turn of which no run tells one. */
export function unfinished(reason: RunOutcome['reason']): RunOutcome {
  return {reason, text: '', steps: 0, usage: noUsage, costUsd: 0, stopReason: null};
}
