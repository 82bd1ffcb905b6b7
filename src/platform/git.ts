/**
 * What is known of a folder's git repository without asking the user: root, branch, and whether anything is changed.
 *
 * Root and branch are read from git's own files, so they cost no process. Only the state asks git, bounded in time,
 * and never in a way that lets the repository's own configuration run a program.
 */
import {spawn} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {isFolder} from './paths.js';
import {ownPath} from './search-path.js';

/** Where a repository keeps its things. Absolute paths. */
export interface Repository {
  /** The top folder of the working tree; of a bare repository, the repository itself. */
  readonly root: string;
  /** The folder with HEAD: `.git`, a worktree's or submodule's own folder, or the bare repository. */
  readonly gitDir: string;
  /** The folder with the configuration, shared by all worktrees. */
  readonly commonDir: string;
  readonly bare: boolean;
}

/** Words for a person and for the model: `branch main`, `3 uncommitted changes`. */
export interface GitFacts {
  readonly branch: string;
  readonly state: string;
}

const read = (path: string): string | null => {
  // Asked first, because most folders have none, and an exception costs ten times as much.
  if (!existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** The folder that `root/.git` is or names; null if there is no repository there. */
function gitDirOf(root: string): string | null {
  const path = join(root, '.git');
  if (isFolder(path)) return path;
  const target = read(path)?.match(/^gitdir: (.+)$/m)?.[1];
  return target === undefined ? null : resolve(root, target);
}

const looksBare = (folder: string): boolean =>
  isFolder(join(folder, 'objects')) && isFolder(join(folder, 'refs')) && read(join(folder, 'HEAD')) !== null;

/** The repository that holds `cwd`, or null. Reads a few small files and runs nothing. */
export function findRepository(cwd: string): Repository | null {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const gitDir = gitDirOf(folder);
    if (gitDir !== null && read(join(gitDir, 'HEAD')) !== null) {
      const common = read(join(gitDir, 'commondir'))?.trim();
      return {root: folder, gitDir, commonDir: common ? resolve(gitDir, common) : gitDir, bare: false};
    }
    if (basename(folder) !== '.git' && looksBare(folder)) {
      return {root: folder, gitDir: folder, commonDir: folder, bare: true};
    }
    if (dirname(folder) === folder) return null;
  }
}

/** The folder that settings and agents of a project are in: the top of the repository that holds `cwd`, else `cwd`. */
export const projectRoot = (cwd: string): string => findRepository(cwd)?.root ?? cwd;

/** The branch's short name, or null when HEAD is detached. */
export function currentBranch({gitDir}: Repository): string | null {
  return read(join(gitDir, 'HEAD'))?.match(/^ref: refs\/heads\/(.+)$/m)?.[1] ?? null;
}

/** What HEAD is at: the branch, or the commit of a detached HEAD in short. */
function headText(repository: Repository): string {
  const branch = currentBranch(repository);
  if (branch !== null) return `branch ${branch}`;
  return `detached at ${read(join(repository.gitDir, 'HEAD'))?.trim().slice(0, 7) ?? 'nothing'}`;
}

/**
 * A repository may bring configuration of its own (an unpacked archive, a checked-in bare repository), and
 * `git status` would run the file-system monitor, clean filters or transports it names. The first and the last are
 * switched off by `safely`; filters cannot be, so where the repository configures any, git is not asked.
 */
export const namesPrograms = ({gitDir, commonDir}: Repository): boolean =>
  [join(commonDir, 'config'), join(gitDir, 'config.worktree')].some(path =>
    /\[(filter|include)/i.test(read(path) ?? ''),
  );

export const safely = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'safe.bareRepository=explicit',
  'status.renames=false',
];
export const safeEnvironment = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  // Set while a hook of another repository runs; this one was found by its folder.
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
};

export interface GitOptions {
  readonly signal: AbortSignal;
  /** How long git may take; after that it is ended. */
  readonly timeoutMs: number;
}

/** How many files or new folders are not as committed; null if that could not be found out. Never rejects. */
export function countChanges(repository: Repository, {signal, timeoutMs}: GitOptions): Promise<number | null> {
  if (repository.bare || namesPrograms(repository)) return Promise.resolve(null);
  const args = [
    ...safely.flatMap(setting => ['-c', setting]),
    'status',
    '--porcelain',
    '-z',
    '--ignore-submodules=all',
  ];
  return new Promise(done => {
    const child = spawn('git', args, {
      cwd: repository.root,
      env: {...process.env, ...safeEnvironment, PATH: ownPath(process.env.PATH ?? '', repository.root)},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // Every entry ends with a NUL.
    let entries = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0) entries += 1;
    });
    child.on('error', () => done(null));
    child.on('close', code => done(code === 0 ? entries : null));
  });
}

function stateText(changes: number | null): string {
  switch (changes) {
    case null:
      return 'state not read';
    case 0:
      return 'clean';
    case 1:
      return '1 uncommitted change';
    default:
      return `${changes} uncommitted changes`;
  }
}

/** Head and state of the repository that holds `cwd`, or null outside one. Never rejects. */
export async function readGitFacts(cwd: string, options: GitOptions): Promise<GitFacts | null> {
  const repository = findRepository(cwd);
  if (repository === null) return null;
  const branch = headText(repository);
  if (repository.bare) return {branch, state: 'bare, no working tree'};
  return {branch, state: stateText(await countChanges(repository, options))};
}
