/** Which kept conversation somebody means. */
import {UsageError} from '../core/errors.js';
import type {KeptSession} from './find.js';
import {searchLog} from './search.js';

export const noSession = 'There is no conversation of this folder to go on with. Start one: agent';

/** How many of several that fit are named. */
const named = 5;

/** @param wanted the id, its beginning, or words of the conversation; null: the newest. Throws `UsageError` unless just one fits. */
export async function resolveSession(sessions: readonly KeptSession[], wanted: string | null): Promise<KeptSession> {
  const [newest] = sessions;
  if (!newest) throw new UsageError(noSession);
  if (wanted === null) return newest;
  const fitting = await fittingOf(sessions, wanted);
  const [first, ...others] = fitting;
  if (first && others.length === 0) return first;
  const [fault, listed] = first
    ? [`${fitting.length} conversations fit "${wanted}"; give the beginning of one's id`, fitting]
    : [`No conversation of this folder has the id "${wanted}" or those words. There are`, sessions];
  const more = listed.length - named;
  throw new UsageError(
    [`${fault}:`, ...listed.slice(0, named).map(toLine), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n'),
  );
}

/** The first of these ways that finds any. */
async function fittingOf(sessions: readonly KeptSession[], wanted: string): Promise<readonly KeptSession[]> {
  const words = wanted.toLowerCase();
  const exact = sessions.filter(({id}) => id === wanted);
  if (exact.length > 0) return exact;
  const near = sessions.filter(({id}) => id.toLowerCase().startsWith(words));
  if (near.length > 0) return near;
  const called = sessions.filter(({title}) => title?.toLowerCase() === words);
  if (called.length > 0) return called;
  const begun = sessions.filter(({title, prompt}) => `${title ?? ''}\n${prompt}`.toLowerCase().includes(words));
  if (begun.length > 0) return begun;
  const {signal} = new AbortController();
  const found: KeptSession[] = [];
  for (const session of sessions) {
    if ((await searchLog(session.path, words, signal).catch(() => null)) !== null) found.push(session);
  }
  return found;
}

const toLine = ({id, title, prompt}: KeptSession): string =>
  `  ${id.slice(0, 8)}  ${(title ?? prompt).replace(/\s+/g, ' ').slice(0, 60)}`;
