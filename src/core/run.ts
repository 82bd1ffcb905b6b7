/**
 * What a run has come to so far: counts and sums for its outcome, and what the loop has to remember from step to step.
 */
import {type Crowding, startCrowding} from './crowding.js';
import {type End, toEarlyEnd} from './endings.js';
import type {Reply} from './reply.js';
import type {Batch} from './run-tools.js';
import {callsOf, textOf} from './transcript.js';
import type {StopReason, Usage} from './types.js';
import {nothingSpent, noUsage, type Spending} from './usage.js';

export interface Run {
  steps: number;
  usage: Usage;
  costUsd: number | null;
  /** What was said, reply by reply; one that was cut and went on is one. */
  texts: readonly string[];
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
  /** How often they did in the whole turn, whatever was done in between. */
  stopBlocksInTurn: number;
  /** Set when one request is left, to report, and with what the run ends after it. */
  closing: End | null;
  /** What its last request used. */
  last: Spending;
  /** Its steps when it was told that its budget runs out; null if it was not. */
  warnedAt: number | null;
  readonly crowding: Crowding;
  /** The last reply's batch, and whether its results are still missing in the history. */
  batch: Batch | null;
  isOpen: boolean;
}

export const startRun = (): Run => ({
  steps: 0,
  usage: noUsage,
  costUsd: 0,
  texts: [],
  stopReason: null,
  isContinued: false,
  isAnswered: false,
  cuts: 0,
  pauses: 0,
  refusals: 0,
  stopBlocks: 0,
  stopBlocksInTurn: 0,
  closing: null,
  last: nothingSpent,
  warnedAt: null,
  crowding: startCrowding(),
  batch: null,
  isOpen: false,
});

/** Notes what a reply means for the run, and tells how the run ends, if the reply ends it. */
export function takeReply(run: Run, reply: Reply): End | null {
  const {entry, stopReason, isWhole} = reply;
  const isCalling = entry !== null && callsOf(entry.message).length > 0;
  const said = entry ? textOf(entry.message) : '';
  run.stopReason = stopReason;
  run.texts = run.isContinued ? run.texts.with(-1, run.texts.at(-1) + said) : [...run.texts, said];
  run.isContinued = !isCalling && (stopReason === 'max_tokens' || stopReason === 'pause_turn');
  run.cuts = stopReason === 'max_tokens' ? run.cuts + 1 : 0;
  run.pauses = stopReason === 'pause_turn' ? run.pauses + 1 : 0;
  run.isAnswered = isWhole && !isCalling && !run.isContinued;
  return isWhole ? (run.closing ?? toEarlyEnd(reply, run, isCalling)) : null;
}
