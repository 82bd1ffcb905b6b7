/** A file's change as lines: number, sign, text. Between two hunks stands a mark for what was left out. */
import type {DiffLine, FileDiff} from '../core/types.js';
import {clean} from './text/clean.js';
import {truncate} from './text/width.js';
import {paint, type Theme} from './theme.js';

export function diffLines({hunks}: FileDiff, columns: number, theme: Theme): string[] {
  const {styles, glyphs} = theme;
  const last = Math.max(0, ...hunks.flatMap(hunk => hunk.map(numberOf)));
  const digits = String(last).length;
  return hunks.flatMap((hunk, index) => {
    const lines = hunk.map(line => diffLine(line, digits, columns, theme));
    return index === 0 ? lines : [paint(styles.dim, `${' '.repeat(digits)} ${glyphs.more}`), ...lines];
  });
}

function numberOf(line: DiffLine): number {
  return line.type === 'removed' ? line.before : line.after;
}

function diffLine(line: DiffLine, digits: number, columns: number, {styles, glyphs}: Theme): string {
  const number = paint(styles.dim, String(numberOf(line)).padStart(digits));
  const text = truncate(clean(line.text), columns - digits - 3, glyphs.ellipsis);
  switch (line.type) {
    case 'kept':
      return `${number}   ${paint(styles.dim, text)}`;
    case 'removed':
      return `${number} ${paint(styles.bad, `${glyphs.minus} ${text}`)}`;
    case 'added':
      return `${number} ${paint(styles.good, `+ ${text}`)}`;
    default:
      return line satisfies never;
  }
}
