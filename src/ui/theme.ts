/**
 * How things look: SGR parameters by meaning, and glyphs with a form for terminals without Unicode. One accent, dim
 * for what is secondary, colour only where it carries meaning. The sixteen ANSI colours follow the user's own palette.
 */

export interface Theme {
  /** Whether addresses become terminal links (OSC 8). */
  readonly links: boolean;
  readonly styles: Readonly<Record<StyleName, string>>;
  readonly glyphs: Readonly<Record<GlyphName, string>>;
  readonly spinner: readonly string[];
}

export type StyleName =
  | 'accent'
  | 'caret'
  | 'bold'
  | 'dim'
  | 'italic'
  | 'strike'
  | 'underline'
  | 'good'
  | 'bad'
  | 'waiting'
  | 'code'
  | 'heading'
  | 'keyword'
  | 'string'
  | 'number'
  | 'title'
  | 'plain';

export type GlyphName =
  | 'reply'
  | 'prompt'
  | 'done'
  | 'failed'
  | 'stopped'
  | 'queued'
  | 'asks'
  | 'waits'
  | 'parked'
  | 'folded'
  | 'unfolded'
  | 'focus'
  | 'path'
  | 'sideways'
  | 'updown'
  | 'edge'
  | 'mail'
  | 'rule'
  | 'bar'
  | 'bullet'
  | 'chosen'
  | 'minus'
  | 'dot'
  | 'ellipsis'
  | 'more'
  | 'received'
  | 'sum'
  | 'up'
  | 'down'
  | 'home';

export const unstyled: Theme['styles'] = {
  accent: '',
  caret: '',
  bold: '',
  dim: '',
  italic: '',
  strike: '',
  underline: '',
  good: '',
  bad: '',
  waiting: '',
  code: '',
  heading: '',
  keyword: '',
  string: '',
  number: '',
  title: '',
  plain: '',
};

const colourless: Theme['styles'] = {
  ...unstyled,
  caret: '7',
  bold: '1',
  dim: '2',
  italic: '3',
  strike: '9',
  underline: '4',
  heading: '1',
};

const coloured: Theme['styles'] = {
  ...colourless,
  accent: '36',
  good: '32',
  bad: '31',
  waiting: '33',
  code: '36',
  heading: '1;36',
  keyword: '35',
  string: '32',
  number: '33',
  title: '34',
};

const unicodeGlyphs: Theme['glyphs'] = {
  reply: '●',
  prompt: '❯',
  done: '✓',
  failed: '✗',
  stopped: '■',
  queued: '◌',
  asks: '?',
  waits: '◷',
  parked: '◔',
  folded: '▸',
  unfolded: '▾',
  focus: '◂',
  path: '›',
  sideways: '←→',
  updown: '↑↓',
  edge: '┃',
  mail: '✉',
  rule: '─',
  bar: '│',
  bullet: '•',
  chosen: '❯',
  minus: '−',
  dot: '·',
  ellipsis: '…',
  more: '⋯',
  received: '↓',
  sum: '∑',
  up: '↑',
  down: '↓',
  home: '~',
};

const asciiGlyphs: Theme['glyphs'] = {
  reply: '*',
  prompt: '>',
  done: '+',
  failed: 'x',
  stopped: '#',
  queued: '.',
  asks: '?',
  waits: '~',
  parked: '%',
  folded: '>',
  unfolded: 'v',
  focus: '<',
  path: '>',
  sideways: 'left, right',
  updown: 'up, down',
  edge: '|',
  mail: '@',
  rule: '-',
  bar: '|',
  bullet: '-',
  chosen: '>',
  minus: '-',
  dot: '-',
  ellipsis: '...',
  more: '...',
  received: 'v',
  sum: '+',
  up: 'up',
  down: 'down',
  home: '~',
};

/** Words for a terminal that is read line by line. */
const words: Theme['glyphs'] = {
  ...asciiGlyphs,
  reply: 'agent:',
  prompt: 'you:',
  done: 'done:',
  failed: 'failed:',
  stopped: 'stopped:',
  queued: 'queued:',
  asks: 'question:',
  mail: 'you:',
  more: 'thinking:',
};

export interface ThemeOptions {
  /** Neither styles nor glyphs. */
  readonly dumb: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly links?: boolean;
}

export function createTheme({dumb, colour, unicode, links = false}: ThemeOptions): Theme {
  if (dumb) return {links: false, styles: unstyled, glyphs: words, spinner: ['running:']};
  return {
    links,
    styles: colour ? coloured : colourless,
    glyphs: unicode ? unicodeGlyphs : asciiGlyphs,
    spinner: unicode ? [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'] : ['|', '/', '-', '\\'],
  };
}

/** `text` in SGR `style`, closed again; unchanged if the style is empty. */
export function paint(style: string, text: string): string {
  return style && text ? `\x1b[${style}m${text}\x1b[0m` : text;
}
