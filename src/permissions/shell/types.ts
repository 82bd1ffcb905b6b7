/**
 * What the judgement of a shell command takes and gives, and what its parts hand to each other.
 */
import type {Script} from 'unbash';
import type {Listing} from './input.js';
import type {Scope} from './scope.js';

export type CommandVerdict = 'allow' | 'ask' | 'deny';

/** The arguments of Bash(...) rules: `npm run test:*`, `git diff *`, `ls`; an empty one or `*` means every command. */
export interface CommandRules {
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  readonly allow: readonly string[];
}

/** `rule` is the deciding rule as it is written (`Read(./.env)`), null where none decided. */
export interface PathJudgement {
  readonly verdict: CommandVerdict;
  readonly rule: string | null;
  readonly reason: string;
  /** What is written there decides what runs: only a rule that names it allows it. */
  readonly isGuarded?: boolean;
}

/** The files that Read rules forbid, as far as the disk shows them. All paths are absolute. */
export interface Secrets {
  /** One of the rules, for what may be forbidden by any. */
  readonly rule: string;
  /** The last names of their patterns: `.env`, `*.pem`. */
  readonly names: readonly string[];
  /** Those in that folder at any depth, or the path itself; null: there is too much to look at. */
  below(folder: string): readonly string[] | null;
  /** Those that git keeps where that folder is, null if that is not known; null without a repository. */
  tracked(folder: string): {readonly root: string; readonly files: readonly string[] | null} | null;
}

export interface CommandContext {
  /** Where the command starts, absolute. */
  readonly cwd: string;
  readonly home: string | null;
  readonly rules: CommandRules;
  /** How a path that the command line shows is judged; absolute, with `..` and symlinks not yet resolved. */
  path(access: 'read' | 'write', path: string): PathJudgement;
  /** The value of an environment variable; undefined: not known. */
  variable(name: string): string | undefined;
  /**
   * What the shell puts in the place of a pattern in that folder, [] if nothing matches; undefined: not known.
   * Without it no pattern's files are known, and whatever would open them asks.
   */
  glob?(pattern: string, folder: string): readonly string[] | undefined;
  /** Not given where no rule forbids to read anything. */
  readonly secrets?: Secrets;
  /** The same of files that rules forbid to edit. */
  readonly locked?: Pick<Secrets, 'rule' | 'below'>;
  /** Whether the path leads into the project. Without it, that is whether it stands there. */
  isInside?(path: string): boolean;
  /**
   * Whether none of what lies in the folder leads out of the project, and where names are cut into words none turns into others or
   * into an option. Without it that is not known.
   */
  namesArePlain?(folder: string, isCut: boolean): boolean;
  /** The same of the files that git keeps in the folder. Null: not known. */
  kept?(folder: string): {isPlain(isCut: boolean): boolean; holds(name: string): boolean} | null;
  /**
   * The links at any depth in a folder, those in folders that links within the project lead to included where it `isDeep`; null: there
   * is too much to look at. Without it they are not known, and not asked about.
   */
  linksBelow?(folder: string, isDeep: boolean): readonly {readonly path: string; readonly isFolder: boolean}[] | null;
  /** The name of something in that folder that decides what runs, wherever it lies; null: none is known. */
  sensitiveBelow?(folder: string): string | null;
  /** Whether the names that stand there, outside of the project, tell nothing that is anybody's own. Without it they do. */
  isCommon?(path: string): boolean;
  /** Whether there is a folder that one can go to. Without it that is not known. */
  isFolder?(path: string): boolean;
  /** Whether a link stands there, or in the folder that is there. Without it, or where nothing is: it may. */
  mayHoldLinks?(path: string): boolean;
  /** A rule that forbids to read or write some file, for a path of which it is not known where it leads. */
  forbidding?(access: 'read' | 'write'): string | null;
  /**
   * Which repository git works with in that folder (null: none), and whether it could start a program that this one names,
   * while it only reads. Without it that is known of no folder but the one where the command starts, where it could not.
   */
  git?(folder: string): {readonly repository: string | null; readonly mayRun: boolean};
}

