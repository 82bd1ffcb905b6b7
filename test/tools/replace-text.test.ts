import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Replacement, replaceText} from '../../src/tools/replace-text.js';

const replace = (text: string, oldText: string, newText: string, all = false): Replacement =>
  replaceText(text, {oldText, newText, all});
const missing = {type: 'missing'};
const replaced = (text: string, despite = 'nothing', count = 1) => ({type: 'replaced', text, count, despite});

describe('replacing text', () => {
  it('takes both texts literally', () => {
    for (const text of [
      '$&',
      '$1$$',
      '\\u00e9',
      '.*+?^{}()|[]\\',
      '</old_string>',
      '<<<<<<< HEAD',
      '&amp;',
      '\u2028',
    ]) {
      expect(replace(`a ${text} b`, text, `[${text}]`)).toEqual(replaced(`a [${text}] b`));
      expect(replace('a X b', 'X', text)).toEqual(replaced(`a ${text} b`));
    }
    expect(replace('a.c abc', 'a.c', 'x')).toEqual(replaced('x abc'));
  });

  it('goes once from left to right', () => {
    expect(replace('aaa', 'aa', 'b', true)).toEqual(replaced('ba'));
    expect(replace('x', 'x', 'xx', true)).toEqual(replaced('xx'));
    expect(replace('a a a', 'a', 'aa', true)).toEqual(replaced('aa aa aa', 'nothing', 3));
  });

  it('says how many places there are when one is wanted', () => {
    expect(replace('a b a', 'a', 'c')).toEqual({type: 'ambiguous', count: 2, despite: 'nothing'});
    expect(replace('a\r\nb\r\na\r\nb', 'a\nb', 'c')).toEqual({type: 'ambiguous', count: 2, despite: 'line endings'});
    expect(replace('“a” ‘b’ “a”', '"a"', 'c')).toMatchObject({type: 'ambiguous', despite: 'look-alike characters'});
    expect(replace('  a\n  b\n\ta\n\tb', ' a\n b', 'c')).toMatchObject({type: 'ambiguous', count: 2});
  });

  it('is exactly what is before, the new text, and what is after', () => {
    const piece = fc.string({unit: fc.constantFrom('a', 'b', ' ', '\t', '\n', '“', '-'), maxLength: 8});
    fc.assert(
      fc.property(piece, piece, piece, piece, (before, oldText, after, newText) => {
        const text = before + oldText + after;
        fc.pre(
          oldText !== '' && text.indexOf(oldText) === before.length && text.lastIndexOf(oldText) === before.length,
        );
        expect(replace(text, oldText, newText)).toEqual(replaced(before + newText + after));
      }),
    );
  });
});

describe('line endings', () => {
  it('of the file are found and kept, though the old text has LF', () => {
    expect(replace('a\r\nb\r\nc', 'a\nb', 'x\ny')).toEqual(replaced('x\r\ny\r\nc', 'line endings'));
    expect(replace('a\r\nb\r\n', 'b\n', '')).toEqual(replaced('a\r\n', 'line endings'));
  });

  it('in old text with CRLF fit a file with LF, and are not brought into it', () => {
    expect(replace('a\nb\nc', 'a\r\nb', 'x\r\ny')).toEqual(replaced('x\ny\nc', 'line endings'));
  });

  it('are left as given in a file without CRLF', () => {
    expect(replace('a\rb\nc\n', 'c', 'c\nd\r\ne\rf')).toEqual(replaced('a\rb\nc\nd\r\ne\rf\n'));
  });

  it('are changed where just that is asked for', () => {
    expect(replace('a\r\nb', 'a\r\nb', 'a\nb')).toEqual(replaced('a\nb'));
    expect(replace('a\nb', 'a\nb', 'a\r\nb')).toEqual(replaced('a\r\nb'));
  });

  it('are never halved', () => {
    expect(replace('a\r\nb', '\nb', '\nc')).toEqual(replaced('a\r\nc', 'line endings'));
    expect(replace('a\r\nb\nc', '\n', '-', true)).toEqual(replaced('a-b-c', 'line endings', 2));
  });

  it('that fit exactly win over others', () => {
    expect(replace('a\r\nb a\nb', 'a\nb', 'x')).toEqual(replaced('a\r\nb x'));
  });

  it('are both found by replace_all in a file that mixes them', () => {
    expect(replace('a\r\nb a\nb', 'a\nb', 'x', true)).toEqual(replaced('x x', 'line endings', 2));
  });

  it('of lone CR, U+2028, U+0085, form feed and vertical tab are characters', () => {
    for (const character of ['\r', '\u2028', '\u0085', '\f', '\v']) {
      const text = `a${character}b\r\nc\n`;
      expect(replace(text, 'b', 'B')).toEqual(replaced(`a${character}B\r\nc\n`));
      expect(replace(text, `a${character}b`, `x${character}y`)).toEqual(replaced(`x${character}y\r\nc\n`));
    }
  });
});

describe('look-alikes', () => {
  it('are found if nothing else is, and keep their style', () => {
    expect(replace('say “hi” now', 'say "hi" now', 'say "bye" now')).toEqual(
      replaced('say “bye” now', 'look-alike characters'),
    );
    expect(replace("it's", 'it’s', 'it’ll be')).toEqual(replaced("it'll be", 'look-alike characters'));
  });

  it('lose against the exact text, and stay as they are elsewhere', () => {
    expect(replace('“a” "a" ‘b’', '"a"', '"c"')).toEqual(replaced('“a” "c" ‘b’'));
  });

  it('are not touched by replace_all', () => {
    expect(replace('“a” “a”', '"a"', '"c"', true)).toEqual(missing);
  });
});

describe('indentation and trailing blanks', () => {
  it('may differ where one place fits', () => {
    expect(
      replace('f {\n\tif a {\n\t\tb  \n\t}\n}\n', '    if a {\n        b\n    }', '    if a {\n        c\n    }'),
    ).toEqual(replaced('f {\n\tif a {\n\t\tc\n\t}\n}\n', 'indentation or trailing blanks'));
    expect(replace('a\r\n  b \r\nc\r\n', 'a\n  b\nc', 'a\n  b2\nc')).toEqual(
      replaced('a\r\n  b2\r\nc\r\n', 'indentation or trailing blanks'),
    );
  });

  it('differ on whole lines only, the last line break being part of the old text or not', () => {
    const file = 'a\n\tb\n\tc\nd\n';
    expect(replace(file, '  b\n  c\n', '  x\n')).toMatchObject({text: 'a\n\tx\nd\n'});
    expect(replace(file, '  b\n  c', '  x')).toMatchObject({text: 'a\n\tx\nd\n'});
    expect(replace(file, '  b\n  c\n', '')).toMatchObject({text: 'a\nd\n'});
    expect(replace('a\n\tb', '  b\n', '  x\n')).toEqual(missing);
    expect(replace('a\n\tbc\n', '  b\n', '  x\n')).toEqual(missing);
  });

  it('do not make blank text fit, nor text with an elision', () => {
    expect(replace('a\n\n\nb', ' \n ', 'x')).toEqual(missing);
    expect(replace('a\nb\nc\n', 'a\n...\nc', 'x')).toEqual(missing);
  });
});

it('refuses to make a text that nothing can hold', () => {
  expect(replace('a'.repeat(20_000), 'a', 'b'.repeat(10_000), true)).toEqual({type: 'too large'});
});
