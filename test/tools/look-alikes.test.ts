import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {fold, inStyleOf, toShown} from '../../src/tools/look-alikes.js';

describe('look-alike characters', () => {
  it('fold to plain ones of the same length', () => {
    expect(fold('“a” – ‘b’\u00a0c␀')).toBe('"a" - \'b\' c\0');
    fc.assert(
      fc.property(fc.string({unit: fc.constantFrom('a', '"', '“', '–', '\u00a0', '\0', '␀', '😀', '\udc93')}), text => {
        expect(fold(text)).toHaveLength(text.length);
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });

  it('are shown as a model can be shown them: a stray byte by its character, NUL by its symbol, whole pairs', () => {
    expect(toShown('😀 \ud83d')).toBe('😀 \ufffd');
    expect(toShown('caf\udce9 \udc93x\udc94\0')).toBe('café “x”␀');
  });
});

describe('a replacement in the style of the place', () => {
  it('keeps what both have in common', () => {
    expect(inStyleOf('say “hello world” – now', 'say "goodbye world" - now')).toBe('say “goodbye world” – now');
    expect(inStyleOf('a\u00a0b c', 'a b d')).toBe('a\u00a0b d');
  });

  it('opens and closes quotation marks as the place does', () => {
    expect(inStyleOf('“a” and “b”', '"x" and "y" (and "z")')).toBe('“x” and “y” (and “z”)');
    expect(inStyleOf('don’t', "don't, won't, 'never'")).toBe('don’t, won’t, ‘never’');
  });

  it('is plain where the place is plain, and as given where the place mixes', () => {
    expect(inStyleOf("it's", 'it’s, it’ll')).toBe("it's, it'll");
    expect(inStyleOf('"text": "“hi”"', '"text": ""bye""')).toBe('"text": "“bye”"');
    expect(inStyleOf('"a" “b”', '"c" "d"')).toBe('"c" "d”');
  });

  it('is the replacement itself but for look-alikes', () => {
    const text = fc.string({unit: fc.constantFrom('a', ' ', '"', '“', '”', '-', '–', "'", '’'), maxLength: 12});
    fc.assert(
      fc.property(text, text, (place, given) => {
        expect(fold(inStyleOf(place, given))).toBe(fold(given));
      }),
    );
  });
});

describe('a line that stays', () => {
  it('keeps its own marks when a line before it goes, whatever marks that one had', () => {
    const replaced = "{a: ‘x’},\n{b: ‘y’},\n{b: '\\0', c: ‘z’},\n{d: 1},";
    expect(inStyleOf(replaced, "{a: 'x'},\n{b: '\\0', c: 'z'},\n{d: 1},")).toBe(
      "{a: ‘x’},\n{b: '\\0', c: ‘z’},\n{d: 1},",
    );
  });

  it('keeps them beside a line that is added or emptied', () => {
    expect(inStyleOf('‘a’\n‘b’', "'a'\n'new'\n'b'")).toBe('‘a’\n‘new’\n‘b’');
    expect(inStyleOf('‘a’\n‘b’', "'a'")).toBe('‘a’');
    expect(inStyleOf('‘a’\n‘b’', '')).toBe('');
    expect(inStyleOf('‘a’\n‘b’', "'a'\n")).toBe('‘a’\n');
  });
});
