/** One run of an agent, over the history that it has: what it began with and how it ended is kept beside what it says. */
import type {Agent, AgentMeans} from './agent.js';
import type {Scope} from './cancel.js';
import {createAnswering} from './fallback.js';
import type {Tool, ToolDefinition} from './ports.js';
import {type QueryOptions, query} from './query.js';
import type {Registry} from './registry.js';
import {toolsByName} from './tool-names.js';
import type {AgentEvent, AgentId, RunOutcome} from './types.js';

type RunMeans = Pick<QueryOptions, 'agents' | 'prompt' | 'settled'> & {readonly means: AgentMeans};

/** One run of the agent, over the history that it has. */
export async function* runAgent(agent: Agent, turn: Scope, means: RunMeans): AsyncGenerator<AgentEvent, RunOutcome> {
  return yield* query(await begin(agent, turn, means));
}

/** A run in which nothing is done but to compact the history. */
export async function* compactAgent(
  agent: Agent,
  turn: Scope,
  {instructions, ...means}: Omit<RunMeans, 'prompt'> & {readonly instructions: string | null},
): AsyncGenerator<AgentEvent, RunOutcome> {
  const {compactNow} = await import('./compact-now.js');
  return yield* compactNow(await begin(agent, turn, {...means, prompt: null}), instructions);
}

async function begin(agent: Agent, turn: Scope, {means, ...own}: RunMeans): Promise<QueryOptions> {
  const {id} = agent;
  const {registry, fallbacks, ...shared} = means;
  const answering = createAnswering(agent, fallbacks);
  const [system, tools] = await Promise.all([agent.system, agent.tools]);
  const {log, place} = agent;
  if (agent.definitions === null) {
    agent.definitions = tools.map(toDefinition);
    log.write({type: 'begun', system, tools: agent.definitions});
  }
  log.write({
    type: 'turn_started',
    at: means.clock.now(),
    model: agent.model.info.id,
    effort: agent.effort,
    cwd: place.cwd,
  });
  return {
    ...shared,
    ...agent,
    ...own,
    agentId: id,
    get model() {
      return answering.model;
    },
    get effort() {
      return answering.effort;
    },
    answering,
    system,
    tools: toolsByName(tools),
    definitions: agent.definitions,
    turn,
    inbox: registry.inbox(id),
    keepsMail: registry.find(id)?.parentId === null,
    liveChildren: () => registry.liveChildren(id),
    isClosing: () => agent.isClosing,
    park(request) {
      agent.parked = request;
      // Only for what it will read then: else it would ask again at once, and again.
      if (registry.inbox(id).has(({kind}) => kind === 'wind_down')) request?.abort();
    },
    childrenEnded: signal => untilChildless(id, registry, signal),
    settled(outcome) {
      log.write({type: 'turn_ended', at: means.clock.now(), reason: outcome.reason, cwd: place.cwd});
      log.sync();
      own.settled(outcome);
    },
  };
}

export function toDefinition({name, description, inputSchema}: Tool): ToolDefinition {
  return {name, description, input_schema: inputSchema};
}

async function untilChildless(id: AgentId, registry: Registry, signal: AbortSignal): Promise<void> {
  const ends = registry.observe({filter: ({type}) => type === 'agent_finished'});
  try {
    for (; registry.liveChildren(id) > 0; ends.drain()) await ends.wait(signal);
  } finally {
    ends.close();
  }
}
