/** Whether an agent's next request carries certain words, so that nothing is told twice. */
import type {Conversation} from './conversation.js';
import {blocksOf} from './transcript.js';
import type {ContentBlockParam} from './types.js';

interface Request {
  readonly system: string;
  readonly conversation: Pick<Conversation, 'history'>;
}

/** In its system text, in what was said to it, or in what a call came to. */
export function holds({system, conversation}: Request, words: string): boolean {
  return (
    system.includes(words) ||
    conversation.history.some(({message}) => message.role === 'user' && blocksOf(message).some(isHolding(words)))
  );
}

const isHolding =
  (words: string) =>
  (block: ContentBlockParam): boolean => {
    if (block.type === 'text') return block.text.includes(words);
    if (block.type !== 'tool_result' || block.content === undefined) return false;
    if (typeof block.content === 'string') return block.content.includes(words);
    return block.content.some(part => part.type === 'text' && part.text.includes(words));
  };
