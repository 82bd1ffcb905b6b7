/**
 * Asks hooks at a point of a run. Where none listens that costs nothing; an abort does not wait for those that do.
 */
import {race} from './cancel.js';
import type {HookOutcome, HookPoint, Hooks} from './policy.js';
import type {Place} from './ports.js';
import type {Caller} from './question.js';

/** Whose run it is, and who listens. */
export interface Heard extends Pick<Caller, 'agentId' | 'kind' | 'mode'> {
  readonly hooks: Hooks | null;
  readonly place: Place;
}

/**
 * Null if no hook listens. Rejects with `Interrupted` when `signal` aborts.
 *
 * @param subject what matchers are held against: a tool's name, an agent's type.
 */
export async function hear(
  {hooks, agentId, kind, mode, place}: Heard,
  point: HookPoint,
  signal: AbortSignal,
  subject?: string,
): Promise<HookOutcome | null> {
  if (!hooks?.matches(point.event, subject)) return null;
  return race(hooks.run({...point, agentId, kind, mode, cwd: place.cwd}, signal), signal);
}
