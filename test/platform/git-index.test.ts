import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {findRepository} from '../../src/platform/git.js';
import {trackedFiles} from '../../src/platform/git-index.js';
import {createFolder} from '../support/folder.js';

const names = ['a', 'a long name with blanks', 'deep/down/b.ts', 'deep/down/c.ts', 'é.txt', 'x'.repeat(200)];

function createRepository(format: string) {
  const root = createFolder();
  const git = (...words: readonly string[]): string => execFileSync('git', words, {cwd: root, encoding: 'utf8'});
  git('init', '-q', `--object-format=${format}`);
  for (const name of names) {
    execFileSync('mkdir', ['-p', join(root, name, '..')]);
    writeFileSync(join(root, name), name);
  }
  return {root, git};
}

const filesOf = (root: string): readonly string[] | null | undefined => {
  const repository = findRepository(root);
  return repository && trackedFiles(repository);
};

describe.each(['sha1', 'sha256'])('the files that git keeps, with %s,', format => {
  it('are those that git tells, in every version of the index', () => {
    const {root, git} = createRepository(format);
    expect(filesOf(root)).toEqual([]);
    git('add', '.');
    const told = git('ls-files', '-z').split('\0').filter(Boolean);
    expect(told).toHaveLength(names.length);
    for (const version of ['2', '3', '4']) {
      git('update-index', '--index-version', version);
      expect(filesOf(root)).toEqual(told);
    }
    git('add', '-N', '--', '.');
    git('rm', '-q', '--cached', 'a');
    expect(filesOf(root)).toEqual(told.filter(name => name !== 'a'));
  });

  it('are not known where the index is in two files, or none', () => {
    const {root, git} = createRepository(format);
    git('add', '.');
    git('update-index', '--split-index');
    expect(filesOf(root)).toBe(null);
    writeFileSync(join(root, '.git', 'index'), 'DIRC\0\0\0\u0002\0\0\0\u0009short');
    expect(filesOf(root)).toBe(null);
  });
});
