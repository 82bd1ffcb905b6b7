/** What a run comes to in words: its answer, or where it did not come to one, all it had said so far, and what kept it. */
import {type End, stateOf} from './endings.js';
import {type Run, startRun} from './run.js';
import type {EndReason, RunOutcome} from './types.js';

/** Of its last reply, empty if that held only calls. */
export const lastText = ({texts}: Pick<Run, 'texts'>): string => texts.at(-1) ?? '';

export function toOutcome(run: Run, end: End): RunOutcome {
  const {steps, usage, costUsd, stopReason} = run;
  const text = run.isAnswered ? lastText(run) : run.texts.filter(Boolean).join('\n\n');
  return {...end, text, steps, usage, costUsd, stopReason};
}

/** Of a turn of which no run tells one. */
export const unfinished = (reason: EndReason): RunOutcome => toOutcome(startRun(), {reason});

/** What an agent's end is told with to the agent that started it, by whatever way it comes. */
export function toReport(outcome: RunOutcome): string {
  const words = outcome.text.trim();
  const state = stateOf(outcome);
  if (state === 'done') return words || '(It ended without a word.)';
  const what = state === 'failed' ? 'failed' : 'was stopped';
  const why = outcome.error ? `: ${outcome.error.message}` : ' before it was done.';
  const said = words === '' ? 'It had said nothing yet.' : `What it had said so far:\n\n${words}`;
  return `The agent ${what}${why} ${said}`;
}
