/**
 * What settings come to, as plain data: all files and flags merged by precedence, what a folder may not do left out and
 * listed, each rule and hook with the place that it is from. Types only, so that whoever uses settings loads nothing.
 */
import type {PermissionMode} from '../core/question.js';
import type {Effort} from '../core/types.js';
import type {Source} from './sources.js';

/** How deep agents nest, how many run at once in all and under one parent, how many start in one turn. Any of 0: none. */
export interface AgentLimits {
  readonly depth?: number;
  readonly live?: number;
  readonly children?: number;
  readonly spawnsPerTurn?: number;
}

/** Whether a conversation is summed up by itself, and at which part of its model's window. */
export interface CompactionOptions {
  readonly auto?: boolean;
  readonly at?: number;
}

/** A permission rule as it was written, such as `Bash(npm test:*)`. Nobody has looked at its text yet. */
export interface RuleSetting {
  readonly list: 'deny' | 'ask' | 'allow';
  readonly text: string;
  readonly source: Source;
}

export interface HookSetting {
  /** One of the events that `events.ts` names. */
  readonly event: string;
  /** Null for every tool, source or type. */
  readonly matcher: string | null;
  readonly command: string;
  readonly timeoutMs: number | null;
  /** What a crash or a timeout of the hook comes to. */
  readonly onFailure: 'allow' | 'block';
  readonly source: Source;
}

/** A command whose output stands in the status line. */
export interface StatusLineSetting {
  readonly command: string;
  /** Columns left free before it. */
  readonly padding: number;
  readonly source: Source;
}

/** As written; what is not said has the sandbox's own default. Paths may be relative, or begin with `~/`. */
export interface SandboxSettings {
  readonly enabled?: boolean;
  readonly autoAllowBashIfSandboxed?: boolean;
  readonly allowUnsandboxedCommands?: boolean;
  /** Commands that run outside. */
  readonly excludedCommands?: readonly string[];
  readonly network?: {
    readonly allowedDomains?: readonly string[];
    readonly deniedDomains?: readonly string[];
    readonly allowUnixSockets?: readonly string[];
    readonly allowLocalBinding?: boolean;
  };
  readonly filesystem?: {
    readonly allowWrite?: readonly string[];
    readonly denyWrite?: readonly string[];
    readonly denyRead?: readonly string[];
    readonly allowRead?: readonly string[];
  };
}

/** What a folder's file of instructions would bring in from elsewhere. Paths; the target's without links. */
export interface FolderImport {
  readonly file: string;
  readonly target: string;
}

/** What a folder brings and may not do until the person trusts it. */
export interface WithheldItem {
  readonly kind: 'hook' | 'env' | 'status line' | 'allow rule' | 'directory' | 'import' | 'cost';
  /** The whole of what would take effect, as a person reads it. It may hold any character. */
  readonly text: string;
  /** Changes with anything that the item would do. */
  readonly hash: string;
  readonly source: Source;
}

/** Settings as the program uses them. */
export interface LoadedSettings {
  readonly model?: string;
  /** Names of models that take over from it, in this order. */
  readonly fallbackModels?: readonly string[];
  readonly effort?: Effort;
  readonly agents?: AgentLimits;
  /** Whether pages of this machine and its networks may be fetched. */
  readonly allowPrivate?: boolean;
  /** Whether files such as AGENTS.md are read. */
  readonly memoryFiles?: boolean;
  /** Files elsewhere that the folder's files of instructions may bring in. Absolute paths without links. */
  readonly imports: readonly string[];
  readonly compaction?: CompactionOptions;
  /** Over the process's own variables, for everything that an agent starts. */
  readonly env: Readonly<Record<string, string>>;
  /** Those of `env` that also configure the program itself: none of them is from the project. */
  readonly ownEnv: Readonly<Record<string, string>>;
  /** The mode to begin in, where one is set. */
  readonly mode: PermissionMode | null;
  /** Whether `bypassPermissions` may be chosen at all. */
  readonly mayBypass: boolean;
  /** Absolute paths. */
  readonly additionalDirectories: readonly string[];
  readonly rules: readonly RuleSetting[];
  readonly hooks: readonly HookSetting[];
  readonly statusLine: StatusLineSetting | null;
  /** Conversations that were last written so many days ago are deleted; null: none is. */
  readonly cleanupPeriodDays: number | null;
  readonly sandbox: SandboxSettings | null;
  /** Lines for the person: what in which file has no effect, and why. */
  readonly warnings: readonly string[];
  readonly withheld: readonly WithheldItem[];
}
