/**
 * Rows of help: what is typed, and beside it what it does. What has no room beside it goes on below, and in a narrow
 * window stands there altogether: nothing is cut.
 */
import {span, wrap} from './text/styled.js';
import {pad, width} from './text/width.js';

/** What is typed, and what it does. */
export type HelpRow = readonly [typed: string, effect: string];

export const blankRow: HelpRow = ['', ''];

const gap = 2;
/** With fewer columns beside what is typed, effects stand below it. */
const leastEffect = 24;

/** Each row as lines of two cells; with two spaces between these, a line takes at most `columns`. */
export function wrapRows(rows: readonly HelpRow[], columns: number): readonly (readonly HelpRow[])[] {
  const widest = Math.max(0, ...rows.map(([typed]) => width(typed)));
  const beside = columns - widest - gap;
  if (beside >= leastEffect) {
    return rows.map(([typed, effect]) =>
      words(effect, beside).map((line, index): HelpRow => [pad(index === 0 ? typed : '', widest), line]),
    );
  }
  return rows.map(([typed, effect]) => [
    ...words(typed, columns).map((line): HelpRow => [line, '']),
    ...(effect === '' ? [] : words(effect, columns - 2 * gap).map((line): HelpRow => [' '.repeat(gap), line])),
  ]);
}

/** As plain text, a line a row if there is room for it. */
export function rowsText(rows: readonly HelpRow[], columns: number): string {
  return wrapRows(rows, columns)
    .flat()
    .map(([typed, effect]) => `${typed}${' '.repeat(gap)}${effect}`.trimEnd())
    .join('\n');
}

function words(text: string, columns: number): readonly string[] {
  return wrap([span(text)], columns).map(line => line.map(piece => piece.text).join(''));
}
