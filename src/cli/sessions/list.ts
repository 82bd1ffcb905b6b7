/** Kept conversations as a table: one a line, the newest first. */
import type {KeptSession} from '../../store/find.js';
import {age, size} from '../../ui/format.js';
import {revealLine} from '../../ui/text/reveal.js';
import {truncate, width} from '../../ui/text/width.js';

export interface ListedSession extends KeptSession {
  /** All that is kept of it. */
  readonly bytes: number;
  readonly isOpen: boolean;
}

/** What an id is called by, where it is unlikely to be that of another. */
export const shortId = (id: string): string => id.slice(0, 8);

/** What a conversation is called: its title, else how it begins. */
export const wordsOf = ({title, prompt}: Pick<KeptSession, 'title' | 'prompt'>): string =>
  revealLine((title ?? prompt).replace(/\s+/g, ' ').trim()) || '(nothing was said)';

const longestBranch = 20;

/** @param columns that there is room for; titles give way. */
export function toTable(sessions: readonly ListedSession[], now: number, columns: number): readonly string[] {
  const rows = sessions.map(session => [
    shortId(session.id),
    age(now - session.at),
    truncate(revealLine(session.branch ?? '-'), longestBranch, '…'),
    String(session.messages),
    size(session.bytes),
    `${session.isOpen ? '(open) ' : ''}${wordsOf(session)}`,
  ]);
  const all = [['ID', 'AGE', 'BRANCH', 'MESSAGES', 'SIZE', 'TITLE'], ...rows];
  const widths = [0, 1, 2, 3, 4].map(at => Math.max(...all.map(row => width(row[at] ?? ''))));
  const isNumber = (at: number): boolean => at === 3 || at === 4;
  return all.map(row => {
    const cells = widths.map((wide, at) => {
      const cell = row[at] ?? '';
      const blanks = ' '.repeat(wide - width(cell));
      return isNumber(at) ? blanks + cell : cell + blanks;
    });
    const head = cells.join('  ');
    const room = Math.max(20, columns - width(head) - 2);
    return `${head}  ${truncate(row.at(-1) ?? '', room, '…')}`;
  });
}

export const toJsonList = (sessions: readonly ListedSession[]): string =>
  `${JSON.stringify(
    sessions.map(({id, title, prompt, root, branch, messages, bytes, at, path, isOpen}) => ({
      id,
      title,
      prompt,
      folder: root,
      branch,
      messages,
      bytes,
      updatedAt: new Date(at).toISOString(),
      isOpen,
      path,
    })),
    null,
    2,
  )}\n`;
