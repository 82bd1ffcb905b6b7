/**
 * A small shell that starts shells, one at a time. To start a program, Node copies the tables of all its memory and stands
 * still for one to eight milliseconds, the longer the more it has; a bash of 3 MB is quicker, and meanwhile the program
 * goes on. What it starts is a process group of its own, as if Node had started it, and is killed if the launcher ends.
 */
import {createInterface} from 'node:readline';
import {PassThrough} from 'node:stream';
import type {Environment} from './environment.js';
import type {InputPipe} from './input-pipe.js';
import type {OutputPipe} from './output-pipe.js';
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
 * What a launcher does: it reads calls, each shell code that ends in `exec` and a NUL. `set -m` gives the call a group of
 * its own and its signals as they were; `set +m` lets the wait go on when it is only stopped.
 */
export const launching = `
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

/** A launcher that runs. */
export interface LauncherMeans {
  readonly pid: number;
  readonly input: InputPipe;
  readonly output: OutputPipe;
  /** The OLDPWD that a program is to have. */
  readonly oldFolder: string | undefined;
}

export function createLauncher({pid, input, output, oldFolder}: LauncherMeans): Launcher {
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
    if (current?.pid) killNow({reach: [-current.pid]});
    end({exitCode: null, signal: 'SIGKILL'});
    input.close();
  }

  const lines = new PassThrough();
  createInterface(lines).on('line', hear);
  output.read({
    onChunk: chunk => void lines.write(chunk),
    onEnd: () => void lines.end(onGone),
  });
  output.unref();

  return {
    launch(launch) {
      output.ref();
      return new Promise(resolve => {
        const exited = new Promise<Exit>(onExit => {
          const onReady = (started: number | null): void => {
            output.unref();
            resolve(started === null ? null : {pid: started, exited});
          };
          current = {pid: null, isReady: false, onReady, onExit};
        });
        if (isGone) end({exitCode: null, signal: 'SIGKILL'});
        else input.send(`${toCode(launch, oldFolder)}\0`);
      });
    },
    ref: output.ref,
    unref: output.unref,
    isGone: () => isGone,
    dismiss: () => {
      if (!isGone) killNow({reach: [pid]});
    },
  };
}
