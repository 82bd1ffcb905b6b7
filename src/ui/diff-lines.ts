/**
 * A file's change as lines: number, sign, text. Between two hunks stands a mark for what was left out, and behind the
 * last how many changed lines a bounded diff does not show.
 */
import type {DiffLine, FileDiff} from '../core/types.js';
import {plural} from './format.js';
import {reveal} from './text/reveal.js';
import {wrap} from './text/styled.js';
import {truncate} from './text/width.js';
import {paint, type Theme} from './theme.js';

/** A row of a change: a line of the file, the rest of one too long for a row, or a remark on what is left out. */
interface Row {
  readonly type: DiffLine['type'] | 'gap' | 'rest';
  /** Empty where the line before goes on. */
  readonly number: string;
  readonly text: string;
}

/** What has no room on its line is cut off. */
export function diffLines(diff: FileDiff, columns: number, theme: Theme): string[] {
  const room = columns - digitsOf(diff) - 3;
  return toLines(diff, text => [truncate(text, room, theme.glyphs.ellipsis)], theme);
}

/** What has no room on its line goes on below. */
export function wholeDiffLines(diff: FileDiff, columns: number, theme: Theme): string[] {
  return toLines(diff, wrapped(diff, columns), theme);
}

/** How many lines `wholeDiffLines` gives. */
export function wholeDiffHeight(diff: FileDiff, columns: number): number {
  return rowsOf(diff, wrapped(diff, columns)).length;
}

type ToParts = (text: string) => readonly string[];

function wrapped(diff: FileDiff, columns: number): ToParts {
  const room = columns - digitsOf(diff) - 3;
  return text => wrap([{text, style: ''}], room).map(spans => spans.map(span => span.text).join(''));
}

function digitsOf({hunks}: FileDiff): number {
  return String(Math.max(0, ...hunks.flatMap(hunk => hunk.map(numberOf)))).length;
}

function numberOf(line: DiffLine): number {
  return line.type === 'removed' ? line.before : line.after;
}

function rowsOf({hunks, added, removed}: FileDiff, toParts: ToParts): readonly Row[] {
  const shown = hunks.flat().filter(({type}) => type !== 'kept').length;
  const hidden = added + removed - shown;
  const rows = hunks.flatMap((hunk, index): readonly Row[] => [
    ...(index === 0 ? [] : [{type: 'gap' as const, number: '', text: ''}]),
    ...hunk.flatMap(line =>
      toParts(reveal(line.text)).map((text, part) => ({
        type: line.type,
        number: part === 0 ? String(numberOf(line)) : '',
        text,
      })),
    ),
  ]);
  return hidden > 0 ? [...rows, {type: 'rest', number: '', text: `${plural(hidden, 'changed line')} not shown`}] : rows;
}

function toLines(diff: FileDiff, toParts: ToParts, theme: Theme): string[] {
  const digits = digitsOf(diff);
  return rowsOf(diff, toParts).map(row => rowLine(row, digits, theme));
}

function rowLine({type, number, text}: Row, digits: number, {styles, glyphs}: Theme): string {
  const place = number === '' ? ' '.repeat(digits) : paint(styles.dim, number.padStart(digits));
  const sign = (glyph: string): string => (number === '' ? ' ' : glyph);
  switch (type) {
    case 'kept':
      return `${place}   ${paint(styles.dim, text)}`;
    case 'removed':
      return `${place} ${paint(styles.bad, `${sign(glyphs.minus)} ${text}`)}`;
    case 'added':
      return `${place} ${paint(styles.good, `${sign('+')} ${text}`)}`;
    case 'gap':
      return paint(styles.dim, `${place} ${glyphs.more}`);
    case 'rest':
      return paint(styles.waiting, `${place} ${glyphs.ellipsis} + ${text}`);
    default:
      return type satisfies never;
  }
}