export interface JudgedSubject {
  /** The simple command in its normal form, `> path`, `< path` or `NAME=value`. */
  readonly text: string;
  readonly verdict: CommandVerdict;
  readonly rule: string | null;
  readonly reason: string;
  /** What it does is not shown, and there are rules that may mean it: nothing else lets it pass. */
  readonly isDemanded?: true;
}

export interface CommandJudgement {
  readonly verdict: CommandVerdict;
  /** A rule wants the question, or may forbid what the line does not show. */
  readonly isDemanded: boolean;
  readonly subjects: readonly JudgedSubject[];
  readonly reason: string;
}

/** Stands in a field's text for what is not known. It cannot be part of a command: that is refused before. */
export const hidden = '\0';

/** One word as the program gets it. */
export interface Field {
  /** After quoting and expansion; `hidden` where a value is not known. */
  readonly text: string;
  /** The word as it was written, for the eye. */
  readonly shown: string;
  /** May turn out to be no word or several. */
  readonly splits: boolean;
  /** Holds an unquoted pattern, which the shell replaces by names. */
  readonly glob: boolean;
  /** Not known, but one of these, or in one of them if it is a folder. */
  readonly within?: readonly Field[];
  /** What git told of its own branches and commits: one word or none, and no option. */
  readonly isRevision?: true;
  /** What has told its name. */
  readonly listing?: Listing;
  /** In the place of a pattern, as the disk is now: what the line does before may make it another program. */
  readonly isFound?: true;
}

export type Unsettling = 'written' | 'removed' | 'copied' | 'added' | 'anyhow';

/** What one line may have changed on the disk so far, so that it is not as it was found any more. */
export interface Links {
  /** Links were made there: absolute paths; null: anywhere. */
  add(paths: readonly string[] | null): void;
  /** Whether the absolute path may go through a link that was made; `..` as it is written. */
  mayCross(path: string): boolean;
  /** Files were written or removed, folders were put where the line says, git was given files to keep, or anything may have happened. */
  unsettle(how: Unsettling): void;
  /** Whether there is still what was found, as far as that goes. Whoever asks relies on the answer. */
  isSettled(against: Unsettling): boolean;
  /** Whether what comes later on the line matters to what was judged before, where the line may turn back. */
  readonly matters: boolean;
}

/** Files that one line may have written so far. */
export interface Written {
  /** `isDeep`: it may be a folder. */
  add(path: string, isDeep: boolean): void;
  has(path: string): boolean;
  /** Files whose names are not known. */
  unpack(): void;
  readonly isUnpacked: boolean;
  /** One that the program takes for its instructions without being told, or null. */
  steering(program: string): string | null;
  readonly isEmpty: boolean;
}

/** What all parts of one judgement share. */
export interface Judging {
  readonly context: CommandContext;
  /** `words`: of a command that a rule could allow. */
  report(subject: JudgedSubject, words?: readonly Field[]): void;
  /** Links that the line may have made by now. */
  readonly links: Links;
  readonly written: Written;
  /** False once the work done for this command line has passed its limit. */
  spend(amount: number): boolean;
  /** Goes into the report of what may run a program that the line does not show: see `JudgedSubject.isDemanded`. */
  readonly doubt: Pick<JudgedSubject, 'isDemanded'>;
  /** The same judgement, of which only what is denied is reported. */
  onlyDenials(): Judging;
  /** The same, for what a rule allows: only what no such rule can let pass is reported. */
  covered(): Judging;
  /** The same, for what a program may take for code in a way of its own: it need not parse. */
  supposed(): Judging;
  /** The same, for what may or may not be run as it stands: what it writes does not count. */
  guessed(): Judging;
  /** Judges a script of its own (a substitution, `sh -c`) from where the command stands; what it assigns stays in it. */
  script(script: Script | string, scope: Scope): void;
}

export const isKnown = (field: Field): boolean => !field.glob && !field.splits && !field.text.includes(hidden);

/** Whether it is known which program it names. */
export const namesProgram = (field: Field): boolean => isKnown(field) && field.isFound !== true;

export const knownField = (text: string): Field => ({text, shown: text, splits: false, glob: false});
