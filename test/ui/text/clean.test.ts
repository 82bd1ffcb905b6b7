import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {clean, cleanLine} from '../../../src/ui/text/clean.js';

describe('foreign text', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b]0;title\x07text', 'text'],
    ['\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b[2J\x1b[Hgone', 'gone'],
    ['\x1bPq#0\x1b\\after', 'after'],
    ['a\x9b31mb', 'a31mb'],
    ['bell\x07 back\x08', 'bell back'],
    ['10 %\r50 %\r100 %\n', '100 %\n'],
    ['dos\r\nlines\r\n', 'dos\nlines\n'],
    ['a\tb', 'a    b'],
    ['plain\ntext', 'plain\ntext'],
    ['rm \u202etxt.exe', 'rm \ufffdtxt.exe'],
    ['ends in \x1b', 'ends in '],
  ])('%j is shown as %j', (text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  it('never holds anything a terminal would act upon', () => {
    const nasty = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '2J',
      'm',
      '\x9b',
      '\x07',
      '\\',
      'P',
      'a',
      '\r',
      '\n',
      ';',
      '8',
      '\x00',
      '\x7f',
    );
    fc.assert(
      fc.property(
        fc.array(nasty).map(parts => parts.join('')),
        text => {
          expect(clean(text)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        },
      ),
    );
  });

  it('fits on one line where only one is shown', () => {
    expect(cleanLine('  npm test \\\n   -- auth\n')).toBe('npm test \\ -- auth');
  });
});
