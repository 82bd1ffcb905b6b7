/**
 * What core needs from outside, as small interfaces. `compose.ts` fills them; tests fill them with the scripted
 * model and with real folders. Nothing here has a default.
 */
import type {RawMessageStreamEvent, Tool as ToolDefinition} from '@anthropic-ai/sdk/resources/messages';
import type {Commands} from './commands.js';
import type {Subject} from './question.js';
import type {CallTasks} from './tasks.js';
import type {Agents} from './tree.js';
import type {AgentEvent, AgentId, Effort, MessageParam, Price, ToolDisplay, ToolEffect, ToolResult} from './types.js';

export type * from './command-sandbox.js';
export type * from './commands.js';
export type * from './policy.js';
export type * from './records.js';
export type * from './tasks.js';
export type {RawMessageStreamEvent, ToolDefinition};

/** What is known of a model. Unknown figures are null, never zero. Sizes in tokens. */
export interface ModelInfo {
  readonly id: string;
  readonly name: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number;
  readonly price: Price | null;
  readonly effortLevels: readonly Effort[];
  /** Whether the model decides by itself how long it thinks. */
  readonly adaptiveThinking: boolean;
  readonly images: boolean;
}

export interface ModelRequest {
  readonly system: string;
  readonly tools: readonly ToolDefinition[];
  readonly messages: readonly MessageParam[];
  readonly maxTokens: number;
  readonly effort: Effort | null;
  readonly toolChoice: 'auto' | 'none';
  /** Another model would answer in its place: one that is overloaded is not waited for long. */
  readonly isReplaceable?: boolean;
}

/** The wire's own events, and what a retrying model says between them. */
export type ModelEvent =
  | RawMessageStreamEvent
  /** What this stream said so far is void; the same request is tried again. */
  | {readonly type: 'attempt_retracted'; readonly reason: string}
  | Extract<AgentEvent, {type: 'retry_scheduled' | 'request_held'}>;

/**
 * A model behind its provider. `stream` ends after `message_stop`, or throws `ProviderError`, or `Interrupted` when
 * `signal` aborts. A stream that ends without `message_stop` was cut. Breaking off closes the connection.
 */
export interface Model {
  readonly info: ModelInfo;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

export interface Tool<Input = unknown> {
  readonly name: string;
  /** Other names that a call of it is accepted under; the model is not told of them. */
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly inputSchema: ToolDefinition.InputSchema;
  readonly effect: ToolEffect;
  /** Checks what the model sent. Throws `ToolError` that names the parameter at fault. */
  parse(input: unknown): Input;
  /** One line that says what the call is about: a path, a command, a pattern. Paths below the root are relative to it. */
  title(input: Input, place: Place): string;
  /** What the call touches, for rules. */
  subjects?(input: Input, place: Place): readonly Subject[];
  /** What the call would do, for the question whether it may. Changes nothing. */
  preview?(input: Input, context: ToolContext): Promise<ToolDisplay>;
  /** Throws `ToolError` for what the model can mend, `Interrupted` when the signal aborts. */
  run(input: Input, context: ToolContext): Promise<ToolResult>;
}

/** Where an agent works. `cwd` moves with the agent's `cd`; `root` stays. Absolute paths. */
export interface Place {
  readonly root: string;
  cwd: string;
  /** The working tree of the agent's own: it writes nothing outside of it. */
  readonly worktree?: string;
}

/** A working tree of an agent's own, beside the project's. */
export interface Isolation {
  readonly place: Place;
  readonly branch: string;
  /** Takes it away, unless it holds changes or others still work there. Whether it stays. Never rejects. */
  close(isInUse: boolean): Promise<boolean>;
  /** The same tree after it was closed; a new one, if it was taken away. */
  reopen(): Promise<Isolation>;
}

/** What a running call may use. */
export interface ToolContext {
  readonly agentId: AgentId;
  readonly callId: string;
  readonly signal: AbortSignal;
  readonly place: Place;
  readonly files: Files;
  readonly commands: Commands;
  readonly agents: Agents;
  /** Commands of the agent that go on beside its calls. */
  readonly tasks: CallTasks;
  hides(path: string): boolean;
  /** What the tool keeps of the agent, from call to call and over a resume. */
  readonly state: {get(): unknown; set(value: unknown): void};
  /** What the folders of a file ask of whoever works there, as far as the agent was not told yet; null: nothing. */
  instructions(path: string): Promise<Told | null>;
  /** Shows output while the call runs. */
  progress(text: string): void;
  /** Runs `effect` once the reply that holds this call is kept; never if it is retracted. */
  whenKept(effect: () => void): void;
}

/** The bytes of a file, their hash, and the agent whose write made them, if one of this session's did. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly hash: string;
  readonly writer: AgentId | null;
}

/**
 * The project's files, one owner for all agents. Paths are absolute. Every failure is a `ToolError`: missing, a
 * directory, not a regular file, NUL in the path, too large, no permission.
 */
export interface Files {
  /** Reads a regular file whole; refuses one over `maxBytes`. Never blocks on a FIFO or device. */
  read(path: string, options: {readonly maxBytes: number; readonly signal: AbortSignal}): Promise<FileContent>;
  /** As `read`, for files too large to hold: `onChunk` gets the bytes in order, each chunk valid only during its call. */
  scan(
    path: string,
    options: {readonly maxBytes: number; readonly signal: AbortSignal; readonly onChunk: (chunk: Uint8Array) => void},
  ): Promise<{readonly size: number; readonly hash: string}>;
  /** Whether there is something at the path, behind links. */
  exists(path: string): Promise<boolean>;
  /** Notes that the agent has seen the file with this content. */
  mark(agentId: AgentId, path: string, hash: string): void;
  /** The hash the agent last saw, or undefined if it never read the file. */
  marked(agentId: AgentId, path: string): string | undefined;
  /** The agent has seen no file any more. */
  forget(agentId: AgentId): void;
  /** What was in a file with that hash, if it was kept when it was changed; null if not. */
  contentOf(hash: string): Uint8Array | null;
  /**
   * Replaces the file if its content still has the hash `expected` (null: if it does not exist), atomically, keeping
   * mode, symlink and hard links; makes missing folders. Throws `ToolError` and leaves the bytes untouched otherwise.
   * Marks the new content as seen by the agent.
   */
  write(
    path: string,
    bytes: Uint8Array,
    options: {readonly agentId: AgentId; readonly expected: string | null},
  ): Promise<void>;
}

/** Instructions in words, and the files that they are from. */
export interface Told {
  readonly words: string;
  readonly paths: readonly string[];
}

/** What folders ask of whoever works in them, in files such as AGENTS.md. */
export interface Instructions {
  /** Of the folders that hold the file; null if there is nothing new. @param isNew tells it of words, and takes them. */
  of(path: string, isNew: (words: string) => boolean): Promise<Told | null>;
}

/** Time, so that tests can own it. `now` is milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Rejects with `Interrupted` when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
