import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {both, lineWidth, toAnsi, wrap} from '../../../src/ui/text/styled.js';
import {width} from '../../../src/ui/text/width.js';

const plain = (text: string): {readonly text: string; readonly style: string}[] => [{text, style: ''}];
const wrapped = (text: string, columns: number): string[] => wrap(plain(text), columns).map(toAnsi);

describe('wrapping', () => {
  it.each([
    ['', 10, ['']],
    ['one two three', 7, ['one two', 'three']],
    ['one  two', 8, ['one  two']],
    ['  indented text', 10, ['  indented', 'text']],
    ['a\nb', 10, ['a', 'b']],
    ['a\n\nb', 10, ['a', '', 'b']],
    ['incomprehensibly', 6, ['incomp', 'rehens', 'ibly']],
    ['so incomprehensibly', 6, ['so', 'incomp', 'rehens', 'ibly']],
    ['漢字かな混じり文', 6, ['漢字か', 'な混じ', 'り文']],
    ['日本語 text', 7, ['日本語', 'text']],
  ])('breaks %j at %i columns', (text, columns, expected) => {
    expect(wrapped(text, columns)).toEqual(expected);
  });

  it('keeps a word together that changes its style inside', () => {
    const line = [
      {text: 'see foo', style: ''},
      {text: 'Bar', style: '1'},
      {text: '() now', style: ''},
    ];
    expect(wrap(line, 9).map(toAnsi)).toEqual(['see', 'foo\x1b[1mBar\x1b[0m()', 'now']);
  });

  it('loses nothing but spaces at line ends, and fits', () => {
    const unit = fc.constantFrom('a', 'word', ' ', '  ', '漢', '👍🏽', '\n', 'longerword');
    const spans = fc.array(
      fc.record({text: fc.array(unit, {maxLength: 8}).map(parts => parts.join('')), style: fc.constantFrom('', '1')}),
      {maxLength: 6},
    );
    fc.assert(
      fc.property(spans, fc.integer({min: 2, max: 20}), (line, columns) => {
        const lines = wrap(line, columns);
        for (const one of lines) expect(lineWidth(one)).toBeLessThanOrEqual(columns);
        const squeeze = (text: string): string => text.replace(/[ \n]/g, '');
        expect(
          squeeze(
            lines
              .flat()
              .map(({text}) => text)
              .join(''),
          ),
        ).toBe(squeeze(line.map(({text}) => text).join('')));
      }),
    );
  });
});

describe('wrapping plain text', () => {
  it('follows the rules of all text', () => {
    const text = fc
      .array(fc.constantFrom('a', 'word', ' ', '   ', 'longerword'), {maxLength: 12})
      .map(parts => parts.join(''));
    const spans = fc.array(fc.record({text, style: fc.constantFrom('', '1')}), {maxLength: 4});
    // One column wide like the letter alone, and no character of the ranges that arithmetic is enough for.
    const accented = (line: string): string => line.replace(/[a-z]/g, '$&\u0301');
    fc.assert(
      fc.property(spans, fc.integer({min: 1, max: 20}), (line, columns) => {
        const general = wrap(
          line.map(({text, style}) => ({text: accented(text), style})),
          columns,
        );
        expect(wrap(line, columns).map(toAnsi)).toEqual(general.map(one => toAnsi(one).replaceAll('\u0301', '')));
      }),
      {numRuns: 1000},
    );
  });
});

describe('styled text', () => {
  it('closes what it opens, span by span', () => {
    expect(
      toAnsi([
        {text: 'a', style: '1'},
        {text: 'b', style: '', link: 'https://x.org'},
      ]),
    ).toBe('\x1b[1ma\x1b[0m\x1b]8;;https://x.org\x1b\\b\x1b]8;;\x1b\\');
    expect(width(toAnsi([{text: 'four', style: '1;36'}]))).toBe(4);
  });

  it('adds up styles', () => {
    expect([both('1', '36'), both('', '36'), both('1', ''), both('', '')]).toEqual(['1;36', '36', '1', '']);
  });
});
