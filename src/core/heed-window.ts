/** Whether a history has to be compacted before its next request, and how often that may be tried. */
import type {Compacting} from './compact.js';
import {isWorthIt} from './divide.js';
import {type End, toEnd} from './endings.js';
import {ProviderError} from './errors.js';
import {overflowing, withWhy} from './overflow.js';
import type {Run} from './run.js';
import type {AgentEvent} from './types.js';
import {estimateInput} from './window.js';

export interface CompactionSettings {
  /** Whether it happens by itself. */
  readonly auto: boolean;
  /** The part of a window at which it does. */
  readonly at: number;
}

export interface Windowed extends Compacting {
  readonly compaction: CompactionSettings;
}

/** Compactions in a row after which another would be in vain: the window is full again after so few steps. */
const mostInARow = 2;
const fewSteps = 3;

const mayCompact = ({compaction, conversation}: Windowed, {closing}: Run): boolean =>
  compaction.auto && closing === null && isWorthIt(conversation.history);

/** Before a step. The end of a run that would be compacted for ever. */
export async function* heedWindow(options: Windowed, run: Run): AsyncGenerator<AgentEvent, End | null> {
  const {crowding} = run;
  const {full} = crowding;
  if (!full && (crowding.whyNot !== null || !isNearlyFull(options))) return null;
  crowding.full = null;
  if (!mayCompact(options, run)) return full;
  const end = yield* makeRoom(options, run, false);
  return end ?? (full && crowding.whyNot !== null ? withWhy(full, crowding.whyNot) : null);
}

/** After a reply: the end that it brings, save one for want of room, which there will be. */
export function heedEnd(options: Windowed, run: Run, ended: End | null): End | null {
  if (ended?.reason !== 'context_exceeded' || !mayCompact(options, run)) return ended;
  run.crowding.full = ended;
  return null;
}

/** After a request that the provider finds too long: null if a shorter one may follow. Throws what has another reason. */
export async function* heedRefusal(
  options: Windowed,
  run: Run,
  error: unknown,
): AsyncGenerator<AgentEvent, End | null> {
  const isTooLong = error instanceof ProviderError && error.kind === 'context_exceeded';
  if (!isTooLong || options.turn.signal.aborted || !mayCompact(options, run)) throw error;
  // Nothing was said: the same step is asked for again.
  run.steps -= 1;
  await run.batch?.settle();
  const end = yield* makeRoom(options, run, true);
  const {whyNot} = run.crowding;
  return end ?? (whyNot === null ? null : withWhy(toEnd(error, options.turn.signal), whyNot));
}

function isNearlyFull({compaction, conversation, model, ...options}: Windowed): boolean {
  const {contextWindow} = model.info;
  return contextWindow !== null && estimateInput(conversation, options) >= contextWindow * compaction.at;
}

async function* makeRoom(options: Windowed, run: Run, isRefused: boolean): AsyncGenerator<AgentEvent, End | null> {
  const {crowding, steps} = run;
  const isSoon = crowding.compactions > 0 && steps - crowding.compactedAt <= fewSteps;
  if (isSoon && crowding.compactions >= mostInARow) return overflowing(options.model.info.name);
  // Most runs never need it.
  const {compact} = await import('./compact.js');
  crowding.whyNot = yield* compact(options, run, {trigger: 'auto', instructions: null, isRefused});
  if (crowding.whyNot !== null) return null;
  crowding.compactions = isSoon ? crowding.compactions + 1 : 1;
  crowding.compactedAt = steps;
  return null;
}
