/**
 * A prompt on its way in: what the UserPromptSubmit hooks make of it, before anything of it reaches the history.
 */
import {Interrupted} from './errors.js';
import {type Heard, hear} from './hear.js';
import {unfinished} from './outcome.js';
import type {ContentBlockParam, RunOutcome} from './types.js';

/** What enters the history; `notes` of its texts, at its end, are from hooks. */
export interface Submitted {
  readonly content: ContentBlockParam[];
  readonly notes: number;
}

/** The prompt as the hooks leave it, or the outcome of a turn that a hook refused. */
export async function submit(
  content: ContentBlockParam[],
  heard: Heard,
  signal: AbortSignal,
): Promise<Submitted | RunOutcome> {
  const prompt = content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
  try {
    const said = await hear(heard, {event: 'UserPromptSubmit', prompt}, signal);
    const block = said?.stop ?? (said?.decision === 'deny' ? (said.reason ?? 'It gave no reason.') : null);
    if (block !== null)
      return {...unfinished('stopped'), error: {kind: 'blocked_prompt', message: toRefusal(block, prompt)}};
    const context = said?.context?.trim() ? said.context : null;
    return context === null ? {content, notes: 0} : {content: [...content, {type: 'text', text: context}], notes: 1};
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return unfinished('aborted');
  }
}

/** The prompt is in it because it is nowhere else: neither in the history nor in a request. */
function toRefusal(reason: string, prompt: string): string {
  return `UserPromptSubmit operation blocked by hook:\n${reason}\n\nOriginal prompt: ${prompt}`;
}
