/** What tools keep of an agent beside its conversation: the last value that each gave, in its log too. */
import type {AgentLog} from './records.js';

export interface ToolState {
  get(tool: string): unknown;
  set(tool: string, value: unknown): void;
  /** For a new conversation, of which the log says by itself that it begins. */
  clear(): void;
}

/** @param kept what there was before, by tool. */
export function createToolState(log: Pick<AgentLog, 'write'>, kept: ReadonlyMap<string, unknown>): ToolState {
  const values = new Map(kept);
  return {
    get: tool => values.get(tool),
    set(tool, value) {
      log.write({type: 'tool_state', tool, value});
      values.set(tool, value);
    },
    clear: () => values.clear(),
  };
}
