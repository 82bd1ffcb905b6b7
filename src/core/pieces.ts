/** Events that tell a piece of what comes whole a moment later: whoever counts or keeps what happened hears of none. */
import type {StampedEvent} from './types.js';

export const pieces: ReadonlySet<StampedEvent['type']> = new Set([
  'text_delta',
  'thinking_delta',
  'input_delta',
  'block_started',
  'block_finished',
  'tool_progress',
]);
