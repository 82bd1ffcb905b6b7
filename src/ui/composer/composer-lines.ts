/** The draft as lines, a window around the caret when it is long, and where the caret stands in them. */
import {clean} from '../text/clean.js';
import type {Composer} from './composer.js';
import {placeOf, shown, toRows} from './rows.js';

export interface ComposerLines {
  readonly lines: readonly string[];
  /** Within `lines`. */
  readonly caret: {readonly row: number; readonly column: number};
  /** Rows of the whole draft. */
  readonly height: number;
  /** Rows above the window. */
  readonly above: number;
}

export function composerLines({text, caret}: Composer, columns: number, rows: number): ComposerLines {
  const all = toRows(text, columns);
  const place = placeOf(text, all, caret, columns);
  const above = Math.max(0, Math.min(place.row - (rows >> 1), all.length - rows));
  const lines = all.slice(above, above + rows).map(({start, end}) => clean(shown(text.slice(start, end))));
  return {lines, caret: {row: place.row - above, column: place.column}, height: all.length, above};
}
