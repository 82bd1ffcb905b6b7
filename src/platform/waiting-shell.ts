/**
 * A shell that was started ahead and waits for its command. It is a shell like any other, of one owner and in one folder.
 */
import {existsSync, statSync} from 'node:fs';
import {type InputPipe, openInputPipe} from './input-pipe.js';
import type {Job, Jobs} from './jobs.js';
import type {Launcher} from './launcher.js';
import type {NamedPipes} from './named-pipes.js';
import {type OutputPipe, openOutputPipe} from './output-pipe.js';
import {shellEnvironment, toTyped, toWaitingCall} from './shell-call.js';
import {killNow, newestPid} from './survivors.js';

/** Whose command it is, and the folder where it begins. */
export interface ShellPlace {
  readonly owner: string;
  readonly cwd: string;
}

/** A shell that has its command. */
export interface StartedShell {
  readonly job: Job;
  readonly pipe: OutputPipe;
  /** The beginning of the paths of this command's own files. */
  readonly files: string;
  /** What the command starts has a process id after this. */
  readonly since: number;
  readReport(): string | null;
  /** Whether it was ended before it had read its command, of which then nothing ran. To be asked after its end. */
  hasMissed(): boolean;
}

export interface WaitingShell {
  /** Settles when it ended, whatever ended it. */
  readonly ended: Promise<unknown>;
  /** Gives it the command, and is no more; null if the shell does not suit. Either way it is not to be used again. */
  give(command: string, place: ShellPlace, signal: AbortSignal): Promise<StartedShell | null>;
  /** Ends it without a command. */
  dismiss(): Promise<void>;
}

export interface WaitingShellMeans {
  readonly jobs: Jobs;
  /** Throws if nothing may start any more. */
  pipes(): NamedPipes;
  /** To start it with, and for as long as it lives. */
  readonly launcher: Launcher;
  /** Path of a bash. */
  readonly shell: string;
  /** The beginning of paths that nobody else has. */
  readonly files: string;
}

/** Settles when it waits, with null if that was not to be: then the next command's own shell will tell why. */
export async function startWaitingShell(place: ShellPlace, means: WaitingShellMeans): Promise<WaitingShell | null> {
  const {jobs, launcher, shell, files} = means;
  const {owner, cwd} = place;
  const opened: {close(): void}[] = [];
  try {
    const pipes = means.pipes();
    const pipe = await pipes.open(path => openOutputPipe(path, () => pipes.giveBack(path)));
    opened.push(pipe);
    const input = await pipes.open(openInputPipe);
    opened.push(input);
    const folder = identify(cwd);
    const marks = jobs.nextMarks(owner);
    const {args, env, readReport} = toWaitingCall(shell, files);
    const launched = await launcher.launch({
      file: shell,
      args,
      cwd,
      env: {...shellEnvironment, ...env, ...marks},
      input: input.path,
      output: pipe.path,
    });
    if (!launched) throw new Error('the launcher could not start it');
    pipe.unref();
    const started = {job: jobs.add(owner, launched, marks), pipe, files, readReport};
    // Its pipe's name is gone if the temporary folder was cleared; then it could not report where it ended.
    const suits = (other: ShellPlace): boolean =>
      other.cwd === cwd && folder !== null && folder === identify(cwd) && existsSync(input.path);
    return toWaiting(started, {jobs, pipes, input, launcher, suits});
  } catch {
    for (const each of opened) each.close();
    return null;
  }
}

interface Waiting {
  readonly jobs: Jobs;
  readonly pipes: NamedPipes;
  readonly input: InputPipe;
  readonly launcher: Launcher;
  suits(place: ShellPlace): boolean;
}

function toWaiting(
  shell: Omit<StartedShell, 'since' | 'hasMissed'>,
  {jobs, pipes, input, launcher, suits}: Waiting,
): WaitingShell {
  const {job, pipe} = shell;
  let isGone = false;
  let hasMissed = false;
  const ended = job.exited.then(({exitCode}) => {
    isGone = true;
    launcher.unref();
    // Only signals end a shell while it reads.
    hasMissed = (exitCode === null || exitCode > 128) && !input.isRead();
    input.close();
    // Without its launcher, the shell may not be quite dead.
    if (!launcher.isGone()) pipes.giveBack(input.path);
  });

  async function dismiss(): Promise<void> {
    launcher.ref();
    input.close();
    // Reading gives the pipe's name back at its end.
    pipe.read({onChunk() {}, onEnd() {}});
    // It runs nothing, so there is nothing to be gentle with.
    if (!isGone) killNow({reach: job.target.groups.map(group => -group)});
    await ended;
    jobs.settle(job, newestPid() ?? 0);
  }

  return {
    ended,
    async give(command, place, signal) {
      const typed = toTyped(command);
      if (typed === null || isGone || signal.aborted || !suits(place)) {
        await dismiss();
        return null;
      }
      launcher.ref();
      pipe.ref();
      const since = newestPid() ?? job.pid;
      input.send(typed);
      return {...shell, since, hasMissed: () => hasMissed};
    },
    dismiss,
  };
}

/** Which folder it is, however it is called by now; null if there is none. */
function identify(folder: string): string | null {
  const found = statSync(folder, {throwIfNoEntry: false});
  return found ? `${found.dev}:${found.ino}` : null;
}
