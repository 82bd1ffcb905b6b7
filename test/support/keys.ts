/**
 * The bytes that a terminal sends for a key, as xterm does: the arrows and Home/End have a second form that programs
 * ask for with the application cursor mode.
 */
const plain = {
  enter: '\r',
  'alt-enter': '\x1b\r',
  /** As terminals with the kitty keyboard protocol send it. */
  'shift-enter': '\x1b[13;2u',
  escape: '\x1b',
  tab: '\t',
  'shift-tab': '\x1b[Z',
  space: ' ',
  backspace: '\x7f',
  'alt-backspace': '\x1b\x7f',
  delete: '\x1b[3~',
  'page-up': '\x1b[5~',
  'page-down': '\x1b[6~',
  'ctrl-left': '\x1b[1;5D',
  'ctrl-right': '\x1b[1;5C',
  'alt-left': '\x1b[1;3D',
  'alt-right': '\x1b[1;3C',
  'ctrl-_': '\x1f',
} as const;

const cursor = {up: 'A', down: 'B', right: 'C', left: 'D', home: 'H', end: 'F'} as const;

type Letter =
  | ('a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j' | 'k' | 'l' | 'm')
  | ('n' | 'o' | 'p' | 'q' | 'r' | 's' | 't' | 'u' | 'v' | 'w' | 'x' | 'y' | 'z');

export type Key = keyof typeof plain | keyof typeof cursor | `ctrl-${Letter}` | `alt-${Letter}`;

/** What pressing `key` sends; `applicationCursor` is the terminal's mode of that name (DECCKM). */
export function keyBytes(key: Key, applicationCursor: boolean): string {
  if (key in plain) return plain[key as keyof typeof plain];
  if (key in cursor) return `\x1b${applicationCursor ? 'O' : '['}${cursor[key as keyof typeof cursor]}`;
  const letter = key.slice(key.indexOf('-') + 1);
  return key.startsWith('ctrl-') ? String.fromCharCode(letter.charCodeAt(0) - 96) : `\x1b${letter}`;
}
