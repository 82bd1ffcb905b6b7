/**
 * What a question asks for: the call, then its change or its command. What is too long for its share shows its
 * beginning and its end, for a command does its harm there as well, and scrolls through to every line between.
 */
import type {AgentId} from '../core/types.js';
import {composerHeight} from './composer/composer-lines.js';
import {diffLines} from './diff-lines.js';
import {plural} from './format.js';
import {promptColumns, share} from './layout.js';
import {askedQuestion, type Screen} from './screen.js';
import {clean, cleanLine} from './text/clean.js';
import {type Line, toAnsi, wrap} from './text/styled.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import type {Question, View} from './view.js';

/** How a question fits its rows. In a low window it has no blank lines, and does not tell its keys. */
export interface QuestionRows {
  readonly isTight: boolean;
  /** For the change or the command; the line that names the call stands above it. */
  readonly body: number;
}

/** Three choices and the line that names the call; where there is room, two blank lines and the keys. */
const tightRows = 4;
const airyRows = 7;
const indent = 6;

export function questionRows(rows: number): QuestionRows {
  const isTight = rows <= airyRows;
  return {isTight, body: Math.max(0, rows - (isTight ? tightRows : airyRows))};
}

/** Who asks, if it is not the root: the types on the way down to it, and what it was started for. */
function askerOf({known, rootId}: View, agentId: AgentId, {glyphs}: Theme): string {
  const agent = known.get(agentId);
  if (!agent || agentId === rootId) return '';
  const kinds: string[] = [];
  for (let at = known.get(agentId); at && at.id !== rootId; at = known.get(at.parentId ?? '')) kinds.unshift(at.kind);
  return cleanLine([...kinds, `"${agent.description}"`].join(` ${glyphs.path} `));
}

/** What is asked, whole: the line that names agent and call, a blank one, and the body. */
export function questionPreview(view: View, question: Question, columns: number, theme: Theme): string[] {
  const {styles, glyphs} = theme;
  const diff = question.preview?.diff;
  const wants = diff ? `wants to change ${cleanLine(diff.path)}` : 'wants to run';
  const counts = diff ? `  +${diff.added} ${glyphs.minus}${diff.removed}` : '';
  const call = `${cleanLine(question.tool)} ${wants}${counts}`;
  const asker = askerOf(view, question.agentId, theme);
  const room = Math.max(16, columns - 4 - width(call) - 3);
  const named = asker === '' ? '' : `${truncate(asker, room, glyphs.ellipsis)} ${glyphs.dot} `;
  const head = truncate(named + call, columns - 4, glyphs.ellipsis);
  const body = diff
    ? diffLines(diff, columns - indent, theme)
    : commandLines(question, columns - indent, styles.bold).map(toAnsi);
  return [
    `  ${paint(styles.waiting, glyphs.asks)} ${paint(styles.bold, head)}`,
    '',
    ...body.map(line => ' '.repeat(indent) + line),
  ];
}

/** The body in at most `room` lines; `scroll` counts lines from its beginning, null before anybody scrolled. */
export function bodyWindow(body: readonly string[], scroll: number | null, room: number, theme: Theme): string[] {
  if (body.length <= room) return [...body];
  if (room === 0) return [];
  const mark = (hidden: number, where: string): string =>
    hidden === 0
      ? ''
      : paint(theme.styles.waiting, `      ${theme.glyphs.ellipsis} + ${plural(hidden, 'line')}${where}`);
  if (scroll === null) {
    const tail = tailRows(room);
    const first = room - 1 - tail;
    const hidden = body.length - first - tail;
    return [...body.slice(0, first), mark(hidden, ' not shown'), ...body.slice(body.length - tail)];
  }
  const seen = scrolledRows(room);
  const from = Math.min(scroll, body.length - seen);
  const lines = body.slice(from, from + seen);
  if (seen === room) return lines;
  return [mark(from, ' above'), ...lines, mark(body.length - from - seen, ' below')];
}

/** Whether some of the preview is left out. */
export function isCropped(screen: Screen): boolean {
  const question = askedQuestion(screen);
  return question !== null && bodyHeight(question, screen.size.columns) > bodyRows(screen);
}

/** Where the preview stands after a step: a line, or as many as are seen at once. */
export function scrolled(screen: Screen, direction: -1 | 1, unit: 'line' | 'page'): number | null {
  const question = askedQuestion(screen);
  const from = screen.answering?.scroll ?? null;
  if (!question || !isCropped(screen)) return null;
  const room = bodyRows(screen);
  const seen = scrolledRows(room);
  const step = unit === 'line' ? 1 : seen;
  // The first step forward goes to the first line that was hidden.
  const to = from === null ? (direction < 0 ? 0 : room - 1 - tailRows(room)) : from + direction * step;
  return Math.max(0, Math.min(to, bodyHeight(question, screen.size.columns) - seen));
}

function tailRows(room: number): number {
  return Math.floor((room - 1) / 2);
}

/** Two rows say what lies above and below, if there is room for that. */
function scrolledRows(room: number): number {
  return room < 4 ? room : room - 2;
}

/** Rows the change or the command may take: what the frame gives a question that wants all. */
function bodyRows({size, composer}: Screen): number {
  const draft = composerHeight(composer, promptColumns(size));
  const {panel} = share(size, {window: 0, activity: 0, panel: size.rows, composer: draft});
  return questionRows(panel).body;
}

function bodyHeight(question: Question, columns: number): number {
  const hunks = question.preview?.diff?.hunks;
  if (!hunks) return commandLines(question, columns - indent, '').length;
  return hunks.reduce((sum, hunk) => sum + hunk.length, Math.max(0, hunks.length - 1));
}

function commandLines({title, preview}: Question, columns: number, style: string): readonly Line[] {
  return clean(preview?.output ?? preview?.summary ?? title)
    .trimEnd()
    .split('\n')
    .flatMap(text => wrap([{text, style}], columns));
}
