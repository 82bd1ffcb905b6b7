/**
 * Working trees of their own for agents that are to be kept apart: git's, below `.agent/worktrees`, each with a branch. One in
 * which nothing has changed is taken away with its agent, or later if a crash came between; one that holds changes stays.
 */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import {ToolError} from '../core/errors.js';
import type {Isolation, Place} from '../core/ports.js';
import {findRepository, type Repository} from '../platform/git.js';
import {addWorktree, commitOf, hasChanges, headOf, isWorktreeOf, removeWorktree} from '../platform/git-worktree.js';
import {newId} from '../platform/ids.js';
import {takeProcessLock} from '../platform/process-lock.js';
import {realTarget} from '../platform/real-target.js';
import {worktreeNames, worktreesFolder} from './worktrees-folder.js';

/** What is kept of one beside it. A folder may bring such a file along: nothing in it names what is to be removed. */
interface Kept {
  /** The commit that it began at. */
  readonly base: string;
}

const branchOf = (name: string): string => `agent/${name}`;

const remedy = 'Start it without isolation.';

/** @param place where the agent that starts it works; its own is at the same place of the new tree. Throws `ToolError`. */
export async function openWorktree(place: Place, kind: string): Promise<Isolation> {
  const top = place.worktree ?? place.root;
  const repository = findRepository(top);
  if (repository === null || repository.bare)
    throw new ToolError(`There is no git repository here, so no worktree can be made. ${remedy}`);
  const folder = worktreesFolder(projectOf(repository));
  const name = `${kind.replace(/[^\w.-]+/g, '-')}-${newId().slice(0, 8)}`;
  const [path, branch] = [join(folder, name), branchOf(name)];
  let release: (() => void) | null = null;
  try {
    if (realTarget(folder) !== folder) throw new Error(`${folder} is reached through a link`);
    mkdirSync(folder, {recursive: true});
    // Nothing in here is anybody's but git's.
    if (!existsSync(join(folder, '.gitignore'))) writeFileSync(join(folder, '.gitignore'), '*\n');
    release = takeProcessLock(lockOf(path));
    const base = await headOf(repository.root);
    writeFileSync(keptOf(path), JSON.stringify({base} satisfies Kept));
    await addWorktree(repository, path, branch);
  } catch (error) {
    rmSync(keptOf(path), {force: true});
    release?.();
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolError(`No worktree could be made: ${reason}. ${remedy}`, {cause: error});
  }
  const inTree = (of: string): string => join(path, relative(repository.root, of));
  const cwd = inTree(place.cwd);
  const root = inTree(place.root);
  return {
    place: {root: existsSync(root) ? root : path, cwd: existsSync(cwd) ? cwd : path, worktree: path},
    branch,
    async close(isInUse) {
      const isGone = !isInUse && (await takeAway(repository, path).catch(() => false));
      release?.();
      return !isGone;
    },
    async reopen() {
      if (!existsSync(path)) return openWorktree(place, kind);
      release = takeProcessLock(lockOf(path));
      return this;
    },
  };
}

/** Takes away what programs that are gone have left and in which nothing has changed. Never rejects. */
export async function pruneWorktrees(root: string): Promise<void> {
  const repository = findRepository(root);
  if (repository === null) return;
  const folder = worktreesFolder(root);
  for (const name of worktreeNames(root)) {
    const path = join(folder, name);
    try {
      const release = takeProcessLock(lockOf(path));
      if (release === null) continue;
      await takeAway(repository, path).finally(release);
    } catch {
      // It stays: whoever wants it away knows git.
    }
  }
}

/** False if it holds changes. */
async function takeAway(repository: Repository, path: string): Promise<boolean> {
  const {base} = JSON.parse(readFileSync(keptOf(path), 'utf8')) as Kept;
  const branch = branchOf(basename(path));
  if (existsSync(path)) {
    if (!isWorktreeOf(repository, path) || (await hasChanges(path, base))) return false;
  } else if (![base, null].includes(await commitOf(repository, branch))) return false;
  await removeWorktree(repository, path, branch);
  rmSync(keptOf(path), {force: true});
  return true;
}

/** The main working tree, also of one that is beside it. */
function projectOf({root, commonDir}: Repository): string {
  return commonDir.endsWith('/.git') ? commonDir.slice(0, -'/.git'.length) : root;
}

const keptOf = (path: string): string => `${path}.json`;
const lockOf = (path: string): string => `${path}.lock`;
