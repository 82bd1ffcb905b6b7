/**
 * A reply's markdown as lines while it grows. Blocks that are complete are laid out once and kept; only the last one
 * is read anew with each piece. What was shown while it streamed is what is printed in the end, line for line.
 */
import type {Token, Tokens} from 'marked';
import type {Theme} from '../theme.js';
import {clean} from './clean.js';
import type * as Highlight from './highlight.js';
import {blockLines, languageOf, type MarkdownContext} from './markdown.js';
import {toAnsi, wrap} from './styled.js';

/** What renders markdown; null until it is loaded. */
export interface Markdown {
  readonly lex: (text: string) => readonly Token[];
  /** Null until it is loaded. */
  readonly highlight: typeof Highlight.highlight | null;
  /** Called when a reply turns out to hold code; what waits for it is laid out once `highlight` is there. */
  wantHighlight(): void;
}

export interface Layout {
  readonly columns: number;
  readonly theme: Theme;
  readonly markdown: Markdown | null;
}

export interface ReplyText {
  /** All lines of the whole text. */
  lines(text: string, layout: Layout): readonly string[];
  /** The last lines of the text so far. */
  tail(text: string, layout: Layout, rows: number): readonly string[];
}

/** A fenced block with a language is what highlighting is loaded for. */
export function hasCode(text: string): boolean {
  return /^ {0,3}(?:```|~~~)[^\S\n]*\w/m.test(text);
}

export function createReplyText(): ReplyText {
  let finished: string[] = [];
  /** The beginning of the text, whose lines are in `finished`. */
  let consumed = '';
  let columns = 0;

  const contextOf = ({columns, theme, markdown}: Layout): MarkdownContext => ({
    columns,
    theme,
    highlight: (code, language) => markdown?.highlight?.(code, language, theme) ?? null,
  });

  /** Lays out what is complete; returns the blocks that are not. */
  const advance = (text: string, layout: Layout, markdown: Markdown): readonly Token[] => {
    if (layout.columns !== columns || !text.startsWith(consumed)) {
      finished = [];
      consumed = '';
      columns = layout.columns;
    }
    const tokens = markdown.lex(text.slice(consumed.length));
    const last = tokens.findLastIndex(({type}) => type !== 'space');
    let index = 0;
    for (; index < last; index++) {
      const token = tokens[index];
      if (token === undefined || !text.startsWith(token.raw, consumed.length) || isWaiting(token, markdown)) break;
      append(blockLines([token], contextOf(layout)));
      consumed = text.slice(0, consumed.length + token.raw.length);
    }
    return tokens.slice(index);
  };

  const append = (lines: readonly string[]): void => {
    if (finished.length > 0 && lines.length > 0) finished.push('');
    for (const line of lines) finished.push(line);
  };

  const joined = (open: readonly string[]): readonly string[] =>
    open.length === 0 ? finished : finished.length === 0 ? open : [...finished, '', ...open];

  return {
    lines(text, layout) {
      if (!layout.markdown) return plainLines(text, layout);
      const open = advance(normalised(text), layout, layout.markdown);
      return joined(blockLines(open, contextOf(layout)));
    },
    tail(text, layout, rows) {
      const {markdown} = layout;
      if (!markdown) return plainLines(text, layout).slice(-rows);
      const open = advance(normalised(text), layout, markdown).map(token => lastOf(token, rows));
      return joined(blockLines(open, contextOf(layout))).slice(-rows);
    },
  };
}

function plainLines(text: string, {columns}: Layout): readonly string[] {
  const said = clean(text).trim();
  return said === '' ? [] : wrap([{text: said, style: ''}], columns).map(toAnsi);
}

function normalised(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function isWaiting(token: Token, {highlight, wantHighlight}: Markdown): boolean {
  if (highlight || token.type !== 'code' || languageOf((token as Tokens.Code).lang) === '') return false;
  wantHighlight();
  return true;
}

/** A long block of code, cut to its last lines: only these are in the window while it streams. */
function lastOf(token: Token, rows: number): Token {
  if (token.type !== 'code' || token.text.length < rows * 40) return token;
  return {...token, text: token.text.split('\n').slice(-rows).join('\n')};
}
