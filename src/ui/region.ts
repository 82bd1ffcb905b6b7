/**
 * The live region: a layout stacks what stands below the window, the painter brings the whole to the terminal. What
 * streams in the window is lines already and goes past the layout, so a frame in which only that changes costs none.
 * The first frame does not wait for Ink, whose loading takes as long as the rest of a start: it is drawn as it is, and
 * Ink lays out what comes after it.
 */
import {spinnerMs} from './activity.js';
import {type Frame, partNames} from './frame.js';
import type {Layout} from './ink-layout.js';
import type {Size} from './screen.js';
import {createPainter} from './terminal/painter.js';

export interface Region {
  /** Draws the frame; `above` is printed before it and belongs to the scrollback. */
  draw(frame: Frame, above: readonly string[]): void;
  /** The window changed: what stands there is wiped with the next frame. */
  resize(size: Size): void;
  /** The bytes that wipe the region; the next frame draws it whole. */
  erase(): string;
  /** Somebody else has written since: the next frame is drawn whole where the cursor is. */
  forget(): void;
  close(): void;
  /** Resolves when Ink lays out the frames; it begins to be loaded with the first of them. */
  readonly inkReady: Promise<void>;
}

export interface RegionOptions {
  readonly size: Size;
  readonly reflows: boolean;
  readonly pushesUp: boolean;
  readonly write: (bytes: string) => void;
  /** A component threw, or Ink cannot be loaded. */
  readonly onError: (error: unknown) => void;
}

export function createRegion({write, onError, size: first, ...terminal}: RegionOptions): Region {
  const painter = createPainter({...first, ...terminal});
  let size = first;
  let layout: Layout = {lines: stack, close() {}};
  let frame: Frame | null = null;
  /** What was laid out last. */
  let below: readonly string[] = [];
  let wipe = '';
  let laidOutAt = 0;
  let isClosed = false;
  let start: () => void = () => {};
  const started = new Promise<void>(resolve => {
    start = resolve;
  });

  /** After the frame is on the screen, and once what waits for this turn of the event loop has run. */
  async function loadInk(): Promise<void> {
    await started;
    await new Promise(setImmediate);
    const {createInkLayout} = await import('./ink-layout.js');
    if (!isClosed && frame) layout = createInkLayout({frame, columns: () => size.columns, onError});
  }

  const inkReady = loadInk();
  inkReady.catch(onError);

  /** The activity's figures grow with every delta; by themselves they are drawn no more often than its spinner turns. */
  const canWait = (before: Frame, next: Frame): boolean =>
    Date.now() - laidOutAt < spinnerMs && rowsIn(next.activity) === rowsIn(before.activity);

  /** The frame as it is drawn: perhaps with the activity of the last. */
  const toDrawn = (next: Frame): Frame => {
    const changed = partNames.filter(name => next[name] !== frame?.[name]);
    if (changed.length === 0) return next;
    if (frame && changed.every(name => name === 'activity') && canWait(frame, next)) {
      return {...next, activity: frame.activity};
    }
    laidOutAt = Date.now();
    below = layout.lines(next);
    return next;
  };

  return {
    inkReady,
    draw(next, above) {
      frame = toDrawn(next);
      write(wipe + painter.paint({lines: [...frame.window, ...below], caret: frame.caret}, above));
      wipe = '';
      start();
    },
    resize(next) {
      size = next;
      wipe += painter.resize(next);
    },
    erase() {
      const bytes = wipe + painter.erase();
      wipe = '';
      return bytes;
    },
    forget() {
      painter.erase();
      wipe = '';
    },
    close() {
      isClosed = true;
      layout.close();
    },
  };
}

/** The parts one below the other: all their lines are made to measure. As with Ink, no line ends in a space. */
function stack(frame: Frame): readonly string[] {
  return partNames.flatMap(name => (frame[name] === '' ? [] : frame[name].split('\n').map(line => line.trimEnd())));
}

function rowsIn(text: string): number {
  return text.split('\n').length;
}
