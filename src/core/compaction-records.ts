/** What is kept of a history that was shortened. All that was said before was said all the same, and stays in the log. */
import type {CompactionTrigger} from './compaction-events.js';
import type {Entry} from './entry.js';

export type CompactionRecord =
  /** The history is these entries now, a summary first. Tokens are those of a request; the time is milliseconds since the epoch. */
  | {
      readonly type: 'compacted';
      readonly at: number;
      readonly trigger: CompactionTrigger;
      readonly entries: readonly Entry[];
      readonly before: number;
      readonly after: number;
    }
  /** In the history it is this now, without what calls returned. */
  | {readonly type: 'entry_cleared'; readonly entry: Entry};
