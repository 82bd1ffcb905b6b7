/**
 * Which repository git would work with in a folder, and whether that repository's own configuration would have it start a
 * program even where it only reads: an unpacked archive brings its configuration along. What the person's own configuration names is theirs. When in doubt the answer is yes.
 */
import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {findRepository, type Repository} from './git.js';
import {realTarget} from './real-target.js';

/** As git runs them while it shows the state, a difference or the history; an included file may hold anything. */
const programKeys = /fsmonitor|textconv|external|\bcommand|\bprogram|\[\s*(?:filter|include)/i;
/** The monitor that comes with git is asked for by a mere yes. */
const ownMonitor = /\bfsmonitor\s*=\s*(?:true|false|yes|no|on|off|1|0)\s*$/gim;
/** What is missing is fetched as it is read, by whatever is named for that. */
const partial = /partialclone|promisor/i;
const transports = /uploadpack|sshcommand|gitproxy|ext::|\[\s*protocol|\bvcs\b|insteadof/i;

/** How an index tells a submodule: its configuration is another's, and git goes there too. */
const submoduleMode = Buffer.from([0, 0, 0o160000 >> 8, 0]);
/** An index of more than half a million files. */
const largestIndex = 64 * 1024 * 1024;

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Changes with a file, and with a folder's being another one; empty where there is none. */
function stampOf(path: string): string {
  try {
    const found = statSync(path, {throwIfNoEntry: false});
    if (found === undefined) return '';
    return found.isDirectory() ? `${found.ino}` : [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
  } catch {
    return '';
  }
}

function hasSubmodules(index: string): boolean {
  try {
    if (statSync(index).size > largestIndex) return true;
    return readFileSync(index).includes(submoduleMode);
  } catch {
    return false;
  }
}

/** Of all hooks only this one runs where git reads: it writes down what it saw. Null where its place is not clear. */
function readingHook({root, commonDir}: Repository, config: string): string | null {
  const [, named] = /\bhookspath\s*=\s*"?([^"\n]*)/i.exec(config) ?? [];
  const folder = named === undefined ? join(commonDir, 'hooks') : named.trim();
  return folder === '' || folder.startsWith('~') ? null : join(resolve(root, folder), 'post-index-change');
}

/** The folder and those above it, up to the repository's. */
function foldersUpTo(root: string, cwd: string): readonly string[] {
  const folders = [resolve(cwd)];
  for (let folder = resolve(cwd); folder !== root && folder !== dirname(folder); folder = dirname(folder)) {
    folders.push(dirname(folder));
  }
  return folders;
}

/** What git works with in a folder. */
export interface GitPlace {
  /** Where the repository keeps its things; null where there is none. */
  readonly repository: string | null;
  readonly mayRun: boolean;
}

interface Answer extends GitPlace {
  /** What it depends on. */
  readonly paths: readonly string[];
  readonly stamp: string;
}

const stampsOf = (paths: readonly string[]): string => paths.map(stampOf).join('\n');

function judge(cwd: string, repository: Repository): Answer {
  const {root, gitDir, commonDir} = repository;
  const configs = [join(commonDir, 'config'), join(gitDir, 'config.worktree')];
  const index = join(gitDir, 'index');
  const config = configs.map(textOf).join('\n').replace(ownMonitor, '');
  const hook = readingHook(repository, config);
  const paths = [
    // A folder may also be a repository itself.
    ...foldersUpTo(root, cwd).flatMap(folder => [join(folder, '.git'), join(folder, 'HEAD')]),
    ...configs,
    index,
    ...(hook ? [hook] : []),
  ];
  const stamp = stampsOf(paths);
  const mayRun =
    programKeys.test(config) ||
    (partial.test(config) && transports.test(config)) ||
    hook === null ||
    existsSync(hook) ||
    hasSubmodules(index);
  return {repository: gitDir, mayRun, paths, stamp};
}

/** A command is judged several times, and many in the same folder. */
const answers = new Map<string, Answer>();

/** What git would work with in that folder, links followed, while it only reads. */
export function gitAt(folder: string): GitPlace {
  const cwd = realFolder(folder);
  if (cwd === null) return {repository: null, mayRun: true};
  const known = answers.get(cwd);
  if (known && stampsOf(known.paths) === known.stamp) return known;
  const repository = findRepository(cwd);
  if (repository === null) return {repository: null, mayRun: false};
  const answer = judge(cwd, repository);
  answers.set(cwd, answer);
  return answer;
}

function realFolder(folder: string): string | null {
  try {
    return realTarget(folder);
  } catch {
    return null;
  }
}
