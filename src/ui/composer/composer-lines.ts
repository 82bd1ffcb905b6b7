/** The draft as lines, a window around the caret when it is long, and where the caret stands in them. */
import type {Composer} from './composer.js';
import {placeOf, type Row, shown, toRows} from './rows.js';

export interface ComposerLines {
  readonly lines: readonly string[];
  /** Within `lines`. */
  readonly caret: {readonly row: number; readonly column: number};
}

/** Rows by draft: a frame in which only other parts change does not lay a long draft out again. */
const known = new WeakMap<Composer, {readonly columns: number; readonly rows: readonly Row[]}>();

function rowsOf(composer: Composer, columns: number): readonly Row[] {
  const before = known.get(composer);
  if (before?.columns === columns) return before.rows;
  const rows = toRows(composer.text, columns);
  known.set(composer, {columns, rows});
  return rows;
}

/** Rows the whole draft takes. */
export function composerHeight(composer: Composer, columns: number): number {
  return rowsOf(composer, columns).length;
}

/** At most `height` lines, the caret's among them. */
export function composerLines(composer: Composer, columns: number, height: number): ComposerLines {
  const {text, caret} = composer;
  const rows = rowsOf(composer, columns);
  const place = placeOf(text, rows, caret, columns);
  const above = Math.max(0, Math.min(place.row - (height >> 1), rows.length - height));
  return {
    lines: rows.slice(above, above + height).map(({start, end}) => shown(text.slice(start, end))),
    caret: {row: place.row - above, column: place.column},
  };
}
