/**
 * What a question asks for: the call, then its change or its command, why it is asked, and the rules that a yes may be
 * remembered as. What is too long for its share shows its beginning and its end, for a command does its harm there as
 * well, and scrolls through to every line between.
 */
import type {Reach} from '../core/question.js';
import type {AgentId} from '../core/types.js';
import {choicesOf, compactChoices, isPlan} from './choices.js';
import {wholeDiffHeight, wholeDiffLines} from './diff-lines.js';
import {plural} from './format.js';
import {draftRows, queuedRows, share, treeRows} from './layout.js';
import {askedQuestion, type Screen} from './screen.js';
import {reveal, revealLine} from './text/reveal.js';
import {type Line, toAnsi, wrap} from './text/styled.js';
import {clip, pad, truncate, width, withoutStyles} from './text/width.js';
import {paint, type Theme, unstyled} from './theme.js';
import type {Question, View} from './view.js';

/**
 * How a question fits its rows. `airy`: with blank lines and its keys. `snug`: without blank lines. `tight`: nor with its
 * keys. `low`: its choices share a line. `least`: so do the line that names the call and the first of its body.
 */
export interface QuestionRows {
  readonly form: 'airy' | 'snug' | 'tight' | 'low' | 'least';
  /** For the change or the command. */
  readonly body: number;
}

/** What each form takes beside body and choices, and of how many of the body's rows it must leave room for, if it has them. */
const forms = [
  {form: 'airy', beside: 4, least: 6},
  {form: 'snug', beside: 2, least: 4},
  {form: 'tight', beside: 1, least: 5},
  {form: 'low', beside: 1, least: 1},
] as const;
const indent = 6;
/** Columns before a rule. */
const ruleIndent = 8;
const planAbove = 'It stands above, whole.';
/** What the line that names a call has beside that at most: mark, and lines added and removed. */
const widestCounts = 20;

/** @param height of the body if it is shown whole */
export function questionRows(rows: number, height: number, question: Question, columns: number): QuestionRows {
  const choices = choicesOf(question);
  const low = compactChoices(choices, columns).length;
  const fitting = forms.map(({form, beside, least}) => {
    const body = rows - beside - (form === 'low' ? low : choices.length);
    return {form, body, isFitting: body >= Math.min(least, height), isWhole: form !== 'low' && body >= height};
  });
  // What is approved is better seen whole than with air around it.
  const found = fitting.find(({isWhole}) => isWhole) ?? fitting.find(({isFitting}) => isFitting);
  return found ? {form: found.form, body: found.body} : {form: 'least', body: 1};
}

/**
 * Who asks, if it is not the root: the types on the way down to it, and what it was started for. The types give way first,
 * those above it before its own.
 */
function askerOf({known, rootId}: View, agentId: AgentId, room: number, {glyphs}: Theme): string {
  const agent = known.get(agentId);
  if (!agent || agentId === rootId) return '';
  const kinds: string[] = [];
  for (let at = known.get(agentId); at && at.id !== rootId; at = known.get(at.parentId ?? '')) kinds.unshift(at.kind);
  const title = `"${agent.description}"`;
  const forms = [[...kinds, title], [agent.kind, title], [title]].map(parts =>
    revealLine(parts.join(` ${glyphs.path} `)),
  );
  return forms.find(form => width(form) <= room) ?? truncate(revealLine(title), room, glyphs.ellipsis);
}

/** The line that names agent and call. */
export function questionHead(view: View, question: Question, columns: number, theme: Theme): string {
  const {styles, glyphs} = theme;
  const diff = question.preview?.diff;
  const counts = diff ? `  +${diff.added} ${glyphs.minus}${diff.removed}` : '';
  const call = `${callOf(question)}${counts}`;
  // The call is read below then.
  const least = isNamedBelow(question, columns) ? Math.floor((columns - 4) / 2) : 0;
  const shown = askerOf(view, question.agentId, Math.max(least, columns - 4 - width(call) - 3), theme);
  const named = shown === '' ? '' : `${shown} ${glyphs.dot} `;
  const head = truncate(named + call, columns - 4, glyphs.ellipsis);
  return `  ${paint(styles.waiting, glyphs.asks)} ${paint(styles.bold, head)}`;
}

/** `Edit wants to change src/token.ts` */
function callOf(question: Question): string {
  const {tool, preview} = question;
  if (isPlan(question)) return 'The plan is ready: carry it out?';
  return `${revealLine(tool)} ${preview?.diff ? `wants to change ${revealLine(preview.diff.path)}` : 'wants to run'}`;
}

/** The change or the command, whole; before it the call, if that has no room above; below it why it is asked, and the rules. */
export function questionBody(question: Question, columns: number, theme: Theme): string[] {
  const {styles} = theme;
  const diff = question.preview?.diff;
  const lines = [
    ...namingLines(question, columns, styles.bold).map(toAnsi),
    ...(diff
      ? wholeDiffLines(diff, columns - indent, theme)
      : commandLines(question, columns - indent, styles.bold).map(toAnsi)),
    ...ruleLines(question, columns - indent, theme).map(toAnsi),
  ];
  return lines.map(line => ' '.repeat(indent) + line);
}

const reachNames: Readonly<Record<Reach, string>> = {
  subtree: 'for this agent and all below it',
  session: 'in this session',
  project: 'in this project',
};

