/**
 * Which content of which file each agent has seen last, as hashes.
 */
import type {AgentId} from '../core/types.js';

export interface Marks {
  mark(agentId: AgentId, target: string, hash: string): void;
  marked(agentId: AgentId, target: string): string | undefined;
  /** The agent knows of no content any more. */
  unmark(agentId: AgentId, target: string): void;
  /** Nor of any file. */
  forget(agentId: AgentId): void;
}

export interface MarksOptions {
  /** What was seen in an earlier time, by agent and by file. */
  readonly seen: Iterable<readonly [AgentId, ReadonlyMap<string, string>]>;
  /** Hears of each change; null: of none any more. */
  note(agentId: AgentId, target: string, hash: string | null): void;
}

export function createMarks({seen: earlier, note}: MarksOptions = {seen: [], note: () => {}}): Marks {
  const seen = new Map([...earlier].map(([id, own]) => [id, new Map(own)]));
  return {
    mark(agentId, target, hash) {
      const own = seen.get(agentId) ?? new Map<string, string>();
      if (own.get(target) === hash) return;
      seen.set(agentId, own.set(target, hash));
      note(agentId, target, hash);
    },
    marked: (agentId, target) => seen.get(agentId)?.get(target),
    unmark(agentId, target) {
      if (seen.get(agentId)?.delete(target)) note(agentId, target, null);
    },
    forget(agentId) {
      for (const target of seen.get(agentId)?.keys() ?? []) note(agentId, target, null);
      seen.delete(agentId);
    },
  };
}
