/** What the terminal can do, read once from the environment; nothing is asked of the terminal itself. */

export interface Capabilities {
  /** No cursor movement at all: `TERM=dumb`. */
  readonly dumb: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** Whether a word can be a link (OSC 8). Elsewhere its address stands beside it: a terminal that knows no links would hide that. */
  readonly links: boolean;
  /** Milliseconds between two flushes of streamed events. */
  readonly flushEvery: number;
  /** Whether a narrower window re-wraps the lines already on it. Of the common terminals only xterm cuts them. */
  readonly reflows: boolean;
  /** Whether a narrower window pushes up what it wraps, also where rows are free below: as tmux does. */
  readonly pushesUp: boolean;
  /** Milliseconds by which a window may have changed already when that is told: tmux tells of changes only so often. */
  readonly lateness: number;
  /** Milliseconds without a change after which a window stands still. */
  readonly stillAfter: number;
}

/** Terminals of which it is known, by what they call themselves. */
const linkPrograms: ReadonlySet<string> = new Set([
  'ghostty',
  'iTerm.app',
  'mintty',
  'rio',
  'Tabby',
  'vscode',
  'WezTerm',
  'zed',
]);
const linkTerms = /^(?:alacritty|contour|foot|xterm-(?:ghostty|kitty))/;
/** VTE, which is in GNOME's terminal and many others, from 0.50.1 on: in 0.50.0 a link ended it. */
const leastVte = 5001;

export function readCapabilities(env: NodeJS.ProcessEnv): Capabilities {
  const dumb = env.TERM === 'dumb';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const console = env.TERM === 'linux';
  const lateness = env.TMUX ? 250 : 0;
  return {
    dumb,
    colour: !dumb && !env.NO_COLOR && env.FORCE_COLOR !== '0',
    unicode: !console && (locale === '' || /utf-?8/i.test(locale)),
    links: !dumb && opensLinks(env),
    flushEvery: env.SSH_CONNECTION || env.SSH_TTY ? 100 : 66,
    reflows: !console && env.XTERM_VERSION === undefined,
    pushesUp: Boolean(env.TMUX),
    lateness,
    stillAfter: lateness + 50,
  };
}

/** FORCE_HYPERLINK decides, as it does for many programs. A multiplexer hides what the terminal around it knows. */
function opensLinks(env: NodeJS.ProcessEnv): boolean {
  const {FORCE_HYPERLINK: forced, TERM = '', TERM_PROGRAM = ''} = env;
  if (forced !== undefined) return forced !== '0';
  if (env.TMUX || env.STY) return false;
  if (env.WT_SESSION || Number(env.VTE_VERSION ?? 0) >= leastVte) return true;
  return linkPrograms.has(TERM_PROGRAM) || linkTerms.test(TERM);
}
