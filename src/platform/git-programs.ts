/**
 * Whether a repository's own configuration would have git start a program even where it only reads: an unpacked archive
 * brings its configuration along. What the person's own configuration names is theirs. When in doubt the answer is yes.
 */
import {existsSync, readFileSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {findRepository, type Repository} from './git.js';

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

/** Changes with the file; empty where there is none. */
const stampOf = (path: string): string => {
  try {
    const {mtimeMs, ctimeMs, size, ino} = statSync(path);
    return [mtimeMs, ctimeMs, size, ino].join(' ');
  } catch {
    return '';
  }
};

function hasSubmodules(index: string): boolean {
  try {
    if (statSync(index).size > largestIndex) return true;
    return readFileSync(index).includes(submoduleMode);
  } catch {
    return false;
  }
}

/** Of all hooks only this one runs where git reads: it writes down what it saw. */
function hasReadingHook({root, commonDir}: Repository, config: string): boolean {
  const [, named] = /\bhookspath\s*=\s*"?([^"\n]*)/i.exec(config) ?? [];
  if (named === undefined) return existsSync(join(commonDir, 'hooks/post-index-change'));
  const folder = named.trim();
  return folder === '' || folder.startsWith('~') || existsSync(join(resolve(root, folder), 'post-index-change'));
}

function judge(repository: Repository, configs: readonly string[], index: string): boolean {
  const config = configs.map(textOf).join('\n').replace(ownMonitor, '');
  return (
    programKeys.test(config) ||
    (partial.test(config) && transports.test(config)) ||
    hasReadingHook(repository, config) ||
    hasSubmodules(index)
  );
}

const judged = new Map<string, {readonly stamp: string; readonly answer: boolean}>();

/** Whether git could start a program of the repository that holds `cwd`, while it only reads. */
export function gitMayRun(cwd: string): boolean {
  const repository = findRepository(cwd);
  if (repository === null) return false;
  const {root, gitDir, commonDir} = repository;
  const configs = [join(commonDir, 'config'), join(gitDir, 'config.worktree')];
  const index = join(gitDir, 'index');
  const stamp = [...configs, index, join(commonDir, 'hooks')].map(stampOf).join('\n');
  const known = judged.get(root);
  // Where the hooks are elsewhere, nothing here tells when one comes.
  if (
    known?.stamp === stamp &&
    !known.answer &&
    !textOf(configs[0] ?? '')
      .toLowerCase()
      .includes('hookspath')
  )
    return false;
  const answer = judge(repository, configs, index);
  judged.set(root, {stamp, answer});
  return answer;
}
