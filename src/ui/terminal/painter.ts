/**
 * Turns frames into terminal bytes. The live region is the last lines on the terminal; a paint writes only the lines
 * that changed, moves with relative steps inside the region, and never clears the screen. Lines given as `above` go
 * out first and belong to the scrollback from then on. What is written is one string, inside a synchronized update.
 * Erased is row by row: where "erase below" starts at the top of the screen, tmux takes it for a clear-screen and saves
 * what stood there to the scrollback.
 */
import {graphemes, isNarrow, width, withoutStyles} from '../text/width.js';

/** Where the caret stands: `fromBottom` 0 is the frame's last line; `column` counts from 0. */
export interface Caret {
  readonly fromBottom: number;
  readonly column: number;
}

export interface Frame {
  /** Terminal text, one string a line, each at most as wide as the terminal. */
  readonly lines: readonly string[];
  readonly caret: Caret | null;
}

export interface Painter {
  /** The bytes that bring the terminal from the last frame to this one; empty if nothing changed. */
  paint(frame: Frame, above?: readonly string[]): string;
  /** The bytes that wipe the region after the window changed; the next paint draws it anew. */
  resize(size: {readonly columns: number; readonly rows: number}): string;
  /** The bytes that wipe the region and leave the cursor, visible, where it began. */
  erase(): string;
}

export interface PainterOptions {
  readonly columns: number;
  readonly rows: number;
  readonly reflows: boolean;
}

const beginUpdate = '\x1b[?2026h';
const endUpdate = '\x1b[?2026l';
const showCursor = '\x1b[?25h';
const hideCursor = '\x1b[?25l';
const eraseLine = '\x1b[K';
const saveCursor = '\x1b7';
const restoreCursor = '\x1b8';

/** Erases so many rows from the cursor's on; those below the screen's last do not exist. The cursor is in the last one then. */
function eraseRows(count: number): string {
  return Array.from({length: count}, () => eraseLine).join('\x1b[B');
}

/** Rows that a line takes once the terminal has wrapped it. */
function wrappedRows(line: string, columns: number): number {
  const text = withoutStyles(line);
  if (isNarrow(text)) return Math.max(1, Math.ceil(text.length / columns));
  let rows = 1;
  let used = 0;
  for (const grapheme of graphemes(text)) {
    const wide = width(grapheme);
    if (used + wide > columns) {
      rows += 1;
      used = 0;
    }
    used += wide;
  }
  return rows;
}

export function createPainter({columns, rows, reflows}: PainterOptions): Painter {
  let size = {columns, rows};
  /** What stands in the region, and where in it the cursor is. */
  let shown: readonly string[] = [];
  let row = 0;
  /** -1: wherever the last written line ended. */
  let column = 0;
  let visible = true;

  /** The tail that keeps the region below the terminal's height. */
  const tail = (lines: readonly string[]): readonly string[] => lines.slice(-Math.max(1, size.rows - 1));

  const moveTo = (target: number): string => {
    const step = target - row;
    row = target;
    return `\r${step < 0 ? `\x1b[${-step}A` : step > 0 ? `\x1b[${step}B` : ''}`;
  };

  const drawLines = (target: readonly string[]): string => {
    let bytes = '';
    /** The last row that exists on the terminal; below it only a line feed leads on. */
    let last = Math.max(shown.length - 1, 0);
    for (const [index, line] of target.entries()) {
      if (index < shown.length && shown[index] === line) continue;
      if (index > last) {
        bytes += `${row === last ? '' : moveTo(last)}\r\n${line}`;
        last = index;
        row = index;
      } else bytes += moveTo(index) + eraseLine + line;
    }
    if (target.length < shown.length) {
      bytes += moveTo(target.length) + eraseRows(shown.length - target.length);
      row = shown.length - 1;
    }
    return bytes;
  };

  /** Unseen it waits at the region's top: of a window that gets lower, terminals drop first what is below the cursor. */
  const placeCursor = (caret: Caret | null, height: number): string => {
    const target = caret ? Math.max(0, height - 1 - caret.fromBottom) : 0;
    const wanted = caret?.column ?? 0;
    if (target === row && wanted === column) return '';
    column = wanted;
    return moveTo(target) + (column > 0 ? `\x1b[${column}C` : '');
  };

  return {
    paint({lines, caret}, above = []) {
      const next = tail(lines);
      const drawn = drawLines([...above, ...next]);
      if (drawn !== '') column = -1;
      row -= above.length;
      shown = next;
      const moved = placeCursor(caret, next.length);
      if (drawn === '' && moved === '' && visible === (caret !== null)) return '';
      const hide = visible ? hideCursor : '';
      visible = caret !== null;
      return `${beginUpdate}${hide}${drawn}${moved}${visible ? showCursor : ''}${endUpdate}`;
    },
    resize(next) {
      const wrapped = shown.slice(0, row).reduce((sum, line) => sum + wrappedRows(line, next.columns), 0);
      const up = reflows ? wrapped + Math.floor(column / next.columns) : row;
      size = next;
      shown = [];
      row = 0;
      column = 0;
      return `\r${up > 0 ? `\x1b[${up}A` : ''}${saveCursor}${eraseRows(size.rows)}${restoreCursor}`;
    },
    erase() {
      const wiped = moveTo(0) + eraseRows(shown.length);
      row = Math.max(0, shown.length - 1);
      const bytes = wiped + moveTo(0) + (visible ? '' : showCursor);
      shown = [];
      column = 0;
      visible = true;
      return bytes;
    },
  };
}
