/**
 * What an agent has from its type and what from the agent that starts it. It never has more than that one: no tool, no step.
 */
import type {Agent, AgentParts} from './agent.js';
import type {Model, Tool} from './ports.js';
import {strictest} from './question.js';
import type {AgentType} from './tree.js';
import type {AgentId} from './types.js';

type Inherited = 'kind' | 'lineage' | 'mode' | 'place' | 'maxSteps' | 'isTypeLimited' | 'effort';

export function inherit(id: AgentId, type: AgentType, parent: Agent, model: Model): Pick<AgentParts, Inherited> {
  return {
    kind: type.name,
    lineage: [...parent.lineage, id],
    mode: strictest(parent.mode, type.mode),
    place: {...parent.place},
    maxSteps: type.maxSteps ?? parent.maxSteps,
    isTypeLimited: type.maxSteps !== null || parent.isTypeLimited,
    effort: selectEffort(type, model, parent),
  };
}

/** No agent has a tool that its parent has not. */
export function selectTools(tools: readonly Tool[], {tools: wanted, disallowedTools}: AgentType): readonly Tool[] {
  const has = (names: readonly string[], {name, aliases = []}: Tool): boolean =>
    [name, ...aliases].some(each => names.includes(each));
  return tools.filter(tool => (wanted === null || has(wanted, tool)) && !has(disallowedTools, tool));
}

function selectEffort({effort}: AgentType, {info}: Model, parent: Agent): Agent['effort'] {
  const chosen = effort ?? parent.effort;
  return chosen !== null && info.effortLevels.includes(chosen) ? chosen : null;
}
