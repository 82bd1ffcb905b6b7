/** What became of a conversation that was too long, in words. */
import type {AgentEvent} from '../core/types.js';
import {count} from './format.js';

type Told = Extract<AgentEvent, {type: 'compaction_finished' | 'compaction_failed' | 'results_cleared'}>;

/** One line. */
export function compactionText(event: Told): string {
  switch (event.type) {
    case 'compaction_finished':
      return `Compacted: ${sizes(event)}. The model goes on from a summary.`;
    case 'compaction_failed':
      return `Not compacted. ${event.message}`;
    case 'results_cleared':
      return `Cleared what ${event.count} old calls returned: ${sizes(event)}.`;
    default:
      return event satisfies never;
  }
}

const sizes = ({before, after}: {readonly before: number; readonly after: number}): string =>
  `${count(before)} → ${count(after)} tokens`;
