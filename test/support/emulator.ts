/**
 * A terminal emulator without a window: bytes in; screen, scrollback, cursor and modes out. Emoji are two cells wide,
 * as in the terminals people use (the package's own table is that of Unicode 6, where they are one).
 */
import headless, {type Terminal as Xterm} from '@xterm/headless';
import stringWidth from 'string-width';

/** What a program may switch on and has to switch off again. */
interface Modes {
  readonly bracketedPaste: boolean;
  readonly cursorVisible: boolean;
  readonly alternateScreen: boolean;
  readonly mouse: boolean;
  readonly focusEvents: boolean;
  readonly applicationCursor: boolean;
  readonly applicationKeypad: boolean;
  readonly synchronizedOutput: boolean;
  readonly wraparound: boolean;
  /** Flags pushed with the kitty keyboard protocol and not popped yet. */
  readonly keyboardFlags: readonly number[];
}

export interface Emulator {
  /** Settles when the bytes are on the screen. */
  write(data: string): Promise<void>;
  /** The visible rows, top to bottom, without trailing spaces. */
  screen(): readonly string[];
  /** The rows that have left the screen at the top, oldest first. */
  scrollback(): readonly string[];
  /** Column and row on the screen, counted from 0. */
  cursor(): {readonly x: number; readonly y: number};
  modes(): Modes;
  resize(cols: number, rows: number): void;
  dispose(): void;
}

export interface EmulatorOptions {
  readonly cols: number;
  readonly rows: number;
  /**
   * Whether a narrower window leaves the cursor on its text, as in tmux. xterm.js moves it along with the rows that the
   * lines below it wrap into. The cursor is where it belongs once the next write has settled.
   */
  readonly keepsCursor?: boolean;
  /** Answers of the terminal to the program's questions (cursor position, device attributes). */
  onAnswer(data: string): void;
}

const widths = new Map<number, 0 | 1 | 2>();

function characterWidth(codepoint: number): 0 | 1 | 2 {
  const known = widths.get(codepoint);
  if (known !== undefined) return known;
  const measured = stringWidth(String.fromCodePoint(codepoint));
  const width = measured === 0 || measured === 2 ? measured : 1;
  widths.set(codepoint, width);
  return width;
}

/** xterm's packed form: bit 0 "joins the character before", bits 1 and 2 the width. */
function characterProperties(codepoint: number, preceding: number): number {
  const width = characterWidth(codepoint);
  const widthBefore = (preceding >> 1) & 3;
  return width === 0 && widthBefore > 0 ? (widthBefore << 1) | 1 : width << 1;
}

function widenEmoji(xterm: Xterm): void {
  xterm.unicode.register({version: 'current', wcwidth: characterWidth, charProperties: characterProperties});
  xterm.unicode.activeVersion = 'current';
}

/** The modes which xterm hears of but does not tell: the cursor's visibility and the keyboard flags. */
function watchModes(xterm: Xterm): {cursorVisible: boolean; readonly keyboardFlags: number[]} {
  const seen = {cursorVisible: true, keyboardFlags: [] as number[]};
  for (const final of ['h', 'l']) {
    xterm.parser.registerCsiHandler({prefix: '?', final}, parameters => {
      if (parameters.includes(25)) seen.cursorVisible = final === 'h';
      return false;
    });
  }
  xterm.parser.registerCsiHandler({prefix: '>', final: 'u'}, ([flags]) => {
    seen.keyboardFlags.push(Number(flags));
    return false;
  });
  xterm.parser.registerCsiHandler({prefix: '<', final: 'u'}, ([count]) => {
    seen.keyboardFlags.splice(-Math.max(1, Number(count)));
    return false;
  });
  return seen;
}

/** Opens an emulator of the given size. */
export function createEmulator({cols, rows, keepsCursor = false, onAnswer}: EmulatorOptions): Emulator {
  const xterm = new headless.Terminal({cols, rows, scrollback: 100_000, allowProposedApi: true});
  widenEmoji(xterm);
  const seen = watchModes(xterm);
  xterm.onData(onAnswer);
  const lines = (from: number, to: number): readonly string[] =>
    Array.from(
      {length: to - from},
      (_, index) => xterm.buffer.active.getLine(from + index)?.translateToString(true) ?? '',
    );
  return {
    write: data => new Promise(resolve => xterm.write(data, resolve)),
    screen: () => lines(xterm.buffer.active.baseY, xterm.buffer.active.baseY + xterm.rows),
    scrollback: () => lines(0, xterm.buffer.active.baseY),
    cursor: () => ({x: xterm.buffer.active.cursorX, y: xterm.buffer.active.cursorY}),
    modes: () => ({
      bracketedPaste: xterm.modes.bracketedPasteMode,
      cursorVisible: seen.cursorVisible,
      alternateScreen: xterm.buffer.active.type === 'alternate',
      mouse: xterm.modes.mouseTrackingMode !== 'none',
      focusEvents: xterm.modes.sendFocusMode,
      applicationCursor: xterm.modes.applicationCursorKeysMode,
      applicationKeypad: xterm.modes.applicationKeypadMode,
      synchronizedOutput: xterm.modes.synchronizedOutputMode,
      wraparound: xterm.modes.wraparoundMode,
      keyboardFlags: [...seen.keyboardFlags],
    }),
    resize(newCols, newRows) {
      const place = xterm.registerMarker(0);
      const column = xterm.buffer.active.cursorX;
      xterm.resize(newCols, newRows);
      const row = Math.max(0, (place?.line ?? 0) - xterm.buffer.active.baseY);
      if (keepsCursor) xterm.write(`\x1b[${row + 1};${Math.min(column, newCols - 1) + 1}H`);
      place?.dispose();
    },
    dispose: () => xterm.dispose(),
  };
}
