/**
 * Which content of which file each agent has seen last, as hashes.
 */
import type {AgentId} from '../core/types.js';

export interface Marks {
  mark(agentId: AgentId, target: string, hash: string): void;
  marked(agentId: AgentId, target: string): string | undefined;
  /** The agent knows of no content any more. */
  unmark(agentId: AgentId, target: string): void;
}

export function createMarks(): Marks {
  const seen = new Map<AgentId, Map<string, string>>();
  return {
    mark(agentId, target, hash) {
      const own = seen.get(agentId) ?? new Map<string, string>();
      seen.set(agentId, own.set(target, hash));
    },
    marked: (agentId, target) => seen.get(agentId)?.get(target),
    unmark: (agentId, target) => void seen.get(agentId)?.delete(target),
  };
}
