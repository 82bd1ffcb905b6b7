/**
 * The agents below the root as rows: who has one, in which order, how deep, and what folding hides. Which agents there
 * are the registry says; an ended one keeps its row as long as the call that waited for it stands open.
 */
import type {AgentSnapshot} from '../../core/tree.js';
import type {AgentId} from '../../core/types.js';
import {agentOf, type View} from '../view.js';

/** `closed` hides the agents below, `rows` shows their rows, `open` its stream as well. */
export type Fold = 'closed' | 'rows' | 'open';

export interface Pane {
  readonly agent: AgentSnapshot;
  /** 0: directly below the root. */
  readonly level: number;
  readonly fold: Fold;
  /** The panes it hangs below, from the outermost. */
  readonly above: readonly Pane[];
  /** Rows below it, shown or hidden. */
  readonly below: number;
}

export const isLive = ({endedAt}: AgentSnapshot): boolean => endedAt === null;

/** The panes in the order in which they stand; what is folded away is there only if it waits for a person. */
export function panesOf({view, folds}: {readonly view: View; readonly folds: ReadonlyMap<AgentId, Fold>}): Pane[] {
  const children = childrenOf(view);
  const under = (id: AgentId): readonly AgentSnapshot[] => children.get(id) ?? [];
  const countBelow = (id: AgentId): number => under(id).reduce((sum, child) => sum + 1 + countBelow(child.id), 0);
  const panes: Pane[] = [];
  const add = (agents: readonly AgentSnapshot[], above: readonly Pane[], isHidden: boolean): void => {
    for (const agent of agents) {
      const fold = folds.get(agent.id) ?? 'rows';
      const pane = {agent, level: above.length, above, fold, below: countBelow(agent.id)};
      if (!isHidden || agent.state === 'asking') panes.push(pane);
      add(under(agent.id), [...above, pane], isHidden || fold === 'closed');
    }
  };
  if (view.rootId !== null) add(under(view.rootId), [], false);
  return panes;
}

/** How many agents below the root have not ended. */
export function liveAgents(view: View): number {
  return [...view.known.values()].filter(agent => agent.parentId !== null && isLive(agent)).length;
}

/** The agent and all below it, ended ones too, parents before children. */
export function subtree({known}: Pick<View, 'known'>, id: AgentId): readonly AgentSnapshot[] {
  const isIn = (agent: AgentSnapshot | undefined): boolean =>
    agent !== undefined && (agent.id === id || (agent.parentId !== null && isIn(known.get(agent.parentId))));
  return [...known.values()].filter(isIn);
}

/** Those directly below an agent that have not ended: all that it waits for. */
export function liveChildren({known}: View, id: AgentId | null): readonly AgentSnapshot[] {
  return [...known.values()].filter(agent => agent.parentId === id && isLive(agent));
}

/** Rows by whose they hang below: the nearest above that has one, else the root. */
function childrenOf(view: View): ReadonlyMap<AgentId, readonly AgentSnapshot[]> {
  const children = new Map<AgentId, AgentSnapshot[]>();
  const rows = [...view.known.values()].filter(agent => isLive(agent) || isAwaited(view, agent));
  const shown = new Set(rows.map(({id}) => id));
  for (const agent of rows) {
    if (agent.parentId === null) continue;
    const above = aboveOf(view, agent.parentId, shown);
    if (above === null) continue;
    const siblings = children.get(above) ?? [];
    siblings.push(agent);
    children.set(above, siblings);
  }
  return children;
}

function aboveOf(view: View, parentId: AgentId, shown: ReadonlySet<AgentId>): AgentId | null {
  let id: AgentId | null = parentId;
  while (id !== null && id !== view.rootId && !shown.has(id)) id = view.known.get(id)?.parentId ?? null;
  return id ?? view.rootId;
}

/** Whether the call that waited for an ended agent still stands open. */
function isAwaited(view: View, {id, parentId}: AgentSnapshot): boolean {
  const parent = parentId === null ? null : agentOf(view, parentId);
  return parent?.items.some(item => item.type === 'call' && item.agent?.id === id) ?? false;
}
