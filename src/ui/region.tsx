/**
 * The live region: Ink lays out what stands below the window, the painter brings the whole to the terminal. What
 * streams in the window is lines already and goes past Ink, so a frame in which only that changes costs no layout.
 * Ink's own terminal output is bypassed: its debug mode hands over each frame whole and at once, without erasing,
 * throttling or asking whether this is a CI.
 */
import {render} from 'ink';
import {spinnerMs} from './activity.js';
import {App, parts} from './app.js';
import type {Frame} from './frame.js';
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
}

export interface RegionOptions {
  readonly size: Size;
  readonly reflows: boolean;
  readonly frame: Frame;
  readonly write: (bytes: string) => void;
  /** A component threw. */
  readonly onError: (error: unknown) => void;
}

export function createRegion(options: RegionOptions): Region {
  const painter = createPainter({...options.size, reflows: options.reflows});
  const listeners = new Set<() => void>();
  let {frame, size} = options;
  /** What Ink drew last. */
  let below: readonly string[] = [];
  let wipe = '';
  let laidOutAt = 0;

  const store = {
    get: () => frame,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  /** What Ink asks of a terminal; its height never matters, because frames are cut to the true one. */
  const surface = {
    get columns() {
      return size.columns;
    },
    rows: Number.MAX_SAFE_INTEGER,
    isTTY: false,
    write(text: string) {
      if (text !== '') below = text.split('\n');
      return true;
    },
    on() {},
    off() {},
  };
  const app = <App store={store} />;
  const ink = render(app, {
    stdout: surface as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  ink.waitUntilExit().catch(options.onError);

  /** The activity's figures grow with every delta; by themselves they are drawn no more often than its spinner turns. */
  const canWait = (activity: string): boolean =>
    Date.now() - laidOutAt < spinnerMs && rowsIn(activity) === rowsIn(frame.activity);
  /** Rendering the same element flushes what the listeners scheduled, before this returns. */
  const layOut = (): void => {
    laidOutAt = Date.now();
    for (const listener of listeners) listener();
    ink.rerender(app);
  };

  return {
    draw(next, above) {
      const changed = parts.filter(name => next[name] !== frame[name]);
      const isPutOff = changed.every(name => name === 'activity') && canWait(next.activity);
      frame = isPutOff ? {...next, activity: frame.activity} : next;
      if (changed.length > 0 && !isPutOff) layOut();
      options.write(wipe + painter.paint({lines: [...frame.window, ...below], caret: frame.caret}, above));
      wipe = '';
    },
    resize(next) {
      size = next;
      wipe += painter.resize(next);
    },
    erase: painter.erase,
    forget() {
      painter.erase();
      wipe = '';
    },
    close: ink.unmount,
  };
}

function rowsIn(text: string): number {
  return text.split('\n').length;
}
