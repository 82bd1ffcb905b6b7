/**
 * What a run has come to so far: counts and sums for its outcome, and what the loop has to remember from step to step.
 */
import type {End} from './endings.js';
import type {Batch} from './run-tools.js';
import type {RunOutcome, StopReason, Usage} from './types.js';
import {noUsage} from './usage.js';

export interface Run {
  steps: number;
  usage: Usage;
  costUsd: number | null;
  text: string;
  stopReason: StopReason | null;
  /** The last reply broke off in its text: the next one goes on with it. */
  isContinued: boolean;
  /** The last reply was an answer: it calls nothing, and is whole. */
  isAnswered: boolean;
  /** Replies in a row that the output limit cut. */
  cuts: number;
  /** Replies in a row that the server paused. */
  pauses: number;
  /** Steps in a row of which every call was refused. */
  refusals: number;
  /** Stop hooks in a row that kept the turn going. */
  stopBlocks: number;
  /** Set when one request is left, to report, and with what the run ends after it. */
  closing: End | null;
  /** It was told that its budget runs out. */
  isWarned: boolean;
  /** The last reply's batch, and whether its results are still missing in the history. */
  batch: Batch | null;
  isOpen: boolean;
}

export const startRun = (): Run => ({
  steps: 0,
  usage: noUsage,
  costUsd: 0,
  text: '',
  stopReason: null,
  isContinued: false,
  isAnswered: false,
  cuts: 0,
  pauses: 0,
  refusals: 0,
  stopBlocks: 0,
  closing: null,
  isWarned: false,
  batch: null,
  isOpen: false,
});

export function toOutcome({steps, usage, costUsd, text, stopReason}: Run, end: End): RunOutcome {
  return {...end, text, steps, usage, costUsd, stopReason};
}
