/** Lets a person choose a conversation on the alternate screen, which is given back as it was. */

import {readCapabilities} from '../terminal/capabilities.js';
import {openTerminal} from '../terminal/terminal.js';
import {createTheme} from '../theme.js';
import {createAlternatePainter} from '../transcript/alternate.js';
import {
  type Choice,
  createPicker,
  fitting,
  type Picked,
  type Picker,
  pressPicker,
  withFound,
  wordsOf,
} from './picker.js';
import {pageOf, pickerLines} from './picker-lines.js';

export interface PickOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** The newest first. */
  readonly choices: readonly Choice[];
  /** Looks for words in the text of these conversations, and tells where they stand. */
  readonly search: (
    words: string,
    ids: readonly string[],
    found: (id: string, excerpt: string) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** What gives the terminal's modes back; see `ReplOptions`. */
  onModes(restore: string): void;
  /** Ends it from outside. */
  readonly signal: AbortSignal;
}

/** So long nothing more is typed before the text of conversations is read. */
const pauseMs = 150;

export function pick(options: PickOptions): Promise<Picked> {
  const {choices, stdin, stdout} = options;
  const capabilities = readCapabilities(options.env);
  const theme = createTheme(capabilities);
  const painter = createAlternatePainter();
  let picker: Picker = createPicker();
  let searching = new AbortController();
  let pause: NodeJS.Timeout | undefined;

  return new Promise(resolve => {
    const terminal = openTerminal({
      stdin,
      stdout,
      stillAfter: capabilities.stillAfter,
      onInput(inputs) {
        for (const input of inputs) {
          const before = wordsOf(picker);
          const pressed = pressPicker(picker, input, {choices, page: pageOf(terminal)});
          picker = pressed.picker;
          if (pressed.picked) return end(pressed.picked);
          if (input.type === 'key' && input.chord === 'ctrl+z') terminal.suspend();
          if (wordsOf(picker) !== before) search();
        }
        draw();
      },
      onResize: redraw,
      onResume: redraw,
      onGone: () => end({type: 'left'}),
      onModes: options.onModes,
      farewell: () => '',
    });

    function draw(): void {
      if (!terminal.isEntered || terminal.isResizing) return;
      terminal.setAlternate(true);
      const {columns, rows} = terminal;
      terminal.write(painter.paint(pickerLines(picker, {choices, theme, size: {columns, rows}})));
    }

    function redraw(): void {
      painter.forget();
      draw();
    }

    /** Of what is typed, in the conversations that it does not fit at once. */
    function search(): void {
      searching.abort();
      searching = new AbortController();
      const {signal} = searching;
      clearTimeout(pause);
      const words = wordsOf(picker);
      if (words === '') return;
      pause = setTimeout(() => {
        const known = new Set(fitting(picker, choices).map(({id}) => id));
        const ids = choices.map(({id}) => id).filter(id => !known.has(id));
        const found = (id: string, excerpt: string): void => {
          if (signal.aborted) return;
          picker = withFound(picker, id, excerpt, choices);
          draw();
        };
        // What cannot be read is not found.
        options.search(words, ids, found, signal).catch(() => {});
      }, pauseMs);
    }

    function end(picked: Picked): void {
      searching.abort();
      clearTimeout(pause);
      terminal.close();
      resolve(picked);
    }

    options.signal.addEventListener('abort', () => end({type: 'left'}), {once: true});
    draw();
  });
}
