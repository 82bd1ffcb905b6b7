/** An agent's entry of the registry where no event has made it: when it begins, and when it comes back from an earlier time. */
import {firstLine} from './first-line.js';
import type {KeptAgent} from './kept-tree.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId} from './types.js';
import {noUsage} from './usage.js';

interface Place {
  readonly parentId: AgentId;
  readonly depth: number;
}

type Named = 'id' | 'parentId' | 'callId' | 'depth' | 'kind' | 'name' | 'description' | 'background';

export const toBorn = (identity: Pick<AgentSnapshot, Named>, now: number): AgentSnapshot => ({
  ...identity,
  state: 'queued',
  activity: '',
  since: now,
  toolCalls: 0,
  usage: noUsage,
  costUsd: 0,
  startedAt: now,
  endedAt: null,
  earlierMs: 0,
});

/** @param place where it stands in the tree. */
export function toRecalled(agent: KeptAgent, place: Place): AgentSnapshot {
  const {spawned, ended, run, runs, ms, spent} = agent;
  const {at, callId, kind, name, description, background} = spawned ?? lost;
  const text = ended?.outcome.text || (ended?.outcome.error?.message ?? '');
  const endedAt = ended?.at ?? at;
  const startedAt = spawned === null ? endedAt : Math.min(run.startedAt, endedAt);
  return {
    ...place,
    id: agent.id,
    ...{callId, kind, name, description},
    background: background || runs > 1,
    state: ended?.state ?? 'stopped',
    activity: firstLine(text),
    since: endedAt,
    toolCalls: agent.toolCalls,
    usage: spent.usage,
    costUsd: spent.costUsd,
    startedAt,
    endedAt,
    earlierMs: spawned === null ? 0 : Math.max(0, ms - (endedAt - startedAt)),
  };
}

const lost = {
  at: 0,
  callId: null,
  kind: 'unknown',
  name: null,
  description: 'its beginning is lost',
  background: false,
};
