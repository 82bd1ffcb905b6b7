/** What the terminal can do, read once from the environment; nothing is asked of the terminal itself. */

export interface Capabilities {
  /** No cursor movement at all: `TERM=dumb`. */
  readonly dumb: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
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

export function readCapabilities(env: NodeJS.ProcessEnv): Capabilities {
  const dumb = env.TERM === 'dumb';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const console = env.TERM === 'linux';
  const lateness = env.TMUX ? 250 : 0;
  return {
    dumb,
    colour: !dumb && !env.NO_COLOR && env.FORCE_COLOR !== '0',
    unicode: !console && (locale === '' || /utf-?8/i.test(locale)),
    flushEvery: env.SSH_CONNECTION || env.SSH_TTY ? 100 : 66,
    reflows: !console && env.XTERM_VERSION === undefined,
    pushesUp: Boolean(env.TMUX),
    lateness,
    stillAfter: lateness + 50,
  };
}
