/**
 * Every process the program starts for an agent, and its end. Each command is a process group of its own, marked in its
 * environment; it dies with its signal, its timeout, its owner or the program, however the program ends. What a shell
 * command left running lives on until its owner ends, and is counted.
 */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {delimiter, join, resolve} from 'node:path';
import type {Environment} from './environment.js';
import {type ExecLimits, type ExecOutcome, execute} from './exec.js';
import {type FilterOptions, type FilterOutcome, runFilter} from './filter.js';
import {createJobs, runMark} from './jobs.js';
import {createNamedPipes, type NamedPipes} from './named-pipes.js';
import {isFolder} from './paths.js';
import {makePipeFolder, removePipeFolder} from './pipe-folder.js';
import {runShell, type ShellOptions, type ShellOutcome} from './shell.js';
import {findShell} from './shell-call.js';
import {createShells, type Shells} from './shells.js';
import {createSupervisor, type Supervisor} from './supervisor.js';

export type {ExecOutcome, FilterOptions, FilterOutcome, ShellOptions, ShellOutcome};

export interface ProcessesOptions {
  /** Unique among all runs; letters, digits and hyphens. */
  readonly runId: string;
  /** The environment of all children. */
  readonly env: Environment;
  /** Where the run makes its own folder, with the first command. */
  readonly tempFolder: string;
}

export interface ExecOptions extends ExecLimits {
  readonly owner: string;
  readonly cwd: string;
}

/** The folders of a run. Absolute paths; all of them go when the run ends, however it ends. */
export interface RunFolders {
  /** The run's own. */
  readonly run: string;
  /** The files of commands: output that is too long to show, and what shells are given to run. */
  readonly commands: string;
  /**
   * Named pipes that shells read their commands from: whoever can write them runs what he likes. Beside those of the user's
   * other runs, in a folder that holds nothing else.
   */
  readonly pipes: string;
}

export interface Processes {
  /**
   * Runs a command in bash, or in /bin/sh where there is no bash, with an empty standard input. Returns when the shell
   * exits; when `signal` aborts or the time is over, after the whole tree is gone. Rejects with the signal's reason if
   * that had aborted before, and with an `Error` if the folder does not exist or nothing can be started.
   */
  shell(command: string, options: ShellOptions): Promise<ShellOutcome>;
  /** Runs a program without a shell. Rejects as `shell` does, and with the signal's reason whenever it aborts. */
  exec(file: string, args: readonly string[], options: ExecOptions): Promise<ExecOutcome>;
  /** Runs a command in /bin/sh that reads a text. Rejects as `exec` does. */
  filter(command: string, options: FilterOptions): Promise<FilterOutcome>;
  /** Where output is kept that is too long to show; null before there is such a folder. */
  ownFolder(): string | null;
  /** Makes the folders if they are not there yet. Throws if they cannot be made, and once nothing may start any more. */
  openFolders(): RunFolders;
  /** How many of the owner's ended commands left something that still runs, at this moment. */
  live(owner: string): number;
  /** Tells of every change of `live`. Returns how to stop that. */
  onChange(listener: (owner: string, live: number) => void): () => void;
  /** Ends what the owner's commands left running, and those that run. Resolves when the last process is gone. */
  end(owner: string): Promise<void>;
  /** The same for everyone, and the last thing: no command starts after it. */
  close(): Promise<void>;
  /** For the program's `exit` event, where nothing can be waited for. */
  killAll(): void;
}

/** Starts nothing before the first command. Installs no signal handlers: how the program ends is the program's matter. */
export function createProcesses({runId, env, tempFolder}: ProcessesOptions): Processes {
  let folders: RunFolders | null = null;
  let supervisor: Supervisor | null = null;
  let pipes: NamedPipes | null = null;
  let shells: Shells | null = null;
  /** From then on nothing starts. */
  let isClosed = false;
  /** From then on nothing runs. */
  let isGone = false;
  let count = 0;
  /** Where the programs are that keep commands in order; what commands are given may lack them. */
  const path = [env.PATH, '/usr/bin', '/bin'].filter(Boolean).join(delimiter);

  const makeOrGetFolders = (): RunFolders => {
    try {
      folders ??= makeFolders(tempFolder);
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
      const remedy = 'set TMPDIR to a folder that can be written';
      throw new Error(`nothing can be made in the temporary folder ${tempFolder}${reason}; ${remedy}`, {cause: error});
    }
    return folders;
  };
  /** Every start passes through here, so that none comes after `close` has looked for what runs. */
  const openSupervisor = (): Supervisor => {
    refuseIfClosed();
    supervisor ??= createSupervisor({mark: runMark(runId), folders: makeOrGetFolders(), path});
    return supervisor;
  };
  const jobs = createJobs({runId, env, supervisor: openSupervisor});
  const openPipes = (): NamedPipes => {
    refuseIfClosed();
    pipes ??= createNamedPipes({folder: makeOrGetFolders().pipes, path});
    return pipes;
  };
  const nextFiles = (): string => {
    count += 1;
    const {commands} = makeOrGetFolders();
    // Systems clear old files out of their temporary folder, also while a program runs.
    mkdirSync(commands, {recursive: true, mode: 0o700});
    return join(commands, String(count));
  };

  function refuseIfClosed(): void {
    if (isClosed) throw new Error('the program is ending');
  }

  function check(signal: AbortSignal): void {
    signal.throwIfAborted();
    refuseIfClosed();
  }

  function removeFolder(): void {
    try {
      if (folders === null) return;
      removePipeFolder(folders.pipes);
      rmSync(folders.run, {recursive: true, force: true});
    } catch {
      // A command may have left a folder there that it took its own rights from; the system clears it some day.
    }
  }

  return {
    async shell(command, options) {
      check(options.signal);
      shells ??= createShells({jobs, shell: findShell(env), env, pipes: openPipes, nextFiles});
      return runShell(command, options, {jobs, shells});
    },
    async exec(file, args, {owner, cwd, ...limits}) {
      check(limits.signal);
      if (!isFolder(cwd)) throw new Error(`the folder ${cwd} does not exist`);
      return execute(jobs, {file, args, owner, cwd, env: {}}, limits);
    },
    async filter(command, options) {
      check(options.signal);
      if (!isFolder(options.cwd)) throw new Error(`the folder ${options.cwd} does not exist`);
      return runFilter(jobs, command, options);
    },
    ownFolder: () => folders?.commands ?? null,
    openFolders() {
      openSupervisor();
      return makeOrGetFolders();
    },
    live: jobs.left,
    onChange: jobs.onChange,
    async end(owner) {
      await shells?.retire(owner);
      await jobs.end(owner);
    },
    async close() {
      isClosed = true;
      await Promise.all([pipes?.close(), shells?.retire()]);
      await jobs.endAll();
      shells?.close();
      supervisor?.dismiss();
      removeFolder();
      isGone = true;
    },
    killAll() {
      isClosed = true;
      void pipes?.close();
      if (isGone) return;
      // The supervisor stays: it notices that the program is gone, and looks once more.
      jobs.killAll();
      removeFolder();
    },
  };
}

function makeFolders(tempFolder: string): RunFolders {
  const run = mkdtempSync(resolve(tempFolder, 'agent-'));
  const commands = join(run, 'commands');
  mkdirSync(commands, {mode: 0o700});
  return {run, commands, pipes: makePipeFolder(resolve(tempFolder), run)};
}
