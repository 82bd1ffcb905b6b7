/**
 * What a turn used with the agents below the root: all they spent since the turn before ended, so that the figures of all
 * turns together are those of the session.
 */
import type {Item} from './items.js';
import {addSpending, nothingSpent, type Spending, withoutSpending} from './spending.js';
import {type AgentView, spentByAll, type View} from './view.js';

/** What the agents below the root spent since the last turn ended, and how many of them did. */
export function spentBelow(view: View): Spending & {readonly agents: number} {
  const spent = [...spentByAll(view)]
    .filter(([id]) => id !== view.rootId)
    .map(([id, sum]) => withoutSpending(sum, view.counted.get(id) ?? nothingSpent))
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
  return {view: {...view, counted: spentByAll(view)}, root: {...root, items}};
}
