/** What an agent begins with where its conversation is kept: what it was told, and its history as the API takes it. */
import type {Kept} from './kept.js';
import {createEntry, repair} from './transcript.js';
import type {Entry} from './types.js';

/** What its agent begins with, where there is one: what it was told then, and not what it would be told now. */
export const begin = (kept: Kept | null, system: string | Promise<string>, newId: () => string) => ({
  system: kept?.beginning?.system ?? system,
  definitions: kept?.beginning?.tools ?? null,
  history: kept ? historyOf(kept, newId) : [],
  kept: kept?.toolState ?? [],
  answeredAt: kept?.turn?.at ?? null,
});

/**
 * The history as the API takes it, however much of it is lost. What is added is not kept: it would be the same the next time.
 *
 * @param newId gives the ids of entries that have to be added.
 */
function historyOf(kept: Kept, newId: () => string): readonly Entry[] {
  const history = repair(kept.history, newId);
  if (history[0]?.message.role !== 'assistant') return history;
  return [createEntry(newId(), {role: 'user', content: 'The beginning of this conversation is lost.'}), ...history];
}
