/**
 * What a turn used with the agents below the root: all they spent since the turn before ended, so that the figures of all
 * turns together are those of the session.
 */
import type {AgentId} from '../core/types.js';
import type {Item} from './items.js';
import {addSpending, nothingSpent, type Spending, withoutSpending} from './spending.js';
import {type AgentView, spentBy, type View} from './view.js';

/** What the agents below the root spent since the last turn ended, and how many of them did. */
export function spentBelow({rootId, agents, ended, counted}: View): Spending & {readonly agents: number} {
  const spent = [...agents.values(), ...ended.values()]
    .filter(({id}) => id !== rootId)
    .map(agent => withoutSpending(spentBy(agent), counted.get(agent.id) ?? nothingSpent))
    .filter(({tokens, costUsd}) => tokens > 0 || costUsd !== 0);
  return {...spent.reduce(addSpending, nothingSpent), agents: spent.length};
}

/** The view whose turn has ended with `root`: the turn's last line has the agents' part in it. */
export function withTurnEnd(view: View, root: AgentView): {readonly view: View; readonly root: AgentView} {
  const below = spentBelow(view);
  const items = root.items.map(
    (item, index): Item =>
      item.type === 'end' && index === root.items.length - 1
        ? {...item, ...addSpending(item, below), agents: below.agents}
        : item,
  );
  const counted = new Map<AgentId, Spending>();
  for (const agent of [...view.agents.values(), ...view.ended.values()]) counted.set(agent.id, spentBy(agent));
  return {view: {...view, counted}, root: {...root, items}};
}
