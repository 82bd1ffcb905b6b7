import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {currentBranch, findRepository, readGitFacts} from '../../src/platform/git.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-git-')));
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {cwd, encoding: 'utf8'});
const facts = (cwd: string) => readGitFacts(cwd, {signal: new AbortController().signal, timeoutMs: 20_000});

function repository(): string {
  const root = join(folder, 'shop');
  git(folder, 'init', '-q', '-b', 'main', root);
  writeFileSync(join(root, 'a.txt'), 'one\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'First');
  return root;
}

describe('what is known of a repository', () => {
  it('is nothing outside one', async () => {
    expect(findRepository(folder)).toBeNull();
    expect(await facts(folder)).toBeNull();
  });

  it('is the branch and that it is clean', async () => {
    expect(await facts(repository())).toEqual({branch: 'branch main', state: 'clean'});
  });

  it('counts what is changed, staged or new, seen from a folder inside', async () => {
    const root = repository();
    writeFileSync(join(root, 'a.txt'), 'two\n');
    expect(await facts(root)).toEqual({branch: 'branch main', state: '1 uncommitted change'});
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src', 'b with space.txt'), '');
    writeFileSync(join(root, 'c.txt'), '');
    git(root, 'add', 'c.txt');
    expect(await facts(join(root, 'src'))).toEqual({branch: 'branch main', state: '3 uncommitted changes'});
  });

  it('knows the branch before the first commit, and one with a slash', async () => {
    git(folder, 'init', '-q', '-b', 'fix/the-thing', '.');
    expect(await facts(folder)).toEqual({branch: 'branch fix/the-thing', state: 'clean'});
  });

  it('names the commit of a detached HEAD', async () => {
    const root = repository();
    git(root, 'checkout', '-q', '--detach');
    const commit = git(root, 'rev-parse', 'HEAD').slice(0, 7);
    expect(await facts(root)).toEqual({branch: `detached at ${commit}`, state: 'clean'});
  });

  it('finds its way from a worktree to the branch checked out there', async () => {
    const root = repository();
    const tree = join(folder, 'tree');
    git(root, 'worktree', 'add', '-q', '-b', 'side', tree);
    expect(findRepository(tree)).toMatchObject({root: tree, commonDir: join(root, '.git'), bare: false});
    expect(await facts(tree)).toEqual({branch: 'branch side', state: 'clean'});
  });

  it('says of a bare repository that it has no working tree', async () => {
    const root = join(folder, 'shop.git');
    git(folder, 'init', '-q', '--bare', '-b', 'main', root);
    expect(await facts(root)).toEqual({branch: 'branch main', state: 'bare, no working tree'});
  });

  it('reads the branch without a process', () => {
    const found = findRepository(repository());
    expect(found && currentBranch(found)).toBe('main');
  });

  it('is about the folder, even while a hook of another repository runs', async () => {
    const root = repository();
    process.env.GIT_DIR = join(folder, 'elsewhere');
    try {
      expect(await facts(root)).toEqual({branch: 'branch main', state: 'clean'});
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('survives a .git file that leads nowhere', async () => {
    writeFileSync(join(folder, '.git'), 'gitdir: /nowhere/at/all\n');
    expect(await facts(folder)).toBeNull();
  });

  it('gives up on the state when git takes too long, and when the work is aborted', async () => {
    const root = repository();
    const signal = new AbortController().signal;
    const unread = {branch: 'branch main', state: 'state not read'};
    expect(await readGitFacts(root, {signal: AbortSignal.abort(), timeoutMs: 20_000})).toEqual(unread);
    writeFileSync(join(folder, 'git'), '#!/bin/sh\nexec sleep 60\n', {mode: 0o755});
    const path = process.env.PATH;
    process.env.PATH = `${folder}:${path}`;
    try {
      expect(await readGitFacts(root, {signal, timeoutMs: 10})).toEqual(unread);
    } finally {
      process.env.PATH = path;
    }
  });

  it('runs nothing that the repository configures', async () => {
    const root = repository();
    const canary = join(folder, 'canary');
    const program = join(folder, 'program.sh');
    writeFileSync(program, `#!/bin/sh\ntouch ${canary}\n`, {mode: 0o755});
    git(root, 'config', 'core.fsmonitor', program);
    writeFileSync(join(root, 'a.txt'), 'two\n');
    expect(await facts(root)).toEqual({branch: 'branch main', state: '1 uncommitted change'});
    git(root, 'config', 'filter.x.clean', program);
    writeFileSync(join(root, '.gitattributes'), '* filter=x\n');
    expect(await facts(root)).toEqual({branch: 'branch main', state: 'state not read'});
    expect(existsSync(canary)).toBe(false);
    git(root, '-c', 'core.fsmonitor=false', 'status', '--porcelain');
    expect(existsSync(canary)).toBe(true);
  });
});
