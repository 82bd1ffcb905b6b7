/** What a session used, as its result says it: by model, and by agent with all below it. */
import type {Bill} from '../core/bill.js';
import type {ModelInfo} from '../core/ports.js';
import type {AgentSnapshot} from '../core/tree.js';
import {addCost, addUsage, nothingSpent, type Spending} from '../core/usage.js';
import type {AgentUsage, ModelUsage, TokenCounts} from './messages.js';

const toCounts = ({usage, costUsd}: Spending): TokenCounts => ({
  inputTokens: usage.input,
  outputTokens: usage.output,
  cacheReadInputTokens: usage.cacheRead,
  cacheCreationInputTokens: usage.cacheWrite,
  costUSD: costUsd,
});

/** The main model is named in any case. */
export function toModelUsage(
  {models}: Bill,
  main: ModelInfo,
  describe: (id: string) => ModelInfo,
): Readonly<Record<string, ModelUsage>> {
  const all = new Map([[main.id, nothingSpent], ...models]);
  return Object.fromEntries(
    [...all].map(([id, spent]) => {
      const {contextWindow, maxOutputTokens} = id === main.id ? main : describe(id);
      return [id, {...toCounts(spent), webSearchRequests: 0, contextWindow, maxOutputTokens}];
    }),
  );
}

/** What an agent spent, and all below it. */
export interface Subtree extends Spending {
  readonly agent: AgentSnapshot;
}

/** Of each agent below the root, those that it started right behind it. */
export function subtreesOf(agents: readonly AgentSnapshot[]): readonly Subtree[] {
  const walk = (agent: AgentSnapshot): readonly [Subtree, ...Subtree[]] => {
    const below = agents.filter(({parentId}) => parentId === agent.id).map(walk);
    const {usage, costUsd} = below.map(([child]) => child).reduce(plus, agent);
    return [{agent, usage, costUsd}, ...below.flat()];
  };
  const roots = agents.filter(({parentId}) => parentId === null);
  return roots.flatMap(root => walk(root).slice(1));
}

const plus = (one: Spending, other: Spending): Spending => ({
  usage: addUsage(one.usage, other.usage),
  costUsd: addCost(one.costUsd, other.costUsd),
});

export function toAgentUsage(agents: readonly AgentSnapshot[]): Readonly<Record<string, AgentUsage>> {
  const rootId = agents.find(({parentId}) => parentId === null)?.id;
  return Object.fromEntries(
    subtreesOf(agents).map(({agent: {id, kind, description, parentId}, ...spent}) => [
      id,
      {subagentType: kind, description, parentTaskId: parentId === rootId ? null : parentId, ...toCounts(spent)},
    ]),
  );
}
