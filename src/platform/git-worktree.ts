/** Working trees of a git repository: made, looked at and taken away, without running what the repository names. */
import {spawn} from 'node:child_process';
import {dirname, join} from 'node:path';
import {findRepository, namesPrograms, type Repository, safeEnvironment, safely} from './git.js';
import {ownPath} from './search-path.js';

/** A large repository takes its time to be written out. */
const timeoutMs = 120_000;

/** With a new branch. Rejects with what git says, and leaves neither. */
export async function addWorktree(repository: Repository, path: string, branch: string): Promise<void> {
  if (namesPrograms(repository))
    throw new Error('the configuration of this repository names programs that git would run');
  try {
    await git(repository.root, ['worktree', 'add', '--quiet', '-b', branch, path, 'HEAD']);
  } catch (error) {
    // The branch is made first.
    await removeWorktree(repository, path, branch).catch(() => {});
    throw error;
  }
}

/** Whether git made it for that repository: what lies there might else be one with a configuration of its own. */
export function isWorktreeOf(repository: Repository, path: string): boolean {
  const found = findRepository(path);
  return (
    found !== null &&
    ![repository, found].some(namesPrograms) &&
    found.root === path &&
    found.commonDir === repository.commonDir &&
    dirname(found.gitDir) === join(repository.commonDir, 'worktrees')
  );
}

/** The commit of a branch; null where there is none. */
export const commitOf = ({root}: Repository, branch: string): Promise<string | null> =>
  git(root, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]).then(
    text => text.trim(),
    () => null,
  );

/** The commit that a working tree is at. */
export const headOf = async (root: string): Promise<string> => (await git(root, ['rev-parse', 'HEAD'])).trim();

/** Whether anything in it differs from that commit: files that git does not ignore, and commits since. */
export async function hasChanges(path: string, base: string): Promise<boolean> {
  if ((await headOf(path)) !== base) return true;
  return (await git(path, ['status', '--porcelain', '--untracked-files=normal'])) !== '';
}

/** With its branch, whatever is in it. */
export async function removeWorktree({root}: Repository, path: string, branch: string): Promise<void> {
  await git(root, ['worktree', 'remove', '--force', '--force', path]).catch(() => git(root, ['worktree', 'prune']));
  await git(root, ['branch', '--quiet', '-D', branch]).catch(() => {});
}

function git(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...safely.flatMap(setting => ['-c', setting]), ...args], {
      cwd,
      env: {...process.env, ...safeEnvironment, PATH: ownPath(process.env.PATH ?? '', cwd)},
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve(Buffer.concat(out).toString());
      else reject(new Error(Buffer.concat(err).toString().trim().split('\n').at(-1) || `git ${args[0]} failed`));
    });
  });
}
