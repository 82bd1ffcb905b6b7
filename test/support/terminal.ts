/**
 * A person's terminal for tests: a program in a real pty, its screen in an emulator. Waiting means waiting for output:
 * a condition is looked at again after every chunk that reached the screen, never after a pause.
 */
import {type IPty, spawn} from '@lydell/node-pty';
import {createEmulator, type Emulator} from './emulator.js';
import {type Key, keyBytes} from './keys.js';

export interface TerminalOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cols?: number;
  readonly rows?: number;
  readonly keepsCursor?: boolean;
  readonly cwd?: string;
  /** Added to a small clean environment (see `terminalEnvironment`); undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** `code` is null when a signal (its number) ended the program. */
interface Exit {
  readonly code: number | null;
  readonly signal: number | null;
}

/** A text or pattern on the visible screen, or any condition over the terminal. */
type Condition = string | RegExp | (() => boolean);

export interface Terminal extends Pick<Emulator, 'screen' | 'scrollback' | 'cursor' | 'modes'> {
  readonly pid: number;
  /** Settles after the program's last output is on the screen. */
  readonly exited: Promise<Exit>;
  /** Rejects with the screen in its message after `timeoutMs` (default 20 s), or if the program ends before. */
  waitFor(condition: Condition, options?: {readonly timeoutMs?: number}): Promise<void>;
  type(text: string): void;
  press(...keys: readonly Key[]): void;
  /** As terminals paste: line ends become CR, between brackets if the program asked for them. */
  paste(text: string): void;
  resize(cols: number, rows: number): void;
  /** Changes only what stands there: the program is not told, as in tmux at first. */
  rewrap(cols: number, rows: number): void;
  /** All output so far, escape sequences included. */
  bytes(): string;
  kill(signal: NodeJS.Signals): void;
  /** Closes the window: the program loses its terminal and gets SIGHUP from the kernel. */
  hangUp(): void;
  /** Ends the program if it still runs, and frees the pty and the emulator. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 20_000;
const inherited = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR'];

/** What a program in a fresh terminal window finds: no CI, no colour switches, no keys. */
function terminalEnvironment(added: TerminalOptions['env'] = {}): Record<string, string> {
  const own = Object.fromEntries(inherited.map(name => [name, process.env[name]]));
  const all = {...own, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...added};
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

interface Waiter {
  readonly isMet: () => boolean;
  readonly settle: (error?: Error) => void;
}

function toPredicate(condition: Condition, screen: () => readonly string[]): () => boolean {
  if (typeof condition === 'function') return condition;
  const text = (): string => screen().join('\n');
  return typeof condition === 'string' ? () => text().includes(condition) : () => condition.test(text());
}

function framed(rows: readonly string[]): string {
  const shown = rows.join('\n').trimEnd();
  return shown === '' ? '(the screen is empty)' : `the screen:\n${shown}`;
}

/** Starts `command` in a pty of the given size (default 80×24) and returns its terminal. */
export function openTerminal({
  command,
  args = [],
  cols = 80,
  rows = 24,
  keepsCursor = false,
  cwd,
  env,
}: TerminalOptions): Terminal {
  const environment = terminalEnvironment(env);
  const pty = spawn(command, [...args], {
    name: environment.TERM ?? 'xterm-256color',
    cols,
    rows,
    env: environment,
    ...(cwd === undefined ? {} : {cwd}),
  }) as IPty & {destroy(): void};
  const emulator = createEmulator({cols, rows, keepsCursor, onAnswer: data => pty.write(data)});
  const waiters = new Set<Waiter>();
  let output = '';
  let end: Exit | undefined;

  const look = (): void => {
    for (const waiter of [...waiters]) {
      if (waiter.isMet()) waiter.settle();
      else if (end)
        waiter.settle(
          new Error(`The program ended (${JSON.stringify(end)}) before that; ${framed(emulator.screen())}`),
        );
    }
  };
  pty.onData(async data => {
    output += data;
    await emulator.write(data);
    look();
  });
  const exited = new Promise<Exit>(resolve => {
    pty.onExit(async ({exitCode, signal}) => {
      await emulator.write('');
      end = signal ? {code: null, signal} : {code: exitCode, signal: null};
      look();
      resolve(end);
    });
  });

  const waitFor: Terminal['waitFor'] = (condition, {timeoutMs = defaultTimeoutMs} = {}) =>
    new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        waiters.delete(waiter);
        if (error) reject(error);
        else resolve();
      };
      const waiter: Waiter = {isMet: toPredicate(condition, emulator.screen), settle};
      const timer = setTimeout(() => {
        settle(new Error(`Waited ${timeoutMs} ms in vain for ${condition}; ${framed(emulator.screen())}`));
      }, timeoutMs);
      waiters.add(waiter);
      look();
    });

  const send = (data: string): void => pty.write(data);
  const kill = (signal: NodeJS.Signals): void => {
    if (!end) pty.kill(signal);
  };
  return {
    pid: pty.pid,
    exited,
    screen: emulator.screen,
    scrollback: emulator.scrollback,
    cursor: emulator.cursor,
    modes: emulator.modes,
    bytes: () => output,
    waitFor,
    type: send,
    press: (...keys) => {
      for (const key of keys) send(keyBytes(key, emulator.modes().applicationCursor));
    },
    paste: text => {
      const typed = text.replace(/\r?\n/g, '\r');
      send(emulator.modes().bracketedPaste ? `\x1b[200~${typed}\x1b[201~` : typed);
    },
    resize: (newCols, newRows) => {
      emulator.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    rewrap: emulator.resize,
    kill,
    hangUp: () => pty.destroy(),
    close: async () => {
      kill('SIGKILL');
      await exited;
      emulator.dispose();
    },
  };
}
