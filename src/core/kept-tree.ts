/** What all the records of a session come to: its root, and the agents below it. */
import {type Bill, charge} from './bill.js';
import {type Kept, toKept} from './kept.js';
import {type Life, toLife} from './life.js';
import type {Model} from './ports.js';
import type {LogRecord} from './records.js';
import type {AgentId} from './types.js';

export interface KeptAgent extends Kept, Life {
  readonly id: AgentId;
}

export interface KeptTree {
  readonly root: KeptAgent;
  /** In the order of their starts: parents before children. */
  readonly agents: readonly KeptAgent[];
  /** By all of them. */
  readonly spent: Bill;
  /** Models of those that had another than the root has now, by id; of one that is not there, the agent has its parent's. */
  readonly models: ReadonlyMap<string, Model>;
}

export function toKeptTree(
  records: readonly LogRecord[],
  below: ReadonlyMap<AgentId, readonly LogRecord[]> = new Map(),
): KeptTree {
  const toAgent = (id: AgentId, own: readonly LogRecord[]): KeptAgent => ({id, ...toLife(own), ...toKept(own)});
  const root = toAgent('main', records);
  const agents = [...below]
    .sort(([one], [other]) => numberOf(one) - numberOf(other))
    .map(([id, own]) => toAgent(id, own));
  return {root, agents, spent: agents.map(({spent}) => spent).reduce(plus, root.spent), models: new Map()};
}

/** Nobody can go on who ended with a conversation that was cleared, or of whom it is not known what it was. */
export const isGone = ({root}: Pick<KeptTree, 'root'>, {id, spawned}: KeptAgent): boolean =>
  spawned === null || root.dropped.has(id);

/** It ran when the program ended, and can go on. */
export const isPaused = (tree: Pick<KeptTree, 'root'>, agent: KeptAgent): boolean =>
  !isGone(tree, agent) && agent.worktree === null && (agent.ended === null || agent.ended.state === 'paused');

export const plus = (one: Bill, other: Bill): Bill =>
  [...other.models].reduce((bill, [model, spent]) => charge(bill, {model, ...spent}), one);

const numberOf = (id: AgentId): number => Number(/\d+$/.exec(id)?.[0] ?? 0);
