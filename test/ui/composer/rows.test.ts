import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {compose, createComposer} from '../../../src/ui/composer/composer.js';
import {composerHeight, composerLines} from '../../../src/ui/composer/composer-lines.js';
import {offsetAt, placeOf, shown, toRows} from '../../../src/ui/composer/rows.js';
import {graphemes, width} from '../../../src/ui/text/width.js';

const rowsAs = (text: string, columns: number): string[] =>
  toRows(text, columns).map(({start, end}) => text.slice(start, end));

describe("a draft's rows", () => {
  it.each([
    ['', 10, ['']],
    ['short', 10, ['short']],
    ['one\n\ntwo', 10, ['one', '', 'two']],
    ['one two three', 8, ['one two ', 'three']],
    ['exactly8 x', 8, ['exactly8 ', 'x']],
    ['averylongword', 5, ['avery', 'longw', 'ord']],
    ['a verylongword', 5, ['a ', 'veryl', 'ongwo', 'rd']],
    ['漢字漢字', 5, ['漢字', '漢字']],
    ['👍🏽👍🏽👍🏽', 4, ['👍🏽👍🏽', '👍🏽']],
    ['trailing\n', 20, ['trailing', '']],
    [' a\t\t👍🏽', 10, [' ', 'a\t\t', '👍🏽']],
  ])('of %j in %i columns are %j', (text, columns, expected) => {
    expect(rowsAs(text, columns)).toEqual(expected);
  });

  const text = fc
    .array(fc.constantFrom('a', 'bc', ' ', '  ', '\n', '漢', 'é', '👍🏽', '\t', 'word'), {maxLength: 40})
    .map(parts => parts.join(''));
  const columns = fc.integer({min: 4, max: 15});

  it('hold the whole text in order, fit, and split no character', () => {
    fc.assert(
      fc.property(text, columns, (draft, limit) => {
        const rows = toRows(draft, limit);
        let at = 0;
        for (const {start, end} of rows) {
          expect(draft.slice(at, start)).toBe(start === at ? '' : '\n');
          expect(width(shown(draft.slice(start, end)).trimEnd())).toBeLessThanOrEqual(limit);
          at = end;
        }
        expect(at).toBe(draft.length);
        const cut = rows.flatMap(({start, end}) => graphemes(draft.slice(start, end)));
        expect(cut.join('')).toBe(draft.replaceAll('\n', ''));
      }),
    );
  });

  it('give every place in the text a place on the screen that leads back to it', () => {
    fc.assert(
      fc.property(text, columns, fc.nat(80), (draft, limit, wish) => {
        const characters = graphemes(draft);
        const offset = characters.slice(0, wish % (characters.length + 1)).join('').length;
        const rows = toRows(draft, limit);
        const place = placeOf(draft, rows, offset, limit);
        const row = rows[place.row];
        expect(row && offset >= row.start && offset <= row.end).toBe(true);
        // Spaces that hang behind the edge share its last column.
        if (place.column < limit) expect(offsetAt(draft, rows, place)).toBe(offset);
      }),
    );
  });

  it('keep the caret in a window of a long draft', () => {
    const long = Array.from({length: 50}, (_, index) => `line ${index}`).join('\n');
    let composer = compose(createComposer([]), {type: 'insert', text: long});
    expect(composerHeight(composer, 40)).toBe(50);
    expect(composerLines(composer, 40, 6).lines).toEqual([
      'line 44',
      'line 45',
      'line 46',
      'line 47',
      'line 48',
      'line 49',
    ]);
    expect(composerLines(composer, 40, 6).caret).toEqual({row: 5, column: 7});
    for (let row = 49; row >= 0; row--) {
      const {lines, caret} = composerLines(composer, 40, 6);
      expect(lines).toHaveLength(6);
      expect(lines[caret.row]).toBe(`line ${row}`);
      composer = compose(composer, {type: 'row', by: -1, columns: 40});
    }
  });

  it('of a megabyte are there in a moment', () => {
    const composer = compose(createComposer([]), {
      type: 'insert',
      text: 'some pasted text, and more of it\n'.repeat(31_000),
    });
    const started = performance.now();
    composerLines(composer, 100, 10);
    // Generous: it takes some 10 ms; quadratic work would take minutes.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
