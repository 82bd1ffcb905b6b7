import {describe, expect, it} from 'vitest';
import {reindented} from '../../src/tools/indentation.js';

const lines = (text: string): readonly string[] => text.split('\n');
const reindent = (given: string, inFile: string, replacement: string): string | null =>
  reindented(lines(given), lines(inFile), lines(replacement))?.join('\n') ?? null;

describe('new lines in the indentation of the place', () => {
  it('are shifted as the old ones were', () => {
    expect(reindent('if a:\n    b()', '    if a:\n        b()', 'if a:\n    c()\n    if d:\n        e()')).toBe(
      '    if a:\n        c()\n        if d:\n            e()',
    );
    expect(reindent('        x()\n        y()', '    x()\n    y()', '        x()\n    z()')).toBe('    x()\nz()');
  });

  it('have tabs where the file has tabs, and spaces where it has spaces', () => {
    expect(
      reindent('    if a {\n        b\n    }', '\tif a {\n\t\tb\n\t}', '    if a {\n        c {\n            d'),
    ).toBe('\tif a {\n\t\tc {\n\t\t\td');
    expect(reindent('\tif a {\n\t\tb\n\t}', '  if a {\n    b\n  }', '\tif a {\n\t\tc\n\t\t\td\n\t}')).toBe(
      '  if a {\n    c\n      d\n  }',
    );
    expect(reindent('    one', '\tone', '    two\n        three\nfour')).toBe('\ttwo\n\t\tthree\nfour');
  });

  it('have the width of the file', () => {
    expect(reindent('a {\n    b {\n        c', 'a {\n  b {\n    c', 'a {\n    b {\n        d\n            e')).toBe(
      'a {\n  b {\n    d\n      e',
    );
  });

  it('keep their own indentation where only the first line was given from within', () => {
    expect(reindent('if a:\n        b()  ', '    if a:\n        b()', 'if a:\n        c()\n        d()')).toBe(
      '    if a:\n        c()\n        d()',
    );
  });

  it('are those of the file where nothing changes, trailing blanks included', () => {
    expect(reindent('a\nb\nc', '  a \n  b\n  c\t', 'a\nB\nc')).toBe('  a \n  B\n  c\t');
  });

  it('keep the trailing blanks and blank lines they are given', () => {
    expect(reindent('  a', '    a', '  b  \n\n  c')).toBe('    b  \n\n    c');
  });

  it('are refused where the old lines do not tell how', () => {
    // The same indentation given for two different ones.
    expect(reindent('a\nb', 'a\n  b', 'a\nc')).toBe(null);
    // Deeper than anything known, in a file of tabs.
    expect(reindent('a', '\ta', 'a {\n   b')).toBe(null);
    // Less deep than can be.
    expect(reindent('        a', '    a', '  b')).toBe(null);
  });
});
