/**
 * Turns frames into terminal bytes. The live region is the last lines on the terminal; a paint writes only the lines
 * that changed, in one synchronized update, and never clears the screen. Lines given as `above` go out first and belong
 * to the scrollback from then on. A frame may arrive when the window is another already than the one it was made for:
 * so its rows are clipped rather than wrapped, and from the region's top on a frame depends on nothing that stands there.
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
  /** Whether a narrower window pushes as many rows into the scrollback as were wrapped, also where rows are free below. */
  readonly pushesUp: boolean;
}

const beginUpdate = '\x1b[?2026h';
const endUpdate = '\x1b[?2026l';
const showCursor = '\x1b[?25h';
const hideCursor = '\x1b[?25l';
const eraseLine = '\x1b[K';
const wrapOff = '\x1b[?7l';
const wrapOn = '\x1b[?7h';

/**
 * Comes back to where the cursor is. Steps would not: those that the screen's edge cuts short are not cut short on the
 * way back. `bytes` must not scroll.
 */
function fromHere(bytes: string): string {
  return `\x1b7${bytes}\x1b8`;
}

/** Erases so many rows from the cursor's on; those below the screen's last do not exist. */
function wipe(rows: number): string {
  return fromHere(Array.from({length: rows}, () => eraseLine).join('\x1b[B'));
}

/** Makes sure that there are so many rows from the cursor's on: the screen scrolls if it has to, and the cursor with it. */
function makeRoom(rows: number): string {
  return rows > 1 ? `${'\n'.repeat(rows - 1)}\x1b[${rows - 1}A` : '';
}

/** The lines that differ from what is shown, in their rows from where `start` leads; empty if none does. */
function drawChanged(lines: readonly string[], shown: readonly string[], start: string): string {
  let bytes = '';
  let row = 0;
  for (let index = 0; index < Math.max(lines.length, shown.length); index++) {
    const line = lines[index] ?? '';
    if (index < shown.length && shown[index] === line) continue;
    bytes += `${index > row ? `\r\x1b[${index - row}B` : ''}${eraseLine}${line}`;
    row = index;
  }
  return bytes === '' ? '' : fromHere(start + wrapOff + bytes + wrapOn);
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

export function createPainter({columns, rows, reflows, pushesUp}: PainterOptions): Painter {
  let size = {columns, rows};
  /** What stands in the region, and where in it the cursor waits. */
  let shown: readonly string[] = [];
  let row = 0;
  let column = 0;
  let visible = true;
  /** The region stands on the screen's last rows, and the free ones between the cursor and its top belong to it. */
  let isLow = false;

  /** The tail that keeps the region below the terminal's height. */
  const tail = (lines: readonly string[]): readonly string[] => lines.slice(-Math.max(1, size.rows - 1));

  const moveTo = (target: number): string => {
    const step = target - row;
    row = target;
    column = 0;
    return `\r${step < 0 ? `\x1b[${-step}A` : step > 0 ? `\x1b[${step}B` : ''}`;
  };

  /** Everything from the region's top on, which may take more rows by now than it has lines. */
  const wipeRegion = (): string => (shown.length > 0 ? wipe(size.rows) : '');

  /** From the region's top on. Lines for the scrollback wrap: there they are text, whose width is any terminal's. */
  const draw = (lines: readonly string[], above: readonly string[]): string => {
    const start = isLow ? toLast(lines.length) : '';
    const isMoved = isLow && lines.length !== shown.length;
    if (above.length === 0 && !isMoved) {
      const changed = drawChanged(lines, shown, start);
      return changed !== '' && (isLow || lines.length > shown.length) ? makeRoom(lines.length) + changed : changed;
    }
    const printed = above.map(line => `${line}\r\n`).join('');
    return wipeRegion() + printed + makeRoom(lines.length) + drawChanged(lines, [], start);
  };

  /** Leads to the first of so many last rows. */
  const toLast = (count: number): string => `\x1b[${size.rows}B${count > 1 ? `\x1b[${count - 1}A` : ''}`;

  /** The cursor finds its way back from the caret only to a region that begins right below what was printed. */
  const raise = (): string => {
    if (!isLow) return '';
    const wiped = wipeRegion();
    isLow = false;
    shown = [];
    return wiped;
  };

  /** Unseen it waits at the region's top: of a window that gets lower, terminals drop first what is below the cursor. */
  const placeCursor = (caret: Caret | null, height: number): string => {
    const target = caret ? Math.max(0, height - 1 - caret.fromBottom) : 0;
    const wanted = caret?.column ?? 0;
    if (target === row && wanted === column) return '';
    const moved = moveTo(target);
    column = wanted;
    return moved + (column > 0 ? `\x1b[${column}C` : '');
  };

  return {
    paint({lines, caret}, above = []) {
      const next = tail(lines);
      const drawn = (caret ? raise() : '') + draw(next, above);
      const home = drawn === '' ? '' : moveTo(0);
      shown = next;
      const placed = placeCursor(caret, next.length);
      if (drawn === '' && placed === '' && visible === (caret !== null)) return '';
      const hide = visible ? hideCursor : '';
      visible = caret !== null;
      return `${beginUpdate}${hide}${home}${drawn}${placed}${visible ? showCursor : ''}${endUpdate}`;
    },
    resize(next) {
      const wrapped = shown.slice(0, row).reduce((sum, line) => sum + wrappedRows(line, next.columns), 0);
      const up = reflows ? wrapped + Math.floor(column / next.columns) : row;
      // The next time it would be pushed itself, and leave its top behind.
      isLow ||= pushesUp && row === 0 && next.columns < size.columns;
      size = next;
      shown = [];
      row = 0;
      column = 0;
      return `\r${up > 0 ? `\x1b[${up}A` : ''}${wipe(size.rows)}`;
    },
    erase() {
      const bytes = moveTo(0) + wipeRegion() + (visible ? '' : showCursor);
      shown = [];
      isLow = false;
      visible = true;
      return bytes;
    },
  };
}
