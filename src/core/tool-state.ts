/** What tools keep of an agent beside its conversation: the last value that each gave, in its log too. */
import type {Aside, ToolValue} from './asides.js';
import type {AgentLog} from './records.js';
import type {Entry} from './types.js';

export interface ToolState {
  get(tool: string): unknown;
  /** @param since the entry that the conversation ends with; null before the first. */
  set(tool: string, value: unknown, since: string | null): void;
  /** These entries have left the conversation, and what was kept since goes with them. Tells what has changed by that. */
  rewind(gone: readonly Entry[], history: readonly Entry[]): readonly Aside[];
  /** For a new conversation, of which the log says by itself that it begins. */
  clear(): void;
}

/** @param kept what there was before, oldest first. */
export function createToolState(log: Pick<AgentLog, 'write'>, kept: readonly ToolValue[]): ToolState {
  let values = kept;
  const get = (tool: string): unknown => values.findLast(value => value.tool === tool)?.value ?? null;
  function set(tool: string, value: unknown, since: string | null): void {
    const kept: ToolValue = {tool, value, since};
    log.write({type: 'tool_state', ...kept});
    values = [...values, kept];
  }
  return {
    get,
    set,
    rewind(gone, history) {
      const left = values.filter(value => gone.every(({id}) => id !== value.since));
      const since = history.at(-1)?.id ?? null;
      const changed = [...new Set(values.filter(value => !left.includes(value)).map(({tool}) => tool))];
      values = left;
      for (const tool of changed) set(tool, get(tool), since);
      return changed.map(tool => ({type: 'tool_state_changed', tool, value: get(tool)}));
    },
    clear() {
      values = [];
    },
  };
}
