/** What a run comes to in words: its answer, or where it did not come to one, all it had said so far. */
import type {End} from './endings.js';
import type {Run} from './run.js';
import type {RunOutcome} from './types.js';

/** Of its last reply, empty if that held only calls. */
export const lastText = ({texts}: Pick<Run, 'texts'>): string => texts.at(-1) ?? '';

export function toOutcome(run: Run, end: End): RunOutcome {
  const {steps, usage, costUsd, stopReason} = run;
  const text = run.isAnswered ? lastText(run) : run.texts.filter(Boolean).join('\n\n');
  return {...end, text, steps, usage, costUsd, stopReason};
}
