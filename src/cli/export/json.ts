/** A conversation as JSON: its messages in the shapes of the Messages API, for programs. */
import type {Conversation} from './conversation.js';

export function toJson(conversation: Conversation): string {
  const {id, title, folder, branch, model, at, costUsd, tokens, messages, agents} = conversation;
  const facts = {id, title, folder, branch, model, updatedAt: new Date(at).toISOString(), tokens, costUsd};
  return `${JSON.stringify({...facts, messages, agents}, null, 2)}\n`;
}
