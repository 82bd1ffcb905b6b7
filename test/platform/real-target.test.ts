import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {realTarget} from '../../src/platform/real-target.js';
import {createFolder} from '../support/folder.js';

describe('where a write would land', () => {
  it('is the path itself where no link is in it, there or not', () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), '');
    expect(realTarget(join(folder, 'a'))).toBe(join(folder, 'a'));
    expect(realTarget(join(folder, 'new/deep/b'))).toBe(join(folder, 'new/deep/b'));
  });

  it('is behind links to files, to folders, and to what does not exist yet', () => {
    const folder = createFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/a'), '');
    symlinkSync('real', join(folder, 'linked'));
    symlinkSync('a', join(folder, 'real/alias'));
    symlinkSync('missing/later', join(folder, 'real/dangling'));
    expect(realTarget(join(folder, 'linked/alias'))).toBe(join(folder, 'real/a'));
    expect(realTarget(join(folder, 'linked/new/b'))).toBe(join(folder, 'real/new/b'));
    expect(realTarget(join(folder, 'linked/dangling'))).toBe(join(folder, 'real/missing/later'));
  });

  it('does not follow a loop of links for ever', () => {
    const folder = createFolder();
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    expect(() => realTarget(join(folder, 'a'))).toThrow(/ELOOP/);
    // Dangling at every step: each link leads to a longer path that is not there.
    symlinkSync('c/d', join(folder, 'c'));
    expect(() => realTarget(join(folder, 'c/e'))).toThrow(/ELOOP|ENOENT/);
  });
});
