/**
 * A small shell that starts shells, one at a time. To start a program, Node copies the tables of all its memory and stands
 * still for one to eight milliseconds, the longer the more it has; a bash of 3 MB is quicker, and meanwhile the program
 * goes on. What it starts is a process group of its own, as if Node had started it, and is killed if the launcher ends.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {Socket} from 'node:net';
import {createInterface} from 'node:readline';
import type {Environment} from './environment.js';
import {quote} from './shell-call.js';
import {killNow} from './survivors.js';

/** How a program ended. */
export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** On top of the launcher's. */
  readonly env: Environment;
  /** Paths of named pipes that are open at their other ends: for standard input, and for output and error. */
  readonly input: string;
  readonly output: string;
}

export interface Launched {
  readonly pid: number;
  /** Its exit code; that of a program ended by a signal is 128 and the signal's number. SIGKILL if the launcher ended. */
  readonly exited: Promise<Exit>;
}

export interface Launcher {
  /** To be called when nothing launched runs. Settles when the program is about to run; with null if that was not to be. */
  launch(launch: Launch): Promise<Launched | null>;
  /** Keeps the program alive, as it does while it launches; else it does not. */
  ref(): void;
  unref(): void;
  isGone(): boolean;
  dismiss(): void;
}

/**
 * Reads calls, each shell code that ends in `exec` and a NUL. `set -m` gives the call a group of its own and its signals as
 * they were; `set +m` lets the wait go on when it is only stopped. The name is changed for the sake of commands like
 * `killall bash`.
 */
const script = `
printf agent-launcher 2>/dev/null >/proc/self/comm
unset -v AGENT_LAUNCHER
while read -r -d '' call; do
  set -m
  ( eval "$call" ) &
  set +m
  echo "pid $!"
  wait "$!"
  echo "exit $?"
done
`;

/**
 * What the launcher is told to run; there, 3 is its own output. Each pipe is opened for both first: that waits for nobody,
 * even if the program is gone; and it must be there, or a file would be made in its place. Only a main shell's `exec` lowers SHLVL again, and `cd` has left its trace in OLDPWD.
 */
function toCode({file, args, cwd, env, input, output}: Launch, oldFolder: string | undefined): string {
  const assignments = Object.entries(env).flatMap(([name, value = null]) =>
    value === null ? [] : [`${name}=${quote(value)}`],
  );
  const [from, to] = [quote(input), quote(output)];
  return [
    `cd -- ${quote(cwd)}`,
    oldFolder === undefined ? 'unset -v OLDPWD' : `OLDPWD=${quote(oldFolder)}`,
    `[ -p ${from} ] && [ -p ${to} ]`,
    `exec 3>&1 4<>${from} <${from} 4<>${to} >${to} 2>&1 4>&-`,
    `export SHLVL=$((SHLVL - 1)) ${assignments.join(' ')}`,
    'echo ready >&3',
    `exec 3>&- ${[file, ...args].map(quote).join(' ')}`,
  ].join(' && ');
}

/** What is known of the program that was launched last. */
interface Current {
  pid: number | null;
  isReady: boolean;
  onReady(pid: number | null): void;
  onExit(exit: Exit): void;
}

/**
 * @param shell the path of a bash.
 * @param guard sees to it that the launcher's group dies with the program, and returns how to take that back: at the end of its
 * input it goes by itself, but a command may have stopped it.
 */
export function createLauncher(shell: string, env: Environment, guard: (group: number) => () => void): Launcher {
  // -p: nothing of the user's runs in the launcher itself, yet the whole environment is handed on. --norc: with a socket
  // for its input and an SHLVL below 2, bash takes itself for a remote login's and reads ~/.bashrc.
  const child: ChildProcess = spawn(shell, ['--norc', '-p', '-c', 'eval "$AGENT_LAUNCHER"', 'agent-launcher'], {
    cwd: '/',
    detached: true,
    env: {...env, AGENT_LAUNCHER: script},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const {stdin, stdout} = child;
  const release = child.pid === undefined ? () => {} : guard(child.pid);
  let current: Current | null = null;
  let isGone = false;

  function hear(line: string): void {
    const [what, value] = line.split(' ');
    if (what === 'exit') end({exitCode: Number(value), signal: null});
    if (!current) return;
    if (what === 'pid') current.pid = Number(value);
    if (what === 'ready') current.isReady = true;
    if (current.isReady && current.pid !== null) current.onReady(current.pid);
  }

  function end(exit: Exit): void {
    current?.onReady(null);
    current?.onExit(exit);
    current = null;
  }

  /** Of what still runs nobody would learn the end. */
  function onGone(): void {
    isGone = true;
    release();
    if (current?.pid) killNow({reach: [-current.pid]});
    end({exitCode: null, signal: 'SIGKILL'});
  }

  function setRef(verb: 'ref' | 'unref'): void {
    for (const each of [child, stdin, stdout]) if (each instanceof Socket || each === child) each[verb]();
  }

  // When it has closed its output, all that it told has been heard.
  child.on('close', onGone).on('error', onGone);
  for (const stream of [stdin, stdout]) stream?.on('error', () => {});
  if (stdout) createInterface(stdout).on('line', hear);
  setRef('unref');

  return {
    launch(launch) {
      setRef('ref');
      return new Promise(resolve => {
        const exited = new Promise<Exit>(onExit => {
          const onReady = (pid: number | null): void => {
            setRef('unref');
            resolve(pid === null ? null : {pid, exited});
          };
          current = {pid: null, isReady: false, onReady, onExit};
        });
        if (isGone) onGone();
        stdin?.write(`${toCode(launch, env.OLDPWD)}\0`);
      });
    },
    ref: () => setRef('ref'),
    unref: () => setRef('unref'),
    isGone: () => isGone,
    dismiss: () => void child.kill('SIGKILL'),
  };
}
