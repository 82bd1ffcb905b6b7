import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createMatcher, escapePattern, type PathPattern, parsePattern} from '../../src/permissions/path-pattern.js';

function parsed(text: string): PathPattern {
  const pattern = parsePattern(text);
  if ('problem' in pattern) throw new Error(pattern.problem);
  return pattern;
}

/** Whether the pattern, relative to `/base`, fits the path. */
function fits(text: string, path: string, ignoreCase = false): boolean {
  return parsed(text).alternatives.some(names => createMatcher('/base', names, ignoreCase)(path));
}

describe('a pattern', () => {
  it.each([
    ['a.ts', '/base/a.ts', true],
    ['a.ts', '/base/deep/down/a.ts', true],
    ['a.ts', '/base/a.tsx', false],
    ['./a.ts', '/base/a.ts', true],
    ['./a.ts', '/base/deep/a.ts', false],
    ['/a.ts', '/base/deep/a.ts', false],
    ['src/*.ts', '/base/src/a.ts', true],
    ['src/*.ts', '/base/src/deep/a.ts', false],
    ['src/*.ts', '/base/other/src/a.ts', false],
    ['src/**', '/base/src/deep/a.ts', true],
    ['src/**', '/base/src', true],
    ['src/**/a.ts', '/base/src/a.ts', true],
    ['src/**/a.ts', '/base/src/x/y/a.ts', true],
    ['src', '/base/src/x/y/a.ts', true],
    ['src/', '/base/src/x', true],
    ['**/*.pem', '/base/x.pem', true],
    ['**', '/base/anything/at/all', true],
    ['**', '/base', true],
    ['.', '/base/anything', true],
    ['*.{pem,key}', '/base/x/a.key', true],
    ['{a,b{c,d}}/x', '/base/bd/x', true],
    ['{a}', '/base/{a}', true],
    ['[ab].ts', '/base/b.ts', true],
    ['[a-c].ts', '/base/d.ts', false],
    ['[!a].ts', '/base/b.ts', true],
    ['[a.ts', '/base/[a.ts', true],
    ['\\*.ts', '/base/*.ts', true],
    ['\\*.ts', '/base/a.ts', false],
    ['?.ts', '/base/é.ts', true],
    ['a*b*c', '/base/aXbXbXc', true],
    ['src', '/basement/src', false],
    ['src', '/', false],
  ])('%s on %s: %s', (text, path, expected) => {
    expect(fits(text, path)).toBe(expected);
  });

  it.each([
    ['//etc/hosts', 'root'],
    ['~/x', 'home'],
    ['~', 'home'],
    ['/x', 'base'],
    ['./x', 'here'],
    ['a/b', 'here'],
    ['x', 'name'],
    ['x/', 'name'],
  ] as const)('%s is relative to: %s', (text, anchor) => {
    expect(parsed(text).anchor).toBe(anchor);
  });

  it.each(['', '  ', '!x', 'a/../b', 'a\0', '{~/a,b}', `${'{a,b}'.repeat(7)}`])('%j is none', text => {
    expect(parsePattern(text)).toHaveProperty('problem');
  });

  it('fits names that differ in case only where the file system takes them for one', () => {
    expect(fits('.ENV', '/base/.env')).toBe(false);
    expect(fits('.ENV', '/BASE/sub/.eNv', true)).toBe(true);
    expect(fits('caf\u00e9', '/base/cafe\u0301', true)).toBe(true);
  });

  it('that was made of a path fits it and what is below, and no other', () => {
    const name = fc
      .string({unit: 'grapheme', minLength: 1, maxLength: 6})
      .filter(text => !/^\.{1,2}$|[/\0]/.test(text));
    fc.assert(
      fc.property(fc.array(name, {minLength: 1, maxLength: 4}), name, (names, other) => {
        const text = `/${names.map(escapePattern).join('/')}`;
        const path = `/base/${names.join('/')}`;
        expect(fits(text, path)).toBe(true);
        expect(fits(text, `${path}/${other}`)).toBe(true);
        expect(fits(text, path + other)).toBe(false);
        if (other !== names[0]) expect(fits(text, `/base/${other}`)).toBe(false);
      }),
    );
  });

  it('agrees with a regular expression on stars, however they are mixed', () => {
    const piece = fc.constantFrom('*', '?', 'a', 'b', '**/', '/');
    fc.assert(
      fc.property(
        fc.array(piece, {maxLength: 8}),
        fc.array(fc.constantFrom('a', 'b', '/'), {maxLength: 8}),
        (pieces, chars) => {
          const names = pieces.join('').split('/').filter(Boolean);
          const path = chars.join('').split('/').filter(Boolean);
          const segments = names.map(each =>
            /^\*{2,}$/.test(each) ? '(?:[^/]+/)*' : `${each.replace(/\*+/g, '[^/]*').replace(/\?/g, '[^/]')}/`,
          );
          const expected = new RegExp(`^${segments.join('')}(?:[^/]+/)*$`).test(path.map(each => `${each}/`).join(''));
          expect(createMatcher('/base', names, false)(['/base', ...path].join('/'))).toBe(expected);
        },
      ),
      {numRuns: 1_000},
    );
  });

  it('is never slow, whatever somebody writes', () => {
    const start = performance.now();
    expect(fits(`${'a*'.repeat(60)}b`, `/base/${'a'.repeat(240)}`)).toBe(false);
    expect(fits(`${'**/a/'.repeat(60)}b`, `/base/${'a/'.repeat(500)}c`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
