/**
 * Which folders of git a sandboxed command may write so that it can commit: those of the repository that the folder is in,
 * and no others, whatever a `.git` file that came with it says.
 */
import {readFileSync, realpathSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {findRepository} from '../platform/git.js';

/** Absolute paths; none outside a repository, and none that the repository does not acknowledge as its own. */
export function writableGit(cwd: string): readonly string[] {
  const repository = findRepository(cwd);
  if (repository === null || repository.bare) return [];
  const {root, gitDir, commonDir} = repository;
  try {
    if (gitDir === join(root, '.git')) return commonDir === gitDir && realpathSync(gitDir) === gitDir ? [gitDir] : [];
    // A worktree lies in its repository's folder of worktrees, and is named there: only git writes that.
    const isListed = dirname(realpathSync(gitDir)) === join(realpathSync(commonDir), 'worktrees');
    const back = resolve(gitDir, readFileSync(join(gitDir, 'gitdir'), 'utf8').trim());
    return isListed && realpathSync(dirname(back)) === realpathSync(root) ? [realpathSync(commonDir)] : [];
  } catch {
    return [];
  }
}
