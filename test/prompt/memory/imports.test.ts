import {describe, expect, it} from 'vitest';
import {importsOf, isCertainImport} from '../../../src/prompt/memory/imports.js';

describe('what a file of instructions brings in', () => {
  it.each([
    ['@a.md', ['a.md']],
    ['See @docs/style.md, and @../common/rules.md.', ['docs/style.md', '../common/rules.md']],
    ['- @~/own.md\n- @/etc/rules (@b.md)', ['~/own.md', '/etc/rules', 'b.md']],
    ['@my\\ notes.md', ['my notes.md']],
    ['@a.md @a.md', ['a.md']],
    ['@a.md#style', ['a.md']],
    ['mail ada@example.com', []],
    ['the span `@a.md` and ``@b.md `c` `` is code', []],
    ['one ` alone @a.md', ['a.md']],
    ['```\n@a.md\n```\n@b.md', ['b.md']],
    ['~~~ts\n@a.md\n```\n~~~\n@b.md', ['b.md']],
    ['```\n@a.md and no end', []],
    ['<!-- @a.md --> @b.md', ['b.md']],
  ])('of %j is %j', (text, paths) => {
    expect(importsOf(text)).toEqual(paths);
  });

  it('is told from names of people and packages', () => {
    expect(['./x', '../x', '~/x', '/x', 'docs/a.md', 'a.MD'].filter(path => !isCertainImport(path))).toEqual([]);
    expect(['ada', 'types/node', 'anthropic-ai/sdk', 'param'].filter(isCertainImport)).toEqual([]);
  });

  it('is found in little time in whatever text', () => {
    for (const piece of ['`', '~', '```\n', '@', '<!--', '` `` ', '(@a '])
      expect(importsOf(piece.repeat(40_000 / piece.length)).length).toBeLessThan(2);
  }, 2_000);
});
