import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {graphemes, isNarrow, pad, truncate, width} from '../../../src/ui/text/width.js';

describe('the width of text', () => {
  it('agrees with string-width on every character of the basic plane, alone and in a text', () => {
    for (let code = 0x20; code < 0xfffe; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCharCode(code);
      if (isNarrow(character)) expect(`${code} ${stringWidth(`a${character}a`)}`).toBe(`${code} 3`);
    }
  });

  it('is that of string-width for any text', () => {
    const unit = fc.oneof(
      fc.string({unit: 'grapheme', minLength: 1, maxLength: 3}),
      fc.constantFrom('─', '●', '👍🏽', '漢', 'e\u0301', '⌚', '✅'),
    );
    fc.assert(
      fc.property(
        fc.array(unit).map(parts => parts.join('')),
        text => {
          expect(width(text)).toBe(stringWidth(text));
        },
      ),
    );
  });

  it('does not count styles and links', () => {
    expect(width('\x1b[1;36mbold\x1b[0m \x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\')).toBe(9);
    expect(width('\x1b[2m漢字\x1b[0m')).toBe(4);
  });

  it('is divided into what a person sees as characters', () => {
    expect(graphemes('aé👨‍👩‍👧🇩🇪漢')).toEqual(['a', 'é', '👨‍👩‍👧', '🇩🇪', '漢']);
  });
});

describe('truncating', () => {
  it('keeps what fits and ends in the ellipsis', () => {
    expect(truncate('short', 10, '…')).toBe('short');
    expect(truncate('exactly ten', 11, '…')).toBe('exactly ten');
    expect(truncate('a longer text', 8, '…')).toBe('a longe…');
    expect(truncate('a longer text', 8, '...')).toBe('a lon...');
    expect(truncate('漢字漢字', 6, '…')).toBe('漢字…');
    expect(truncate('text', 0, '…')).toBe('');
  });

  it('never exceeds the columns nor splits a character', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), fc.nat(12), (text, columns) => {
        const kept = truncate(text, columns, '…');
        expect(width(kept)).toBeLessThanOrEqual(columns);
        if (kept !== text && kept !== '') expect(text.startsWith(graphemes(kept.slice(0, -1)).join(''))).toBe(true);
      }),
    );
  });

  it('looks at no more of a huge line than fits', () => {
    const huge = '漢'.repeat(5_000_000);
    const started = performance.now();
    expect(truncate(huge, 10, '…')).toBe('漢漢漢漢…');
    // Looking at all of it would take seconds.
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('pads to a width', () => {
    expect(pad('漢', 4)).toBe('漢  ');
    expect(pad('long', 2)).toBe('long');
  });
});
