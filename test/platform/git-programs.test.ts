import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {gitAt} from '../../src/platform/git-programs.js';
import {createFolder} from '../support/folder.js';

const git = (cwd: string, ...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {cwd});

function repository(): string {
  const root = createFolder();
  git(root, 'init', '-q', '-b', 'main');
  writeFileSync(join(root, 'a.txt'), 'one\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'First');
  return root;
}

const mayRun = (folder: string): boolean => gitAt(folder).mayRun;

describe('whether git may run a program of the repository', () => {
  it('is no for an ordinary one, from anywhere in it, and outside of any', () => {
    const root = repository();
    git(root, 'remote', 'add', 'origin', 'https://example.org/shop.git');
    git(root, 'config', 'core.sshCommand', 'ssh -i key');
    git(root, 'config', 'core.fsmonitor', 'true');
    mkdirSync(join(root, 'src'));
    expect([mayRun(root), mayRun(join(root, 'src')), mayRun(createFolder())]).toEqual([false, false, false]);
  });

  it.each([
    ['core.fsmonitor', './monitor.sh'],
    ['filter.x.clean', './filter.sh'],
    ['filter.x.process', './filter.sh'],
    ['diff.x.textconv', './text.sh'],
    ['diff.x.command', './diff.sh'],
    ['diff.external', './diff.sh'],
    ['include.path', '../more'],
    ['includeIf.gitdir:/.path', '../more'],
    ['gpg.program', './gpg.sh'],
    ['gpg.ssh.program', './gpg.sh'],
  ])('is yes once its configuration sets %s', (key, value) => {
    const root = repository();
    expect(mayRun(root)).toBe(false);
    git(root, 'config', key, value);
    expect(mayRun(root)).toBe(true);
  });

  it('is yes for a key that stands behind its section, and in the configuration of a worktree', () => {
    const root = repository();
    writeFileSync(join(root, '.git/config'), '[core] fsmonitor = ./monitor.sh\n');
    expect(mayRun(root)).toBe(true);
    const other = repository();
    writeFileSync(join(other, '.git/config.worktree'), '[core]\n\tfsmonitor = ./monitor.sh\n');
    expect(mayRun(other)).toBe(true);
  });

  it('is yes where missing objects would be fetched by a program that is named', () => {
    const root = repository();
    git(root, 'config', 'remote.origin.promisor', 'true');
    expect(mayRun(root)).toBe(false);
    git(root, 'config', 'remote.origin.uploadpack', './upload.sh');
    expect(mayRun(root)).toBe(true);
  });

  it('is yes for the one hook that runs where git reads, and for no other', () => {
    const root = repository();
    const hook = (path: string): void => {
      writeFileSync(path, '#!/bin/sh\n');
      chmodSync(path, 0o755);
    };
    mkdirSync(join(root, '.git/hooks'), {recursive: true});
    hook(join(root, '.git/hooks/pre-commit'));
    expect(mayRun(root)).toBe(false);
    hook(join(root, '.git/hooks/post-index-change'));
    expect(mayRun(root)).toBe(true);
    const other = repository();
    mkdirSync(join(other, '.husky'));
    hook(join(other, '.husky/pre-commit'));
    git(other, 'config', 'core.hooksPath', '.husky');
    expect(mayRun(other)).toBe(false);
    hook(join(other, '.husky/post-index-change'));
    expect(mayRun(other)).toBe(true);
  });

  it('is yes with submodules, whose configuration is their own', () => {
    const root = repository();
    git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', repository(), 'part');
    expect(mayRun(root)).toBe(true);
  });
});
