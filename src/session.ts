/** A session as its caller sees it: what it is made of, and what can be done with it. Types only. */
import type {AgentDefinition} from './agents/definition.js';
import type {Hooks, Permissions, Verdict} from './core/policy.js';
import type {Model, ModelInfo, Tool} from './core/ports.js';
import type {PermissionMode} from './core/question.js';
import type {Session as CoreSession} from './core/session-types.js';
import type {AgentId, ContentBlockParam, Effort, FileDiff} from './core/types.js';
import type {HookFunctions} from './hooks/functions.js';
import type {EndingReason, HookListing} from './hooks/listing.js';
import type {ListedRule, Rules} from './permissions/rules.js';
import type {Environment} from './platform/environment.js';
import type {MemoryScope} from './prompt/memory/places.js';
import type {FolderItems} from './settings/load.js';
import type {AgentLimits, CompactionOptions, WithheldItem} from './settings/settings.js';
import type {SettingSource} from './settings/sources.js';

/** What a session is made of. Everything has a default. */
export interface SessionOptions {
  /** The folder to work in; the process's own unless told. */
  readonly cwd?: string;
  /** A model's name or alias (opus, sonnet, haiku, demo), or a model of your own. */
  readonly model?: string | Model;
  /** Names or models that take over from the first, in this order, for the rest of a turn in which that is overloaded or gone. */
  readonly fallbackModels?: readonly (string | Model)[];
  /** When a conversation is summed up by itself, over what the settings say: at 0.85 of the model's window unless told. */
  readonly compaction?: CompactionOptions;
  readonly effort?: Effort;
  /** Requests a turn may make; no limit unless told. */
  readonly maxTurns?: number;
  readonly maxBudgetUsd?: number;
  /** Types of agents by name, over those of the files. */
  readonly agents?: Readonly<Record<string, AgentDefinition>>;
  /** Over those of the settings: by default depth 3, live 16, children 8, spawnsPerTurn 32; any of 0: no agents. */
  readonly agentLimits?: AgentLimits;
  /** Replaces the system prompt. */
  readonly systemPrompt?: string;
  readonly appendSystemPrompt?: string;
  /** How much runs without a question, over what the settings say. */
  readonly permissionMode?: PermissionMode;
  /** Runs commands in a sandbox, whatever the settings say. One session of a process at a time has it. */
  readonly sandbox?: boolean;
  /** Rules for what runs without a question: `Edit`, `Bash(npm test:*)`. */
  readonly allowedTools?: readonly string[];
  /** Rules for what never runs; a tool named as a whole is not given to the model. */
  readonly disallowedTools?: readonly string[];
  /** The mode `bypassPermissions`: runs all that no rule forbids or wants asked. */
  readonly skipPermissions?: boolean;
  /**
   * Whether somebody answers questions (`question_asked`, then `answer`) and waits out an overloaded server. Without,
   * a tool that would ask is refused, and a request is retried ten times at most.
   */
  readonly interactive?: boolean;
  /** Keeps the conversation below AGENT_HOME, so that it can be gone on with; true unless told. */
  readonly persist?: boolean;
  /** Goes on with a kept conversation of the same folder: its id or the beginning of it, words of it, or true for the newest. */
  readonly resume?: string | true;
  /** Goes on with a copy, and leaves the kept conversation as it is. */
  readonly fork?: boolean;
  /** Of a new session, or of a copy; a new UUID unless told. */
  readonly sessionId?: string;
  /** Decides instead of the flags above. */
  readonly permissions?: Permissions;
  /** Functions by event, heard beside the hooks of the settings; or hooks that answer for themselves. */
  readonly hooks?: HookFunctions | Hooks;
  /** Tools beside the built-in ones; one of the same name replaces it. */
  readonly tools?: readonly Tool[];
  /**
   * Writes what passes between the session and its first model to this file, without headers, keys or environment;
   * `createRecordedModel` replays it.
   */
  readonly recordTo?: string;
  readonly env?: Environment;
  /** A settings file, or settings as JSON, over those of all files but the administrator's. */
  readonly settings?: string;
  /** Which settings files are read; all unless told. Naming the project's trusts it. */
  readonly settingSources?: readonly SettingSource[];
  /** Whether AGENTS.md, CLAUDE.md and the like are read; true unless told, here or by a setting. */
  readonly memoryFiles?: boolean;
  /** Lets the folder's hooks, variables, status line and allowing rules take effect. */
  readonly trust?: boolean;
  /** Asked before anything starts, where the folder brings some that the person has not trusted yet. True is kept. */
  readonly askTrust?: (found: FolderItems) => Promise<boolean>;
}

