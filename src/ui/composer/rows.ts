/**
 * How a draft lies on the screen: its soft-wrapped rows, and where the caret stands among them. A row ends at a line
 * feed, or after the last space that fits, or, in a word longer than the row, between two characters.
 */
import {graphemes, isNarrow, width} from '../text/width.js';

/** Part of the draft on one row, as offsets into it; the line feed belongs to no row. */
export interface Row {
  readonly start: number;
  readonly end: number;
}

export interface CaretPlace {
  readonly row: number;
  readonly column: number;
}

/** A tab is shown as this many spaces. */
const tabWidth = 4;

export function shown(text: string): string {
  return text.replaceAll('\t', ' '.repeat(tabWidth));
}

function widthOf(grapheme: string): number {
  return grapheme === '\t' ? tabWidth : width(grapheme);
}

/** The rows of one line of the draft, which starts at `base`. Spaces that no longer fit hang at the row's end. */
function rowsOfLine(line: string, base: number, columns: number): Row[] {
  if (line.length <= columns && isNarrow(line)) return [{start: base, end: base + line.length}];
  const rows: Row[] = [];
  let start = 0;
  let used = 0;
  let at = 0;
  /** Behind the last space of this row, and the columns up to there. */
  let breakAt = 0;
  let usedAtBreak = 0;
  for (const grapheme of isNarrow(line) ? line : graphemes(line)) {
    const columnsOfGrapheme = widthOf(grapheme);
    // Twice, where the rest of a word behind a space is itself as long as the row.
    while (grapheme !== ' ' && used > 0 && used + columnsOfGrapheme > columns) {
      const isInWord = breakAt <= start;
      const end = isInWord ? at : breakAt;
      rows.push({start: base + start, end: base + end});
      used -= isInWord ? used : usedAtBreak;
      start = end;
    }
    at += grapheme.length;
    used += columnsOfGrapheme;
    if (grapheme === ' ') {
      breakAt = at;
      usedAtBreak = used;
    }
  }
  rows.push({start: base + start, end: base + at});
  return rows;
}

/** All rows of the draft; at least one. */
export function toRows(text: string, columns: number): readonly Row[] {
  const rows: Row[] = [];
  let base = 0;
  for (const line of text.split('\n')) {
    for (const row of rowsOfLine(line, base, columns)) rows.push(row);
    base += line.length + 1;
  }
  return rows;
}

/** Where the offset stands. At a soft break it belongs to the row that begins there. */
export function placeOf(text: string, rows: readonly Row[], offset: number, columns: number): CaretPlace {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = rows[low]?.start ?? 0;
  return {row: low, column: Math.min(columns, width(shown(text.slice(start, offset))))};
}

/** The offset in `row` nearest to `column`, never behind the row's last place. */
export function offsetAt(text: string, rows: readonly Row[], {row, column}: CaretPlace): number {
  const here = rows[row];
  if (!here) return text.length;
  const isSoftEnd = rows[row + 1]?.start === here.end;
  let used = 0;
  let offset = here.start;
  for (const grapheme of graphemes(text.slice(here.start, here.end))) {
    if (used + widthOf(grapheme) > column) break;
    if (isSoftEnd && offset + grapheme.length >= here.end) break;
    used += widthOf(grapheme);
    offset += grapheme.length;
  }
  return offset;
}
