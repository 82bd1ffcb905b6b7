/**
 * A reply's markdown as lines while it grows. Blocks that are complete are laid out once and kept; only the last one
 * is read anew with each piece. What was shown while it streamed is what is printed in the end, line for line.
 */
import type {Token, Tokens} from 'marked';
import type {Theme} from '../theme.js';
import {clean} from './clean.js';
import {type Language, languageOf} from './languages.js';
import {blockLines, type MarkdownContext} from './markdown.js';
import {type Line, toAnsi, wrap} from './styled.js';

/** What lays out markdown. Code is coloured once its language is loaded, and waits for that when it is complete. */
export interface Markdown {
  readonly lex: (text: string) => readonly Token[];
  /** Null as long as the language is not loaded. */
  highlight(code: string, language: Language, theme: Theme): readonly Line[] | null;
  /** Whether the language is there; loads it if not. */
  isReady(language: Language): boolean;
}

export interface Layout {
  readonly columns: number;
  readonly theme: Theme;
  readonly markdown: Markdown | null;
}

/** Line ends are line feeds. */
export interface ReplyText {
  /** All lines of the whole text. */
  lines(text: string, layout: Layout): readonly string[];
  /** The last lines of the text so far, and how many are above them. */
  tail(text: string, layout: Layout, rows: number): Tail;
}

export interface Tail {
  readonly lines: readonly string[];
  readonly above: number;
}

/**
 * Whether a text is still the one that was laid out is told from so many characters: what was streamed differs from
 * what the block holds in the end only when pieces got lost, and then everything behind them has moved.
 */
const comparedEnding = 256;

export function createReplyText(): ReplyText {
  let finished: string[] = [];
  /** Length of the text's beginning whose lines are in `finished`, and how that ended. */
  let consumed = 0;
  let ending = '';
  let columns = 0;

  const contextOf = ({columns, theme, markdown}: Layout): MarkdownContext => ({
    columns,
    theme,
    highlight: (code, language) => markdown?.highlight(code, language, theme) ?? null,
  });

  /** Lays out what is complete; returns the blocks that are not. */
  const advance = (text: string, layout: Layout, markdown: Markdown): readonly Token[] => {
    if (layout.columns !== columns || !text.startsWith(ending, consumed - ending.length)) {
      finished = [];
      consumed = 0;
      ending = '';
      columns = layout.columns;
    }
    const tokens = markdown.lex(text.slice(consumed));
    const last = tokens.findLastIndex(({type}) => type !== 'space');
    let index = 0;
    for (; index < last; index++) {
      const token = tokens[index];
      if (token === undefined || !text.startsWith(token.raw, consumed) || isWaiting(token, markdown)) break;
      if (token.type === 'list' && isLastLine(text.slice(consumed + token.raw.length))) break;
      append(blockLines([token], contextOf(layout)));
      consumed += token.raw.length;
      ending = text.slice(Math.max(0, consumed - comparedEnding), consumed);
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
      const open = advance(text, layout, layout.markdown);
      return joined(blockLines(open, contextOf(layout)));
    },
    tail(text, layout, rows) {
      const {markdown} = layout;
      if (!markdown) return tailOf(plainLines(text, layout), rows, 0);
      const open = advance(text, layout, markdown).map(token => lastOf(token, rows));
      const left = open.reduce((sum, {leftOut}) => sum + leftOut, 0);
      return tailOf(
        joined(
          blockLines(
            open.map(({token}) => token),
            contextOf(layout),
          ),
        ),
        rows,
        left,
      );
    },
  };
}

function tailOf(lines: readonly string[], rows: number, leftOut: number): Tail {
  const shown = lines.slice(-rows);
  return {lines: shown, above: leftOut + lines.length - shown.length};
}

function plainLines(text: string, {columns}: Layout): readonly string[] {
  const said = clean(text).trim();
  return said === '' ? [] : wrap([{text: said, style: ''}], columns).map(toAnsi);
}

function isWaiting(token: Token, markdown: Markdown): boolean {
  const language = token.type === 'code' ? languageOf((token as Tokens.Code).lang) : null;
  return language !== null && !markdown.isReady(language);
}

/** Nothing but a line that is still being written. After a list a `1` may yet become `1. ` and its next item. */
function isLastLine(rest: string): boolean {
  return !/\S[^\n]*\n/.test(rest);
}

/** A long block of code, cut to its last lines: only these are in the window while it streams. */
function lastOf(token: Token, rows: number): {readonly token: Token; readonly leftOut: number} {
  if (token.type !== 'code' || token.text.length < rows * 40) return {token, leftOut: 0};
  const lines = token.text.split('\n');
  const kept = lines.slice(-rows);
  return {token: {...token, text: kept.join('\n')}, leftOut: lines.length - kept.length};
}
