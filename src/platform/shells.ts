/**
 * The shells that commands run in, each in one of its own. A shell takes a moment to start: so while the model reads a
 * command's result, the shell for the owner's next command is started. A command that it does not suit gets a new one.
 */
import {basename} from 'node:path';
import type {Environment} from './environment.js';
import type {Jobs} from './jobs.js';
import type {Launcher} from './launcher.js';
import {createLaunchers} from './launchers.js';
import type {NamedPipes} from './named-pipes.js';
import {openOutputPipe} from './output-pipe.js';
import {isFolder} from './paths.js';
import {shellEnvironment, toShellCall, toTyped} from './shell-call.js';
import {type ShellPlace, type StartedShell, startWaitingShell, type WaitingShell} from './waiting-shell.js';

export interface Shells {
  /** Rejects with the signal's reason if that aborts before there is a shell, and if none can be started. */
  start(command: string, place: ShellPlace, signal: AbortSignal): Promise<StartedShell>;
  /** The owner's next command may begin there: the shell for it is started, unless the owner has retired. */
  expect(place: ShellPlace): void;
  /** Ends the shell that waits for the owner's next command, which may never come; everybody's, if no owner is named. */
  retire(owner?: string): Promise<void>;
  /** After the last command. */
  close(): void;
}

export interface ShellsOptions {
  readonly jobs: Jobs;
  /** The shell's path. */
  readonly shell: string;
  /** The environment of all children. */
  readonly env: Environment;
  /** Throws if nothing may start any more. */
  pipes(): NamedPipes;
  /** The beginning of paths that nobody else has. */
  nextFiles(): string;
}

/** What is done ahead for an owner. */
interface Ahead {
  readonly cwd: string;
  readonly shell: Promise<WaitingShell | null>;
}

/** How long a shell waits for a command. */
const idleMs = 60_000;

/**
 * With these in the environment a shell started ahead would differ. The first two would hand on the launcher's options; what
 * is in the file that the third names is to be run when the command is: it may read its input, or what changes meanwhile.
 */
const unsuitable = ['SHELLOPTS', 'BASHOPTS', 'BASH_ENV'];

export function createShells({jobs, shell: file, env, pipes, nextFiles}: ShellsOptions): Shells {
  const ahead = new Map<string, Ahead>();
  /** Who has begun a command and not retired since. */
  const owners = new Set<string>();
  const launchers = createLaunchers({shell: file, env, guard: jobs.guard, pipes});
  /** Only bash can read up to a NUL. */
  const canWait = basename(file) === 'bash' && unsuitable.every(name => env[name] === undefined);

  async function startNew(command: string, {owner, cwd}: ShellPlace, signal: AbortSignal): Promise<StartedShell> {
    const files = nextFiles();
    const own = pipes();
    const pipe = await own.open(path => openOutputPipe(path, () => own.giveBack(path)));
    try {
      const call = toShellCall(file, command, files);
      signal.throwIfAborted();
      const output = pipe.openWriteEnd();
      const stdio = ['ignore', output, output] as const;
      const callEnv = {...shellEnvironment, ...call.env};
      // Asked here, because a program in a folder that is gone fails as one that is not there.
      if (!isFolder(cwd)) throw new Error(`the folder ${cwd} does not exist`);
      const {job} = await jobs.start({file, args: call.args, owner, cwd, env: callEnv, stdio});
      return {job, pipe, files, since: job.pid, readReport: call.readReport, hasMissed: () => false};
    } catch (error) {
      pipe.close();
      throw error;
    }
  }

  function expect(place: ShellPlace): void {
    if (!canWait || !owners.has(place.owner) || ahead.get(place.owner)?.cwd === place.cwd) return;
    void dismiss([place.owner]);
    const expected: Ahead = {cwd: place.cwd, shell: startAhead(place)};
    ahead.set(place.owner, expected);
    void release(place.owner, expected);
  }

  /**
   * For the first command of an owner: where several owners are, they begin together as often as not, and Node would start
   * one shell after the other. Who is alone does not wait for a launcher.
   */
  function startAside(command: string, place: ShellPlace): Promise<WaitingShell | null> | null {
    if (!canWait) return null;
    if (owners.size > 1 && toTyped(command) !== null) return startAhead(place);
    launchers.open();
    return null;
  }

  /** Null if that was not to be: then the next command's own shell will tell why. */
  async function startAhead(place: ShellPlace): Promise<WaitingShell | null> {
    try {
      const launcher = await launchers.take();
      const shell = await startWaitingShell(place, {jobs, pipes, launcher, shell: file, files: nextFiles()});
      void giveBack(launcher, shell);
      return shell;
    } catch {
      return null;
    }
  }

  /** When what it launched has ended. */
  async function giveBack(launcher: Launcher, shell: WaitingShell | null): Promise<void> {
    await shell?.ended;
    launchers.giveBack(launcher);
  }

  /** When it has ended, or has waited long enough. */
  async function release(owner: string, expected: Ahead): Promise<void> {
    const retireIt = (): void => {
      if (ahead.get(owner) === expected) void dismiss([owner]);
    };
    const timer = setTimeout(retireIt, idleMs).unref();
    await (await expected.shell)?.ended;
    clearTimeout(timer);
    retireIt();
  }

  async function dismiss(some: readonly string[]): Promise<void> {
    const shells = some.map(owner => ahead.get(owner)?.shell);
    for (const owner of some) ahead.delete(owner);
    await Promise.all(shells.map(async shell => (await shell)?.dismiss()));
  }

  return {
    async start(command, place, signal) {
      if (command.includes('\0')) throw new Error('a command cannot contain the character NUL');
      owners.add(place.owner);
      const waiting = ahead.get(place.owner)?.shell ?? startAside(command, place);
      ahead.delete(place.owner);
      return (await (await waiting)?.give(command, place, signal)) ?? startNew(command, place, signal);
    },
    expect,
    retire(owner) {
      const retired = owner === undefined ? [...owners] : [owner];
      for (const each of retired) owners.delete(each);
      return dismiss(retired);
    },
    close: launchers.close,
  };
}
