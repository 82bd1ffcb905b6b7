/**
 * Items as terminal lines, the same while they are live and when they are printed. Replies keep their layout between
 * two frames; it is dropped with the item.
 */
import {agentLines} from './agent-lines.js';
import {callLines} from './call-lines.js';
import {cost, count, duration, plural} from './format.js';
import type {AgentItem, EndItem, Item, MailItem, NoticeItem, TextItem} from './items.js';
import {clean, cleanLine} from './text/clean.js';
import {createReplyText, type Layout, type ReplyText} from './text/reply-text.js';
import {type Line, span, toAnsi, wrap} from './text/styled.js';
import {clip, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';

export interface ItemLayout extends Layout {
  readonly spinner: string;
  readonly now: number;
  /** In a pane mail tells whether it has arrived. */
  readonly isPane?: boolean;
  /** Calls are shown whole, and why they failed. */
  readonly isWhole?: boolean;
}

/** What was printed last. Calls of a single line and agents that ended follow each other directly; all else has a blank line before it. */
export type Printed = 'nothing' | 'line' | 'block';

export interface ItemLines {
  /** The items as they are printed for good, after what was printed before. */
  print(
    items: readonly Item[],
    before: Printed,
    layout: ItemLayout,
  ): {readonly lines: readonly string[]; readonly printed: Printed};
  /** The last lines of the items as they stand now, at most `rows`. */
  window(items: readonly Item[], before: Printed, layout: ItemLayout, rows: number): readonly string[];
}

/** Of a prompt, this many lines are shown again. */
const promptLines = 20;

export function createItemLines(): ItemLines {
  const replies = new Map<string, ReplyText>();

  const replyText = (id: string): ReplyText => {
    const known = replies.get(id) ?? createReplyText();
    replies.set(id, known);
    return known;
  };

  return {
    print(items, before, layout) {
      return separated(items, before, layout, item => {
        if (item.type !== 'text') return plainItemLines(item, layout);
        const text = replyText(item.id).lines(item.text, inner(layout));
        replies.delete(item.id);
        return marked(text, layout.theme);
      });
    },
    window(items, before, layout, rows) {
      forget(replies, items);
      if (rows <= 0) return [];
      let above = 0;
      const {lines} = separated(items, before, layout, item => {
        if (item.type !== 'text') return plainItemLines(item, layout);
        const tail = replyText(item.id).tail(item.text, inner(layout), rows + 1);
        above += tail.above;
        return marked(tail.lines, layout.theme);
      });
      if (lines.length <= rows) return lines;
      if (rows === 1) return lines.slice(-1);
      const shown = lines.slice(lines.length - rows + 1);
      const separator = lines[0] === '' ? 1 : 0;
      return [hiddenLine(above + lines.length - separator - shown.length, layout), ...shown];
    },
  };
}

/** What is cut off at the top is only hidden: where it can be read. In a pane a blank line stands for it. */
function hiddenLine(hidden: number, {isPane, columns, theme}: ItemLayout): string {
  if (isPane) return '';
  const {styles, glyphs} = theme;
  const said = `  ${glyphs.ellipsis} + ${plural(hidden, 'line')} ${glyphs.dot} ctrl-o`;
  return paint(styles.dim, truncate(said, columns, glyphs.ellipsis));
}

function forget(replies: Map<string, ReplyText>, items: readonly Item[]): void {
  if (replies.size === 0) return;
  const live = new Set(items.map(({id}) => id));
  for (const id of replies.keys()) if (!live.has(id)) replies.delete(id);
}

function separated(
  items: readonly Item[],
  before: Printed,
  {columns, theme}: ItemLayout,
  toLines: (item: Item) => readonly string[],
): {readonly lines: readonly string[]; readonly printed: Printed} {
  const lines: string[] = [];
  let printed = before;
  for (const item of items) {
    const own = toLines(item);
    if (own.length === 0) continue;
    const isRow = item.type === 'call' || item.type === 'agent';
    if (printed === 'block' || (printed === 'line' && !isRow)) lines.push('');
    for (const line of own) lines.push(clip(line, columns, theme.glyphs.ellipsis));
    printed = isRow && (own.length === 1 || endOf(item) !== null) ? 'line' : 'block';
  }
  return {lines, printed};
}

function inner(layout: ItemLayout): Layout {
  return {...layout, columns: Math.max(10, layout.columns - width(layout.theme.glyphs.reply) - 1)};
}

/** Reply lines behind their mark. */
function marked(lines: readonly string[], {styles, glyphs}: Theme): string[] {
  const mark = paint(styles.accent, glyphs.reply);
  return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : line === '' ? '' : `  ${line}`));
}

