/**
 * Markdown tokens as terminal lines of a given width: headings, paragraphs, lists, quotes, code, tables, rules. What
 * is not understood is shown as it was written.
 */
import type {Token, Tokens} from 'marked';
import {paint, type Theme} from '../theme.js';
import {clean} from './clean.js';
import {toSpans} from './inline.js';
import {type Language, languageOf} from './languages.js';
import {type Line, type Span, toAnsi, wrap} from './styled.js';
import {tableLines} from './table.js';

export interface MarkdownContext {
  readonly columns: number;
  readonly theme: Theme;
  /** Colours code, line by line; null where it cannot. */
  readonly highlight: (code: string, language: Language) => readonly Line[] | null;
}

/** The lines of top-level blocks, a blank line between each two. */
export function blockLines(tokens: readonly Token[], context: MarkdownContext): string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.type === 'space' || token.type === 'def') continue;
    if (lines.length > 0) lines.push('');
    lines.push(...tokenLines(token, context));
  }
  return lines;
}

function tokenLines(token: Token, context: MarkdownContext): string[] {
  const {theme, columns} = context;
  switch (token.type) {
    case 'heading':
      return wrapped(toSpans(token.tokens ?? [], theme, theme.styles.heading), columns);
    case 'paragraph':
    case 'text':
      return wrapped(toSpans(token.tokens ?? [token], theme), columns);
    case 'list':
      return listLines(token as Tokens.List, context);
    case 'code':
      return codeLines(token as Tokens.Code, context);
    case 'blockquote':
      return quoteLines(token as Tokens.Blockquote, context);
    case 'table':
      return tableLines(token as Tokens.Table, columns, theme);
    case 'hr':
      return [paint(theme.styles.dim, theme.glyphs.rule.repeat(Math.min(columns, 40)))];
    default:
      return clean(token.raw)
        .trimEnd()
        .split('\n')
        .flatMap(text => wrapped([{text, style: ''}], columns));
  }
}

function wrapped(spans: readonly Span[], columns: number): string[] {
  return wrap(spans, columns).map(toAnsi);
}

function listLines({items, ordered, start, loose}: Tokens.List, context: MarkdownContext): string[] {
  const first = start === '' ? 1 : start;
  const numberWidth = String(first + items.length - 1).length;
  return items.flatMap((item, index) => {
    const mark = ordered ? `${String(first + index).padStart(numberWidth)}.` : context.theme.glyphs.bullet;
    const box = item.task ? (item.checked ? '[x] ' : '[ ] ') : '';
    const head = `${paint(context.theme.styles.dim, mark)} ${box}`;
    const indent = mark.length + 1 + box.length;
    const inner = itemLines(item, {...context, columns: Math.max(10, context.columns - indent)});
    const lines = (inner.length > 0 ? inner : ['']).map((line, row) =>
      row === 0 ? head + line : line === '' ? '' : ' '.repeat(indent) + line,
    );
    return loose && index > 0 ? ['', ...lines] : lines;
  });
}

/** An item's blocks; in a tight list they follow each other without blank lines. */
function itemLines(item: Tokens.ListItem, context: MarkdownContext): string[] {
  return item.loose
    ? blockLines(
        item.tokens.filter(({type}) => type !== 'checkbox'),
        context,
      )
    : item.tokens
        .filter(({type}) => type !== 'space' && type !== 'checkbox')
        .flatMap(token => tokenLines(token, context));
}

function codeLines({text, lang}: Tokens.Code, {theme, columns, highlight}: MarkdownContext): string[] {
  const code = clean(text);
  const plain = (): Line[] => code.split('\n').map(line => [{text: line, style: lang ? '' : theme.styles.code}]);
  const language = languageOf(lang);
  return ((language && highlight(code, language)) ?? plain())
    .flatMap(line => wrap(line, Math.max(10, columns - 2)))
    .map(line => (line.length === 0 ? '' : `  ${toAnsi(line)}`));
}

function quoteLines({tokens}: Tokens.Blockquote, context: MarkdownContext): string[] {
  const {theme, columns} = context;
  const bar = paint(theme.styles.dim, theme.glyphs.bar);
  return blockLines(tokens, {...context, columns: Math.max(10, columns - 2)}).map(line => `${bar} ${line}`);
}
