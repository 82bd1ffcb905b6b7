/** What is told of a history that is shortened: the request that follows does not extend the prefix of the last one. */
import type {Entry} from './entry.js';
import type {Usage} from './tokens.js';

/** Who wants it: the person, or the window. */
export type CompactionTrigger = 'manual' | 'auto';

/** Tokens are those of a whole request, estimated where no provider counted them. */
export type CompactionEvent =
  /** A summary is asked for. */
  | {readonly type: 'compaction_started'; readonly trigger: CompactionTrigger; readonly tokens: number}
  /** The history is this entry now, and what came after it. */
  | {
      readonly type: 'compaction_finished';
      readonly trigger: CompactionTrigger;
      readonly entry: Entry;
      readonly before: number;
      readonly after: number;
      /** Of the requests that it took. */
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  /** The history is what it was. */
  | {
      readonly type: 'compaction_failed';
      readonly trigger: CompactionTrigger;
      readonly message: string;
      readonly usage: Usage;
      readonly costUsd: number | null;
    }
  /** What so many old calls returned left the history, without a summary. */
  | {readonly type: 'results_cleared'; readonly count: number; readonly before: number; readonly after: number};
