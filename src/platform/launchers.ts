/**
 * The launchers of a program: forks of one shell that does nothing else, because a fork costs a bash a tenth of what
 * starting one more costs Node.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {Socket} from 'node:net';
import {createInterface} from 'node:readline';
import type {Environment} from './environment.js';
import {openInputPipe} from './input-pipe.js';
import {createLauncher, type Launcher, launching} from './launcher.js';
import type {NamedPipes} from './named-pipes.js';
import {openOutputPipe} from './output-pipe.js';
import {killNow} from './survivors.js';

export interface Launchers {
  /** There will be some to take soon. */
  open(): void;
  /** One that launches nothing now; rejects if none can be had. */
  take(): Promise<Launcher>;
  /** When what it launched has ended. */
  giveBack(launcher: Launcher): void;
  /** After the last command. */
  close(): void;
}

export interface LaunchersOptions {
  /** Path of a bash. */
  readonly shell: string;
  readonly env: Environment;
  /** Sees to it that a group dies with the program, and returns how to take that back. */
  guard(group: number): () => void;
  /** Throws if nothing may start any more. */
  pipes(): NamedPipes;
}

/**
 * Reads the paths of two named pipes, each with a NUL, and forks a launcher that reads from the one and writes into the
 * other; both are opened before it is there, so that it cannot fail to. The name is changed for the sake of commands like
 * `killall bash`.
 */
const script = `
printf agent-launcher 2>/dev/null >/proc/self/comm
unset -v AGENT_LAUNCHER
while read -r -d '' input && read -r -d '' output; do
  if [ -p "$input" ] && [ -p "$output" ] && exec 3<"$input" 4>"$output"; then
    ( exec <&3 >&4 3<&- 4>&-; unset -v input output; ${launching} ) &
    exec 3<&- 4>&-
    echo "$!"
  else
    echo 0
  fi
done 2>/dev/null
`;

export function createLaunchers({shell, env, guard, pipes}: LaunchersOptions): Launchers {
  /** Those that launch nothing now. */
  const free: Launcher[] = [];
  let origin: Origin | null = null;

  function open(): Origin {
    const onGone = (): void => {
      origin = null;
    };
    origin ??= createOrigin(shell, {env, guard, onGone});
    return origin;
  }

  async function fork(): Promise<Launcher> {
    const own = pipes();
    const input = await own.open(openInputPipe);
    // Neither name is given back: when it ends, which it does not, what it ran may still have them open.
    const output = await own.open(path => openOutputPipe(path, () => {}));
    // As long as it has no other end for writing, it would look as if it had ended.
    output.openWriteEnd();
    const pid = await open().fork(input.path, output.path);
    if (pid === 0) {
      input.close();
      output.close();
      throw new Error('no launcher could be started');
    }
    return createLauncher({pid, input, output, oldFolder: env.OLDPWD});
  }

  return {
    open: () => void open(),
    async take() {
      for (let used = free.pop(); used; used = free.pop()) if (!used.isGone()) return used;
      return fork();
    },
    giveBack(launcher) {
      if (!launcher.isGone()) free.push(launcher);
    },
    close: () => origin?.dismiss(),
  };
}

interface Origin {
  /** The fork's process id; 0 if there is none. */
  fork(input: string, output: string): Promise<number>;
  /** Kills it with all its forks. */
  dismiss(): void;
}

interface OriginMeans extends Pick<LaunchersOptions, 'env' | 'guard'> {
  onGone(): void;
}

function createOrigin(shell: string, {env, guard, onGone}: OriginMeans): Origin {
  // -p: nothing of the user's runs in the launcher itself, yet the whole environment is handed on. --norc: with a socket
  // for its input and an SHLVL below 2, bash takes itself for a remote login's and reads ~/.bashrc.
  const child: ChildProcess = spawn(shell, ['--norc', '-p', '-c', 'eval "$AGENT_LAUNCHER"', 'agent-launcher'], {
    cwd: '/',
    detached: true,
    env: {...env, AGENT_LAUNCHER: script},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const {pid, stdin, stdout} = child;
  // At the end of its input it goes by itself, but a command may have stopped it.
  const release = pid === undefined ? () => {} : guard(pid);
  /** Answers come in the order of the questions. */
  const asked: ((pid: number) => void)[] = [];
  let isGone = false;

  function setRef(verb: 'ref' | 'unref'): void {
    for (const each of [child, stdin, stdout]) if (each instanceof Socket || each === child) each[verb]();
  }

  function answer(forked: number): void {
    asked.shift()?.(forked);
    if (asked.length === 0) setRef('unref');
  }

  function dismiss(): void {
    if (!isGone && pid !== undefined) killNow({reach: [-pid]});
  }

  function end(): void {
    dismiss();
    isGone = true;
    release();
    onGone();
    while (asked.length > 0) answer(0);
  }

  child.on('exit', dismiss).on('close', end).on('error', end);
  for (const stream of [stdin, stdout]) stream?.on('error', () => {});
  if (stdout) createInterface(stdout).on('line', line => answer(Number(line)));
  setRef('unref');

  return {
    fork(input, output) {
      setRef('ref');
      return new Promise(resolve => {
        asked.push(resolve);
        stdin?.write(`${input}\0${output}\0`);
      });
    },
    dismiss,
  };
}
