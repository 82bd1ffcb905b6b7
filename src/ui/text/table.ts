/** Markdown tables with aligned columns; what does not fit is shared out, and cells wrap. */
import type {Tokens} from 'marked';
import {paint, type Theme} from '../theme.js';
import {toSpans} from './inline.js';
import {type Line, lineWidth, toAnsi, wrap} from './styled.js';

const gap = 2;
const narrowest = 6;

export function tableLines(table: Tokens.Table, columns: number, theme: Theme): string[] {
  const head = table.header.map(cell => toSpans(cell.tokens, theme, theme.styles.bold));
  const body = table.rows.map(row => row.map(cell => toSpans(cell.tokens, theme)));
  const natural = head.map((cell, index) =>
    Math.max(1, lineWidth(cell), ...body.map(row => lineWidth(row[index] ?? []))),
  );
  const widths = share(natural, columns - gap * (natural.length - 1));
  const rule = widths.map(size => theme.glyphs.rule.repeat(size)).join(' '.repeat(gap));
  return [
    ...rowLines(head, widths, table.align),
    paint(theme.styles.dim, rule),
    ...body.flatMap(row => rowLines(row, widths, table.align)),
  ];
}

/** Gives narrow columns what they need and divides the rest among the wide ones. */
function share(natural: readonly number[], room: number): readonly number[] {
  let left = room;
  let open = natural.length;
  const widths = new Array<number>(natural.length).fill(0);
  const byWidth = natural.map((_, index) => index).sort((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0));
  for (const index of byWidth) {
    const fair = Math.max(narrowest, Math.floor(left / open));
    widths[index] = Math.min(natural[index] ?? 0, fair);
    left -= widths[index];
    open -= 1;
  }
  return widths;
}

function rowLines(cells: readonly Line[], widths: readonly number[], align: Tokens.Table['align']): string[] {
  const wrapped = widths.map((size, index) => wrap(cells[index] ?? [], size));
  const height = Math.max(...wrapped.map(({length}) => length));
  return Array.from({length: height}, (_, row) =>
    wrapped
      .map((lines, index) => aligned(lines[row] ?? [], widths[index] ?? 0, align[index] ?? null))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

function aligned(line: Line, size: number, align: 'center' | 'left' | 'right' | null): string {
  const free = Math.max(0, size - lineWidth(line));
  const before = align === 'right' ? free : align === 'center' ? Math.floor(free / 2) : 0;
  return ' '.repeat(before) + toAnsi(line) + ' '.repeat(free - before);
}
