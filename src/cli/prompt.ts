/** What the model gets of a prompt argument and of piped input. */
import type {ContentBlockParam} from '../core/types.js';

export type Prompt = string | ContentBlockParam[];

/**
 * One of the two alone is the prompt. Both together are two texts, the piped one marked as what it is, so that a log
 * that gives orders is not taken for the person. Null when both are empty.
 */
export function composePrompt(argument: string | null, piped: string | null): Prompt | null {
  const [asked, given] = [argument?.trim() ? argument : null, piped?.trim() ? piped : null];
  if (asked === null || given === null) return asked ?? given;
  return [
    {type: 'text', text: asked},
    {type: 'text', text: `<stdin>\n${given.trimEnd()}\n</stdin>`},
  ];
}