/** Why it is asked, and what "always" would mean: each rule from its first to its last character. */
function ruleLines(question: Question, columns: number, {styles}: Pick<Theme, 'styles'>): readonly Line[] {
  const {reason, offers} = question;
  if (isPlan(question)) return [];
  const named = (name: string, texts: readonly string[], style: string): readonly Line[] =>
    texts.flatMap((text, index) => {
      const lines = wrap([{text: reveal(text).replaceAll('\n', '␊'), style}], columns - ruleIndent);
      const label = index === 0 ? name : '';
      return lines.map((line, row) => [{text: pad(row === 0 ? label : '', ruleIndent), style: styles.dim}, ...line]);
    });
  const [first] = offers;
  const areSame = offers.every(({rules}) => rules.join('\n') === first?.rules.join('\n'));
  const always = areSame
    ? named('always', first?.rules ?? [], '')
    : offers.flatMap(({reach, rules}) => [
        ...wrap([{text: `always ${reachNames[reach]}:`, style: styles.dim}], columns),
        ...named('', rules, ''),
      ]);
  const lines = [...(reason === '' ? [] : named('why', [reason], styles.dim)), ...always];
  return lines.length > 0 ? [[], ...lines] : [];
}

/** Whether the line that names the call may have no room for all of it. */
function isNamedBelow(question: Question, columns: number): boolean {
  return width(callOf(question)) > columns - widestCounts;
}

function namingLines(question: Question, columns: number, style: string): readonly Line[] {
  return isNamedBelow(question, columns) ? wrap([{text: callOf(question), style}], columns - indent) : [];
}

/** For the least of rooms: the tool, and of the body the first line, or the one it was scrolled to. */
export function questionLine(question: Question, scroll: number | null, columns: number, theme: Theme): string {
  const {styles, glyphs} = theme;
  const path = question.preview?.diff?.path;
  const call = revealLine(path === undefined ? question.tool : `${question.tool} ${path}`);
  const mark = `  ${paint(styles.waiting, glyphs.asks)} ${paint(styles.bold, truncate(call, Math.floor(columns / 3), glyphs.ellipsis))} `;
  const body = questionBody(question, columns, theme).map(
    line => mark + withoutStyles(line).trim().replaceAll(/ +/g, ' '),
  );
  return bodyLine(body, scroll ?? 0, columns, theme);
}

/** One of several lines, and which. */
function bodyLine(body: readonly string[], scroll: number, columns: number, {styles, glyphs}: Theme): string {
  const seen = Math.min(scroll, body.length - 1);
  const place = body.length > 1 ? ` (${seen + 1}/${body.length})` : '';
  const line = body[seen] ?? '';
  const room = columns - width(place);
  return clip(line, room, glyphs.ellipsis) + paint(styles.waiting, place);
}

/** Where in a body, and in how many rows and columns it is seen. `scroll` counts lines; null: nobody scrolled. */
export interface BodyPlace {
  readonly scroll: number | null;
  readonly rows: number;
  readonly columns: number;
}

/** The body's lines that are seen. */
export function bodyWindow(body: readonly string[], {scroll, rows, columns}: BodyPlace, theme: Theme): string[] {
  if (body.length <= rows) return [...body];
  if (rows === 1) return [bodyLine(body, scroll ?? 0, columns, theme)];
  const mark = (hidden: number, where: string): string =>
    hidden === 0
      ? ''
      : paint(theme.styles.waiting, `      ${theme.glyphs.ellipsis} + ${plural(hidden, 'line')}${where}`);
  if (scroll === null) {
    const tail = tailRows(rows);
    const first = rows - 1 - tail;
    const hidden = body.length - first - tail;
    return [...body.slice(0, first), mark(hidden, ' not shown (pgdn)'), ...body.slice(body.length - tail)];
  }
  const seen = scrolledRows(rows);
  const from = Math.min(scroll, body.length - seen);
  const lines = body.slice(from, from + seen);
  if (seen === rows) return lines;
  return [mark(from, ' above'), ...lines, mark(body.length - from - seen, ' below')];
}

/** Whether some of the preview is left out. */
export function isCropped(screen: Screen): boolean {
  const question = askedQuestion(screen);
  return question !== null && bodyHeight(question, screen.size.columns) > bodyRows(screen, question);
}

/** Where the preview stands after a step: a line, or as many as are seen at once. */
export function scrolled(screen: Screen, direction: -1 | 1, unit: 'line' | 'page'): number | null {
  const question = askedQuestion(screen);
  const from = screen.answering?.scroll ?? null;
  if (!question || !isCropped(screen)) return null;
  const room = bodyRows(screen, question);
  const seen = scrolledRows(room);
  const step = unit === 'line' ? 1 : seen;
  // The first step forward goes to the first line that was hidden.
  const to = from === null ? (direction < 0 ? 0 : Math.max(1, room - 1 - tailRows(room))) : from + direction * step;
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
function bodyRows(screen: Screen, question: Question): number {
  const {size} = screen;
  const wants = {
    window: 0,
    state: 0,
    queued: queuedRows(screen),
    panel: size.rows,
    composer: draftRows(screen),
    tree: treeRows(screen),
  };
  return questionRows(share(size, wants).panel, bodyHeight(question, size.columns), question, size.columns).body;
}

function bodyHeight(question: Question, columns: number): number {
  const diff = question.preview?.diff;
  const body = diff ? wholeDiffHeight(diff, columns - indent) : commandLines(question, columns - indent, '').length;
  const rules = ruleLines(question, columns - indent, {styles: unstyled}).length;
  return namingLines(question, columns, '').length + body + rules;
}

function commandLines(question: Question, columns: number, style: string): readonly Line[] {
  const {title, preview} = question;
  if (isPlan(question)) return wrap([{text: planAbove, style: ''}], columns);
  return reveal(preview?.output ?? preview?.summary ?? title)
    .trimEnd()
    .split('\n')
    .flatMap(text => wrap([{text, style}], columns));
}
