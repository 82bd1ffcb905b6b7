/**
 * Runs one shell command from its start to the moment its shell exits, whoever still holds its output open by then.
 */
import {constants} from 'node:os';
import type {Jobs} from './jobs.js';
import type {Exit} from './launcher.js';
import {createLiveOutput} from './live-output.js';
import {createOutput, type OutputFile} from './output.js';
import type {Shells} from './shells.js';
import {createStop} from './stop.js';

export interface ShellOptions {
  /** Whose command it is: an agent's id. */
  readonly owner: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Gets output while the command runs, some of it if there is much; never after the outcome. */
  readonly onOutput: (text: string) => void;
  /** Called once it runs; again where its shell was lost before it began. */
  readonly onStart?: (running: RunningShell) => void;
}

export interface RunningShell {
  /** No time limits it any more, and all its output goes to a file: the path; null if that cannot be made. */
  release(): string | null;
  /** What it wrote so far, as an outcome has it. */
  output(): string;
}

/** How a shell command ended: with an exit code, by its timeout, or interrupted through its signal. */
export interface ShellOutcome {
  /** Null when we ended it. When another signal did, 128 and the signal's number, as shells tell it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly interrupted: boolean;
  /** Standard output and error as they came, as plain text: the beginning and the end if it is long. */
  readonly output: string;
  /** Of all that came; `output` holds less of it where it is cut. */
  readonly totalBytes: number;
  readonly totalLines: number;
  readonly isCut: boolean;
  /** Where all of it is, if `output` was cut or more may come. Removed when the program ends. */
  readonly outputFile: OutputFile | null;
  /** Where the shell stood at its end; where it began, if that is not known. */
  readonly cwd: string;
  /** Whether something it started still runs. */
  readonly leftRunning: boolean;
}

export interface ShellMeans {
  readonly jobs: Jobs;
  readonly shells: Shells;
}

export async function runShell(command: string, options: ShellOptions, means: ShellMeans): Promise<ShellOutcome> {
  const {owner, cwd, timeoutMs, signal, onOutput} = options;
  const {jobs, shells} = means;
  const {job, pipe, files, since, readReport, hasMissed} = await shells.start(command, {owner, cwd}, signal);
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
  let isReleased = false;
  options.onStart?.({
    release() {
      isReleased = true;
      stop.untime();
      return output.keep();
    },
    output: output.text,
  });
  const end = await Promise.race([job.exited, stop.reason]).finally(stop.dispose);
  if (typeof end === 'string') await jobs.stop(job);
  const endCwd = readReport() ?? cwd;
  const isPipeClosed = await pipe.drained();
  live.close();
  pipe.unref();
  const leftRunning = jobs.settle(job, since);
  if (typeof end !== 'string' && hasMissed()) return runShell(command, options, means);
  shells.expect({owner, cwd: endCwd});
  const {text, file, ...amount} = output.collect({keepFile: isReleased || (leftRunning && !isPipeClosed)});
  return {
    exitCode: typeof end === 'string' ? null : toExitCode(end),
    timedOut: end === 'timed out',
    interrupted: end === 'interrupted',
    output: text,
    ...amount,
    outputFile: file,
    cwd: endCwd,
    leftRunning,
  };
}

const toExitCode = ({exitCode, signal}: Exit): number => exitCode ?? 128 + (signal ? constants.signals[signal] : 0);
