/**
 * Runs one shell command from its start to the moment its shell exits, whoever still holds its output open by then.
 */
import type {Job, Jobs} from './jobs.js';
import {createLiveOutput} from './live-output.js';
import {createOutput, type OutputFile} from './output.js';
import type {OutputPipe} from './output-pipe.js';
import {type ShellCall, toShellCall} from './shell-call.js';
import {createStop} from './stop.js';

export interface ShellOptions {
  /** Whose command it is: an agent's id. */
  readonly owner: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Gets output while the command runs, some of it if there is much; never after the outcome. */
  readonly onOutput: (text: string) => void;
}

/** How a shell command ended: with an exit code, by a signal, by its timeout, or interrupted through its signal. */
export interface ShellOutcome {
  readonly exitCode: number | null;
  /** The name of the signal that ended the shell, if it was not ours. */
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly interrupted: boolean;
  /** Standard output and error as they came, as plain text: the beginning and the end if it is long. */
  readonly output: string;
  readonly totalBytes: number;
  /** Where all of it is, if `output` was cut or more may come. Removed when the program ends. */
  readonly outputFile: OutputFile | null;
  /** Where the shell stood at its end; where it began, if that is not known. */
  readonly cwd: string;
  /** Whether something it started still runs. */
  readonly leftRunning: boolean;
}

/** What a command is run with. */
export interface ShellMeans {
  readonly jobs: Jobs;
  /** Its own, to be closed here. */
  readonly pipe: OutputPipe;
  /** The shell's path. */
  readonly shell: string;
  /** The beginning of the paths of this command's own files. */
  readonly files: string;
}

/** Nobody is there to type into an editor that git opens; this one keeps the text that git proposes. */
const environment = {GIT_EDITOR: 'true'};

export async function runShell(command: string, options: ShellOptions, means: ShellMeans): Promise<ShellOutcome> {
  const {owner, cwd, timeoutMs, signal, onOutput} = options;
  const {jobs, pipe, shell, files} = means;
  let call: ShellCall;
  let job: Job;
  try {
    call = toShellCall(shell, command, files);
    signal.throwIfAborted();
    const stdio = ['ignore', pipe.descriptor, pipe.descriptor] as const;
    job = await jobs.start({file: shell, args: call.args, owner, cwd, env: {...environment, ...call.env}, stdio});
  } catch (error) {
    pipe.close();
    throw error;
  }

  const output = createOutput(`${files}.log`);
  const live = createLiveOutput(onOutput);
  pipe.read({
    onChunk(chunk) {
      output.push(chunk);
      live.push(chunk);
    },
    onEnd() {
      output.close();
      jobs.look(job);
    },
  });

  const stop = createStop(signal, timeoutMs);
  const end = await Promise.race([job.exited, stop.reason]).finally(stop.dispose);
  if (typeof end === 'string') await jobs.stop(job);
  const isPipeClosed = await pipe.drained();
  live.close();
  pipe.unref();
  const leftRunning = jobs.settle(job);
  const {text, totalBytes, file} = output.collect({keepFile: leftRunning && !isPipeClosed});
  return {
    ...(typeof end === 'string' ? {exitCode: null, signal: null} : end),
    timedOut: end === 'timed out',
    interrupted: end === 'interrupted',
    output: text,
    totalBytes,
    outputFile: file,
    cwd: call.readReport() ?? cwd,
    leftRunning,
  };
}
