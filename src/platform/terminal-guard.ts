/**
 * Gives the terminal back when the program can no longer do it, because it was killed: a shell beside the program holds
 * what is to be written then, notices the program's death, and writes it. It is started once the program has nothing
 * more urgent to do, and costs a process that sleeps.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import type {Environment} from './environment.js';

export interface TerminalGuard {
  /** What brings the terminal's modes back as they are now; empty while they are not ours. */
  hold(bytes: string): void;
  /** The program ends by itself, and has given the terminal back. */
  dismiss(): void;
}

/**
 * Holds what it was started with, and reads what to hold instead, a line each. At the end of its input it writes that. The
 * program's death closes its pipe before it wakes the shell that waits for it, so what is written mostly stands before that
 * shell's prompt. The line discipline comes a moment later, and only if nobody has changed it: "-isig" is how Node leaves
 * it, and no shell.
 */
const script = `
trap '' HUP INT TERM
bytes=$AGENT_TERMINAL_BYTES
while read -r line; do
  [ "$line" != q ] || exit
  bytes=$line
done
[ -n "$bytes" ] || exit
printf "$bytes"
sleep 0.1
exec <&1
case $(stty -a) in
  *-isig*) stty brkint icrnl ixon echo icanon iexten isig ;;
esac
`;

/** Milliseconds: by then the first screen stands. */
const startAfterMs = 100;

/** @param terminal the descriptor it is open at. */
export function createTerminalGuard(terminal: number, env: Environment): TerminalGuard {
  let shell: ChildProcess | null = null;
  let held = '';
  let starting: NodeJS.Timeout | undefined;

  const tell = (line: string): void => void shell?.stdin?.write(`${line}\n`);
  const start = (): void => {
    // As the supervisor: found by no name, and nobody's child by a mark.
    shell = spawn('/bin/sh', ['-c', 'eval "$AGENT_TERMINAL_GUARD"', 'agent-terminal-guard'], {
      cwd: '/',
      detached: true,
      env: {
        PATH: [env.PATH, '/usr/bin', '/bin'].filter(Boolean).join(':'),
        AGENT_TERMINAL_GUARD: script,
        AGENT_TERMINAL_BYTES: held,
      },
      stdio: ['pipe', terminal, 'ignore'],
    });
    shell.on('error', () => {});
    shell.stdin?.on('error', () => {});
    shell.unref();
  };

  return {
    hold(bytes) {
      held = toPrintf(bytes);
      tell(held);
      starting ??= setTimeout(start, startAfterMs).unref();
    },
    dismiss() {
      clearTimeout(starting);
      shell?.stdin?.end('q\n');
      shell = null;
    },
  };
}

/** In a form that a line of text and `printf` leave as it is. */
const toPrintf = (bytes: string): string =>
  [...Buffer.from(bytes)].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
