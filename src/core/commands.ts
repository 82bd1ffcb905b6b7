/**
 * How commands are run, as an interface: what a call may run, what it gets of the output, and when it ends.
 */
import type {AgentId} from './types.js';

/** How a shell command ended: an exit code, or a signal, or one of the last two and neither. */
export interface CommandOutcome {
  /** Null when it was stopped; 128 and a signal's number when that ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The caller's signal aborted; `output` is what came until then. */
  readonly interrupted: boolean;
  /** Standard output and error as they came, as plain text, bounded: the beginning and the end. */
  readonly output: string;
  /** Of all that came; `output` holds less of it where it is cut. */
  readonly totalBytes: number;
  readonly totalLines: number;
  readonly isCut: boolean;
  /** Holds the first `bytes` of all `totalBytes`, if `output` does not hold all or more may come; `fault`: why not more. */
  readonly outputFile: {readonly path: string; readonly bytes: number; readonly fault?: string} | null;
  /** Where the shell stood at its end. */
  readonly cwd: string;
  /** Whether something it started still runs; it lives until `end`. */
  readonly leftRunning: boolean;
}

/** A shell command that runs. */
export interface RunningCommand {
  /** No time binds it any more, and all its output goes to a file: the path; null if that cannot be made. */
  release(): string | null;
  /** What it wrote so far, as an outcome has it. */
  output(): string;
}

/** Runs commands, each in a process group of its own that dies with `signal`, with its agent, or with the program. */
export interface Commands {
  /** Runs a shell command; returns when the shell exits, not when its pipes close. */
  shell(
    command: string,
    options: {
      readonly agentId: AgentId;
      readonly cwd: string;
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
      readonly onOutput: (text: string) => void;
      readonly onStart?: (running: RunningCommand) => void;
      /** Runs it outside of the sandbox, where there is one. */
      readonly isOutside?: boolean;
    },
  ): Promise<CommandOutcome>;
  /** Runs a program without a shell, for its standard output up to `maxBytes` or as far as it comes in `timeoutMs`. */
  exec(
    file: string,
    args: readonly string[],
    options: {
      readonly agentId: AgentId;
      readonly cwd: string;
      readonly maxBytes: number;
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
    },
  ): Promise<{
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
    /** There was more than `maxBytes`. */
    readonly truncated: boolean;
    readonly timedOut: boolean;
  }>;
  /** Ends what the agent's commands left running. Resolves when the last process is gone. */
  end(agentId: AgentId): Promise<void>;
}