/** A file of instructions that the system prompt holds. */
export interface ListedMemory {
  readonly path: string;
  /** Whose it is; null where that is not known any more. */
  readonly scope: MemoryScope | null;
  readonly importedBy: string | null;
  readonly characters: number;
}

/** Which of both goes back to what it was before a message; both unless told. */
export interface RewindOptions {
  readonly files?: boolean;
  readonly conversation?: boolean;
}

/** A file as it is brought back. Paths below the session's folder are relative to it. */
export interface RewoundFile {
  readonly path: string;
  readonly becomes: 'changed' | 'deleted' | 'created';
  /** Lines that come and go; null of what is no text. */
  readonly added: number | null;
  readonly removed: number | null;
  /** Whose changes that undoes. */
  readonly agents: readonly AgentId[];
}

/** What bringing files back does, or did. */
export interface RewindPreview {
  readonly files: readonly RewoundFile[];
  /** Those that stay as they are. `why` goes on after the name: `was changed by others since`. */
  readonly refused: readonly {readonly path: string; readonly why: string}[];
  /** Why it is not known what commands have changed; null if it is. */
  readonly unwatched: string | null;
}

/** What one agent has made of a file. */
export interface AgentChange {
  /** Below the session's folder relative to it. */
  readonly path: string;
  readonly agentId: AgentId;
  /** Null of what is no text, or too large. */
  readonly diff: FileDiff | null;
}

export interface RewindReport extends RewindPreview {
  /** What the person had said; empty where the conversation stays. */
  readonly content: readonly ContentBlockParam[];
  /** Agents that were ended. */
  readonly ended: number;
}

/** A conversation with an agent in a folder. */
export interface Session extends Omit<CoreSession, 'model' | 'setModel' | 'tell' | 'close' | 'rewind'> {
  readonly model: ModelInfo;
  readonly cwd: string;
  /** The top of the repository that holds it, else the folder itself. */
  readonly projectFolder: string;
  /** Where the person's own settings are; null if there is no such place. */
  readonly ownFolder: string | null;
  readonly tools: readonly string[];
  /** The types of agents that can be started. */
  readonly agentTypes: readonly string[];
  /** Lines for the person: what is wrong with files that the session does without. */
  readonly warnings: readonly string[];
  /** Lines for the person: what is gone on with. */
  readonly notes: readonly string[];
  /** What the person calls it; null where they gave no name. */
  readonly title: string | null;
  /** Gives it a name, which is kept with it. Throws `UsageError` for one without a word. */
  rename(title: string): void;
  /** The file that it is kept in, its agents' beside it; null if it is not kept. */
  readonly logPath: string | null;
  /** The file that an agent's conversation is kept in; null if it is not kept. */
  logOf(agentId: AgentId): string | null;
  /** What the folder brings and may not do, because nobody trusts it with that. */
  readonly withheld: readonly WithheldItem[];
  /** What configures the session: the process's variables, and over them those of the person's settings. */
  readonly env: Environment;
  /** The hooks that listen. */
  readonly hooks: readonly HookListing[];
  /** Changes the model by name. Throws `UsageError` if it cannot be used. */
  setModel(name: string): Promise<void>;
  /** The files of instructions, such as AGENTS.md, that every request begins with. */
  memory(): Promise<readonly ListedMemory[]>;
  /** What agents have changed of files, in order, without what was undone. */
  fileChanges(): Promise<readonly AgentChange[]>;
  /** What a rewind to that message would do to files. Rejects with `UsageError` where that is not known. */
  previewRewind(entryId: string): Promise<RewindPreview>;
  /**
   * Goes back to before one of `prompts`: files that the session's agents have changed since become what they were, and the
   * conversation forgets what was said since. What others have changed stays, and what the session did not make is never
   * deleted. Rejects while a turn runs, and with `UsageError` where there is no such message.
   */
  rewind(entryId: string, options?: RewindOptions): Promise<RewindReport>;
  /** Answers a question. False if none waits under that call. Throws `TypeError` for what is no verdict: the question waits on. */
  answer(callId: string, verdict: Verdict): boolean;
  readonly mode: PermissionMode;
  /** The modes to step through. */
  readonly modes: readonly PermissionMode[];
  /** Counts from the next call on. Throws `UsageError` for a mode that may not be used. */
  setMode(mode: PermissionMode): void;
  /** All rules, with where each is from. */
  rules(): readonly ListedRule[];
  /** `project` writes it to .agent/settings.local.json. Rejects with `UsageError` if it would do nothing or cannot be written. */
  addRule: Rules['add'];
  /** Rejects with `UsageError` for a rule of another file, naming it. */
  removeRule: Rules['remove'];
  /** Aborts everything; resolves when the last process is gone. @param reason what SessionEnd hooks are told. */
  close(reason?: EndingReason): Promise<void>;
}
