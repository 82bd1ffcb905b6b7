/** Commands that go on beside the call that started them: plain data, and what a call may do with those of its agent. */
import type {CommandOutcome, RunningCommand} from './commands.js';

export interface BackgroundCommand {
  readonly id: string;
  readonly command: string;
  /** A few words for the person. */
  readonly description: string;
  /** A file with all its output; null if none could be made. */
  readonly path: string | null;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** Null while it runs, and where it has none. */
  readonly exitCode: number | null;
}

/** How a call runs a command that may leave it. */
export interface CommandStart {
  readonly command: string;
  readonly description: string;
  /** It goes on beside the call from its start; else once the person wants it to. */
  readonly isBackground: boolean;
  /** Runs it; `signal` ends it, with the call, or once it has left that with the agent. */
  run(options: {
    readonly signal: AbortSignal;
    readonly onStart: (running: RunningCommand) => void;
  }): Promise<CommandOutcome>;
}

export interface CallTasks {
  /** Settles when the command ends, or when it goes on beside the call. Rejects as `run` does. */
  start(start: CommandStart): Promise<CommandOutcome | BackgroundCommand>;
  /** Of this agent; null if there is none of that id. */
  find(id: string): BackgroundCommand | null;
  /** What it wrote, bounded: the beginning and the end. */
  output(id: string): string;
  /** Ends it, with all it started. Its end is no news then. */
  stop(id: string): Promise<void>;
  /** Settles when all of them have ended, or the time is over. Rejects with `Interrupted` when `signal` aborts. */
  wait(ids: readonly string[], options: {readonly timeoutMs: number; readonly signal: AbortSignal}): Promise<void>;
}
