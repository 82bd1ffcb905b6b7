/** Which type of agents, and which model, a request to start one names. */
import {ToolError, UsageError} from './errors.js';
import type {Model} from './ports.js';
import type {AgentType, SpawnRequest} from './tree.js';
import type {AgentId} from './types.js';

export interface Choices {
  readonly types: readonly AgentType[];
  /** By name or alias. Throws `UsageError` that says which there are. */
  openModel(name: string): Promise<Model>;
}

/** Throws `ToolError` for a type or a model that there is not. @param own the model of the agent that asks. */
export async function choose(
  {types, openModel}: Choices,
  request: Pick<SpawnRequest, 'type' | 'model'>,
  own: Model,
): Promise<{readonly type: AgentType; readonly model: Model}> {
  const type = types.find(each => each.name === request.type);
  if (!type) {
    const list = types.map(each => each.name).join(', ');
    throw new ToolError(`There is no type of agent "${request.type}". The types are: ${list}.`);
  }
  const name = request.model ?? type.model;
  try {
    return {type, model: name === null ? own : await openModel(name)};
  } catch (error) {
    if (error instanceof UsageError) throw new ToolError(error.message, {cause: error});
    throw error;
  }
}

/** Why an agent that ended, and is not among those that can go on, cannot. */
export function whyGone(id: AgentId, kind: string, types: readonly AgentType[]): string {
  if (types.some(({name}) => name === kind))
    return `Agent ${id} ended too long ago to go on, or in a worktree that a restart took from it: its history is not kept.`;
  return `Agent ${id} cannot go on. There is no type of agent "${kind}" any more.`;
}
