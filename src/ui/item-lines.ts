/**
 * Items as terminal lines, the same while they are live and when they are printed. Replies keep their layout between
 * two frames; it is dropped with the item.
 */
import {callLines} from './call-lines.js';
import {cost, count, duration} from './format.js';
import type {EndItem, Item, NoticeItem, PromptItem, TextItem} from './items.js';
import {clean, cleanLine} from './text/clean.js';
import {createReplyText, type Layout, type ReplyText} from './text/reply-text.js';
import {toAnsi, wrap} from './text/styled.js';
import {truncate} from './text/width.js';
import {paint, type Theme} from './theme.js';

export interface ItemLayout extends Layout {
  readonly spinner: string;
  readonly now: number;
}

export interface ItemLines {
  /** The items as they are printed for good. `previous` is the type of what was printed last. */
  print(items: readonly Item[], previous: Item['type'] | null, layout: ItemLayout): string[];
  /** The last `rows` lines of the items as they stand now. */
  window(items: readonly Item[], previous: Item['type'] | null, layout: ItemLayout, rows: number): string[];
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
    print(items, previous, layout) {
      return separated(items, previous, item => {
        if (item.type !== 'text') return plainItemLines(item, layout);
        const text = replyText(item.id).lines(item.text, inner(layout), true);
        replies.delete(item.id);
        return marked(text, layout.theme);
      });
    },
    window(items, previous, layout, rows) {
      forget(replies, items);
      const lines = separated(items, previous, item => {
        if (item.type !== 'text') return plainItemLines(item, layout);
        const text = replyText(item.id);
        return marked(
          item.isWhole ? text.lines(item.text, inner(layout), false) : text.tail(item.text, inner(layout), rows + 1),
          layout.theme,
        );
      });
      return lines.slice(-rows);
    },
  };
}

function forget(replies: Map<string, ReplyText>, items: readonly Item[]): void {
  if (replies.size === 0) return;
  const live = new Set(items.map(({id}) => id));
  for (const id of replies.keys()) if (!live.has(id)) replies.delete(id);
}

/** A blank line between items; calls that follow each other stand together. */
function separated(
  items: readonly Item[],
  previous: Item['type'] | null,
  toLines: (item: Item) => readonly string[],
): string[] {
  const lines: string[] = [];
  let before = previous;
  for (const item of items) {
    const own = toLines(item);
    if (own.length === 0) continue;
    if (before !== null && !(before === 'call' && item.type === 'call')) lines.push('');
    for (const line of own) lines.push(line);
    before = item.type;
  }
  return lines;
}

function inner(layout: ItemLayout): Layout {
  return {...layout, columns: Math.max(10, layout.columns - 2)};
}

/** Reply lines behind their mark. */
function marked(lines: readonly string[], {styles, glyphs}: Theme): string[] {
  const mark = paint(styles.accent, glyphs.reply);
  return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : line === '' ? '' : `  ${line}`));
}

function plainItemLines(item: Exclude<Item, {readonly type: 'text'}> | TextItem, layout: ItemLayout): string[] {
  switch (item.type) {
    case 'prompt':
    case 'mail':
      return promptItemLines(item, layout);
    case 'text':
    case 'thinking':
      return thinkingLines(item, layout);
    case 'call':
      return callLines(item, layout);
    case 'notice':
      return noticeLines(item, layout);
    case 'end':
      return endLines(item, layout);
    default:
      return item satisfies never;
  }
}

function promptItemLines({type, text}: PromptItem, {columns, theme}: ItemLayout): string[] {
  const {styles, glyphs} = theme;
  const mark = paint(styles.accent, type === 'mail' ? glyphs.mail : glyphs.prompt);
  const all = clean(text).trimEnd().split('\n');
  const kept = all.length > promptLines + 1 ? all.slice(0, promptLines) : all;
  const lines = kept.flatMap(line => wrap([{text: line, style: styles.bold}], columns - 2)).map(toAnsi);
  const hidden = all.length - kept.length;
  if (hidden > 0) lines.push(paint(styles.dim, `${glyphs.ellipsis} + ${hidden} lines`));
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

function noticeLines({level, text}: NoticeItem, {columns, theme}: ItemLayout): string[] {
  const {styles} = theme;
  const style = level === 'error' ? styles.bad : level === 'warning' ? styles.waiting : styles.dim;
  return wrap([{text: clean(text), style}], columns - 2).map(line => `  ${toAnsi(line)}`);
}

function endLines({reason, durationMs, tokens, costUsd, message}: EndItem, layout: ItemLayout): string[] {
  const {styles, glyphs} = layout.theme;
  const figures = [duration(durationMs, true), `${count(tokens)} tok`, cost(costUsd)].join(` ${glyphs.dot} `);
  if (reason === 'completed') return [paint(styles.dim, `  ${figures}`)];
  if (reason === 'aborted')
    return [paint(styles.waiting, `  ${glyphs.stopped} interrupted`) + paint(styles.dim, ` ${glyphs.dot} ${figures}`)];
  const said = wrap([{text: clean(message || reason.replaceAll('_', ' ')), style: styles.bad}], layout.columns - 4);
  return [
    ...said.map((line, index) => `  ${index === 0 ? paint(styles.bad, glyphs.failed) : ' '} ${toAnsi(line)}`),
    paint(styles.dim, `  ${figures}`),
  ];
}
