import {describe, expect, it} from 'vitest';
import {asProjects} from '../../src/permissions/own-trees.js';

const at = (path: string, real: string | null = path) => asProjects({written: path, real}, '/shop');

describe('a file in a worktree of an agent', () => {
  it('is judged as the one at the same place of the project', () => {
    expect(at('/shop/.agent/worktrees/x-1/src/a.ts')).toEqual({written: '/shop/src/a.ts', real: '/shop/src/a.ts'});
    expect(at('/shop/.agent/worktrees/x-1/.git').real).toBe('/shop/.git');
    expect(at('/shop/.agent/worktrees/x-1/.agent/settings.json').real).toBe('/shop/.agent/settings.json');
  });

  it('is not what leads out of it, nor what lies beside worktrees, nor a worktree itself', () => {
    for (const [path, real] of [
      ['/shop/.agent/worktrees/x-1/link', '/etc/passwd'],
      ['/shop/.agent/worktrees/x-1/link', null],
      ['/shop/.agent/worktrees/x-1/../../settings.json', '/shop/.agent/settings.json'],
      ['/shop/.agent/worktrees/x-1.json', '/shop/.agent/worktrees/x-1.json'],
      ['/shop/.agent/worktrees/x-1', '/shop/.agent/worktrees/x-1'],
      ['/shop/.agent/settings.json', '/shop/.agent/settings.json'],
      ['/other/.agent/worktrees/x-1/a', '/other/.agent/worktrees/x-1/a'],
    ] as const)
      expect(at(path, real)).toEqual({written: path, real});
  });

  it('is one in the project by its place there, whatever link led to it', () => {
    expect(at('/elsewhere/link', '/shop/.agent/worktrees/x-1/a')).toEqual({
      written: '/elsewhere/link',
      real: '/shop/a',
    });
  });
});
