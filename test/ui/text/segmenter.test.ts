import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {FastSegmenter} from '../../../src/ui/text/segmenter.js';

const exact = new Intl.Segmenter();
const fast = new FastSegmenter();

/** Any text, with what joins its neighbours more often than chance brings it. */
const awkward = fc.constantFrom(
  '\r',
  '\n',
  '\x1b',
  '\u00ad',
  '\u0301',
  '\u200d',
  '\ufe0f',
  '\u20e3',
  '\u3099',
  '👩',
  '🇩',
  '🇪',
  '각',
  'ᄀ',
  'ก',
  'ำ',
);
const text = fc.string({unit: fc.oneof(fc.string({unit: 'grapheme', minLength: 1, maxLength: 1}), awkward)});

describe('the fast segmenter', () => {
  it('finds the same graphemes in any text', () => {
    fc.assert(
      fc.property(text, input => {
        expect([...fast.segment(input)]).toEqual([...exact.segment(input)]);
      }),
      {numRuns: 2000},
    );
  });

  it('finds the same grapheme at any place, and none outside the text', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.integer({min: -2, max: 12}), (input, index) => {
        expect(fast.segment(input).containing(index)).toEqual(exact.segment(input).containing(index));
      }),
      {numRuns: 2000},
    );
    for (const index of [undefined, Number.NaN, 1.7, Number.POSITIVE_INFINITY])
      expect(fast.segment('plain').containing(index)).toEqual(exact.segment('plain').containing(index));
  });

  it('gives segments that can be gone through twice', () => {
    const segments = fast.segment('ab');
    expect([[...segments].length, [...segments].length]).toEqual([2, 2]);
  });

  it('splits between any two neighbours of one unit as the exact one does', () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x10000; code += 1) {
      for (const input of [`a${String.fromCharCode(code)}b`, `${String.fromCharCode(code)}日`]) {
        if ([...fast.segment(input)].length !== [...exact.segment(input)].length) wrong.push(code.toString(16));
      }
    }
    expect(wrong).toEqual([]);
  });

  it('leaves words and sentences to the exact one', () => {
    const options = ['en', {granularity: 'word'}] as const;
    const words = (segmenter: FastSegmenter | Intl.Segmenter) =>
      [...segmenter.segment('one two')].map(({segment}) => segment);
    expect(words(new FastSegmenter(...options))).toEqual(words(new Intl.Segmenter(...options)));
  });
});
