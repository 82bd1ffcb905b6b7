/** How a run ends whose conversation has no room in its window. */
import type {End} from './endings.js';

/** @param whyNot why no summary of it was made. */
export function withWhy({reason, error}: End, whyNot: string): End {
  const message = [error?.message ?? '', `It was not compacted: ${whyNot}`].filter(Boolean).join(' ');
  return {reason, error: {kind: reason, ...error, message}};
}

/** @param whyNot null if none was to be made. */
export function overWindow(tokens: number, model: string, whyNot: string | null): End {
  const size = `The conversation (about ${tokens.toLocaleString('en-US')} tokens) fills the window of ${model}.`;
  const message = `${size} Shorten the prompt, compact the conversation, or start a new one.`;
  const end: End = {reason: 'context_exceeded', error: {kind: 'context_exceeded', message}};
  return whyNot === null ? end : withWhy(end, whyNot);
}

/** Nothing of its history is at fault: that is a summary by now. */
export const overflowing = (model: string): End => ({
  reason: 'context_exceeded',
  error: {
    kind: overflows,
    message: `The window of ${model} is full again right after the conversation was compacted, twice in a row: this ends here. Ask for less at once, or start a new conversation.`,
  },
});

export const overflows = 'overflowing';
