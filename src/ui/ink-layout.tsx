/**
 * The live region below its window as Ink lays it out. Ink's own terminal output is bypassed: its debug mode hands over
 * each frame whole and at once, without erasing, throttling or asking whether this is a CI.
 */
import {render} from 'ink';
import {App} from './app.js';
import type {Frame} from './frame.js';

export interface Layout {
  /** The lines below the window. */
  lines(frame: Frame): readonly string[];
  close(): void;
}

export interface InkLayoutOptions {
  /** The one that stands on the screen. */
  readonly frame: Frame;
  readonly columns: () => number;
  /** A component threw. */
  readonly onError: (error: unknown) => void;
}

export function createInkLayout({frame: first, columns, onError}: InkLayoutOptions): Layout {
  const listeners = new Set<() => void>();
  let frame = first;
  let drawn: readonly string[] = [];

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
      return columns();
    },
    rows: Number.MAX_SAFE_INTEGER,
    isTTY: false,
    write(text: string) {
      if (text !== '') drawn = text.split('\n');
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
  ink.waitUntilExit().catch(onError);

  return {
    lines(next) {
      frame = next;
      for (const listener of listeners) listener();
      // Rendering the same element flushes what the listeners scheduled, before this returns.
      ink.rerender(app);
      return drawn;
    },
    close: ink.unmount,
  };
}