/** What an agent came to, as an item of its own or as the call that waited for it. */
function endOf(item: Item): AgentItem | null {
  if (item.type === 'agent') return item;
  return item.type === 'call' ? (item.agent?.end ?? null) : null;
}

function plainItemLines(item: Exclude<Item, {readonly type: 'text'}> | TextItem, layout: ItemLayout): string[] {
  switch (item.type) {
    case 'prompt':
      return saidLines(item.text, layout.theme.glyphs.prompt, layout);
    case 'mail':
      return mailLines(item, layout);
    case 'text':
    case 'thinking':
      return thinkingLines(item, layout);
    case 'call':
      return item.agent?.end ? agentLines(item.agent.end, layout) : callLines(item, layout);
    case 'agent':
      return agentLines(item, layout);
    case 'notice':
      return noticeLines(item, layout);
    case 'end':
      return endLines(item, layout);
    default:
      return item satisfies never;
  }
}

function mailLines({text, state}: MailItem, layout: ItemLayout): string[] {
  const {styles, glyphs} = layout.theme;
  const lines = saidLines(text, glyphs.mail, layout);
  if (!layout.isPane) return lines;
  const told = paint(styles.dim, ` ${glyphs.dot} ${state === 'undelivered' ? 'not delivered' : state}`);
  return lines.map((line, index) => (index === lines.length - 1 ? line + told : line));
}

/** What a person or another agent said, behind its mark. */
function saidLines(text: string, glyph: string, {columns, theme}: ItemLayout): string[] {
  const {styles, glyphs} = theme;
  const mark = paint(styles.accent, glyph);
  const all = clean(text).trimEnd().split('\n');
  const lines = all
    .slice(0, promptLines)
    .flatMap(line => wrap([{text: line.slice(0, promptLines * columns), style: styles.bold}], columns - 2))
    .slice(0, promptLines)
    .map(toAnsi);
  if (all.length > promptLines) {
    lines.push(paint(styles.dim, `${glyphs.ellipsis} + ${plural(all.length - promptLines, 'line')}`));
  } else if (lines.length === promptLines) lines.push(paint(styles.dim, glyphs.ellipsis));
  return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : `  ${line}`));
}

/** Thinking stays a line: its beginning once it is whole, its end while it streams. */
function thinkingLines({text, isWhole}: TextItem, {columns, theme}: ItemLayout): string[] {
  const {styles, glyphs} = theme;
  const lines = clean(text)
    .split('\n')
    .filter(line => line.trim() !== '');
  const line = cleanLine((isWhole ? lines[0] : lines.at(-1)) ?? '').replace(/^[*#\s]+|\*+$/g, '');
  if (line === '') return [];
  return [paint(styles.dim, `${glyphs.more} ${truncate(line, columns - 2, glyphs.ellipsis)}`)];
}

/** Columns of a notice's line. */
export function noticeColumns(columns: number): number {
  return columns - 2;
}

function noticeLines({level, text}: NoticeItem, {columns, theme}: ItemLayout): string[] {
  const {styles} = theme;
  const style = level === 'error' ? styles.bad : level === 'warning' ? styles.waiting : styles.dim;
  return wrap([{text: clean(text), style}], noticeColumns(columns)).map(line => `  ${toAnsi(line)}`);
}

function endLines(
  {reason, durationMs, tokens, costUsd, message, agents}: EndItem,
  {columns, theme}: ItemLayout,
): string[] {
  const {styles, glyphs} = theme;
  const withAgents = agents === 0 ? [] : [`with ${plural(agents, 'agent')}`];
  const figures = span(
    [duration(durationMs, true), `${count(tokens)} tok`, cost(costUsd), ...withAgents].join(` ${glyphs.dot} `),
    styles.dim,
  );
  const indented = (line: Line): string[] => wrap(line, columns - 2).map(part => `  ${toAnsi(part)}`);
  if (reason === 'completed') return indented([figures]);
  if (reason === 'aborted')
    return indented([
      span(`${glyphs.stopped} interrupted`, styles.waiting),
      span(` ${glyphs.dot} `, styles.dim),
      figures,
    ]);
  const said = wrap([span(clean(message || reason.replaceAll('_', ' ')), styles.bad)], columns - 4);
  return [
    ...said.map((line, index) => `  ${index === 0 ? paint(styles.bad, glyphs.failed) : ' '} ${toAnsi(line)}`),
    ...indented([figures]),
  ];
}
