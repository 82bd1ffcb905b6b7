/**
 * How many agents there may be. Limits refuse, they never wait: agents that wait for each other's places would wait for
 * ever. The refusal is for the model: it names the limit and says what to do instead.
 */
import {ToolError} from './errors.js';

/** A limit said no to a call: not its tool's failure, and nothing to try again. */
export class LimitError extends ToolError {}

/** How deep agents nest, how many live below roots, how many live under one parent, how many start in one turn. */
export interface RegistryLimits {
  readonly depth: number;
  readonly live: number;
  readonly children: number;
  readonly spawnsPerTurn: number;
}

export type Limit = 'depth' | 'children' | 'live' | 'spawns';

/** Where a new agent would stand. */
export interface Standing {
  /** Of its parent. */
  readonly depth: number;
  /** Live agents under its parent. */
  readonly children: number;
  /** Live agents below all roots. */
  readonly live: number;
  /** Agents started below its root in this turn. */
  readonly spawns: number;
}

export const defaultLimits: RegistryLimits = {depth: 3, live: 16, children: 8, spawnsPerTurn: 32};

/** Whether any agent can ever start: no limit is 0. */
export const letStart = (limits: Partial<RegistryLimits>): boolean => Object.values(limits).every(most => most > 0);

/** What whoever is refused may do instead: wait for agents of its own, not for those of others. */
function advise(limit: Limit, most: number, {children}: Standing): string {
  if (most === 0) return 'No agents are started here. Do the work yourself.';
  switch (limit) {
    case 'depth':
      return 'An agent at this depth starts no others. Do this part of the work yourself.';
    case 'children':
      return 'That many agents of yours are running. Wait until one of them has ended.';
    case 'live':
      return `That many agents are running in all. ${children > 0 ? 'Wait until one of yours has ended, or do' : 'Do'} this part of the work yourself.`;
    case 'spawns':
      return 'That many were started in this turn. Do the rest of the work yourself.';
    default:
      return limit satisfies never;
  }
}

/** The first limit in the way of one more agent; null if it may start. */
export function refuseSpawn(
  standing: Standing,
  limits: RegistryLimits,
): {readonly limit: Limit; readonly message: string} | null {
  const {depth, children, live, spawns} = standing;
  const checks: readonly (readonly [Limit, number, number])[] = [
    ['depth', depth, limits.depth],
    ['children', children, limits.children],
    ['live', live, limits.live],
    ['spawns', spawns, limits.spawnsPerTurn],
  ];
  const found = checks.find(([, now, most]) => now >= most);
  if (!found) return null;
  const [limit, , most] = found;
  return {limit, message: `No agent was started: the limit "${limit}" is ${most}. ${advise(limit, most, standing)}`};
}
