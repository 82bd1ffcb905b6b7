/**
 * What is kept of an agent, in the order in which it happened: plain data, one record a line of its log. From them its
 * conversation can be brought back as it was.
 */
import type {Tool as ToolDefinition} from '@anthropic-ai/sdk/resources/messages';
import type {ToolValue} from './asides.js';
import type {CompactionRecord} from './compaction-records.js';
import type {TreeRecord} from './tree-records.js';
import type {AgentId, Effort, EndReason, Entry, ToolDisplay, ToolOutcome, Usage} from './types.js';

/** Who says what an entry holds. */
export type Origin = 'prompt' | 'mail' | 'results' | 'runtime' | 'reply';

/** Times are milliseconds since the epoch. */
export type LogRecord =
  /** Once. What every request begins with is never made anew: it stands here. */
  | {
      readonly type: 'begun';
      readonly system: string;
      readonly tools: readonly ToolDefinition[];
    }
  | {
      readonly type: 'turn_started';
      readonly at: number;
      readonly model: string;
      readonly effort: Effort | null;
      readonly cwd: string;
    }
  | {readonly type: 'entry'; readonly entry: Entry; readonly origin: Origin}
  /** It is this now. */
  | {readonly type: 'entry_changed'; readonly entry: Entry}
  | {readonly type: 'entry_removed'; readonly entryId: string}
  | {readonly type: 'cleared'}
  /** What the person calls it from now on. */
  | {readonly type: 'titled'; readonly title: string}
  /** That entry and all that came after it have left the history. */
  | {readonly type: 'rewound'; readonly entryId: string}
  /** What a tool keeps is this now. */
  | ({readonly type: 'tool_state'} & ToolValue)
  | CompactionRecord
  /** What was seen of a call. */
  | {
      readonly type: 'call';
      readonly callId: string;
      readonly display: ToolDisplay;
      readonly outcome: ToolOutcome;
      readonly durationMs: number;
      /** Where it led the agent. */
      readonly cwd?: string;
    }
  /** What a request came to. Dollars; null where a price is unknown. */
  | {
      readonly type: 'spent';
      readonly at: number;
      readonly model: string;
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  | TreeRecord
  | {readonly type: 'turn_ended'; readonly at: number; readonly reason: EndReason; readonly cwd: string};

/** Where the agents of a session keep theirs. */
export interface Store {
  readonly root: AgentLog;
  /** Of an agent below it; the same one each time. */
  below(agentId: AgentId): AgentLog;
}

/** Where an agent's records go. */
export interface AgentLog {
  /** It is kept when this returns. */
  write(record: LogRecord): void;
  /** At the end of a turn: puts it on the disk itself, so that it survives that the machine goes out. Nobody waits for that. */
  sync(): void;
}
