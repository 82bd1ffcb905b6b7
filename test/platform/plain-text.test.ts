import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {toPlainText} from '../../src/platform/plain-text.js';

describe('plain text', () => {
  it.each([
    ['colours', '\x1b[1;31mred\x1b[0m text', 'red text'],
    ['cursor movements and erasures', '\x1b[2J\x1b[1;1Htop\x1b[K', 'top'],
    ['private modes', '\x1b[?25l\x1b[?2026hframe\x1b[?25h', 'frame'],
    ['a window title ended by BEL', '\x1b]0;title\x07text', 'text'],
    ['a link ended by ST', '\x1b]8;;https://example.org\x1b\\name\x1b]8;;\x1b\\', 'name'],
    ['a title that never ends, up to its line', '\x1b]0;title\nnext', '\nnext'],
    ['character sets and keypad modes', '\x1b(B\x1b=text\x1b>', 'text'],
  ])('has none of %s', (_, text, plain) => {
    expect(toPlainText(text)).toBe(plain);
  });

  it('keeps of a progress line what it said last', () => {
    expect(toPlainText('10 %\r20 %\r100 %\ndone\n')).toBe('100 %\ndone\n');
    expect(toPlainText('10 %\r20 %\r')).toBe('20 %');
  });

  it('reads line ends of all kinds', () => {
    expect(toPlainText('one\r\ntwo\r\r\nthree\n')).toBe('one\ntwo\nthree\n');
  });

  it('goes back with a backspace, and loses only what is written over', () => {
    expect(toPlainText('N\bNA\bAM\bME\bE\n_\bx|\b/\b-\bdone')).toBe('NAME\nxdone');
    expect(toPlainText('\b\bstart')).toBe('start');
    expect(toPlainText('red\rover\b\n')).toBe('over\n');
    expect(toPlainText('9 %\b\b\b10 %\b\b\b\b2')).toBe('20 %');
  });

  it('shows bytes that are no text as what they are, and drops bells', () => {
    expect(toPlainText('a\0b\x07c\x9bd\x7f')).toBe('a\uFFFDbc\uFFFDd\uFFFD');
  });

  it('leaves text alone that has no control characters', () => {
    const text = '\ttab, newline\n— “quotes” 日本語 👩‍👩‍👧 é\n';
    expect(toPlainText(text)).toBe(text);
  });

  it('takes time in proportion to the text, also for lines without end', () => {
    for (const piece of ['x', '\r', '\b', '\x1b', '\x1b[', '\x1b]', '\0']) {
      const startedAt = performance.now();
      toPlainText(`\x07${piece.repeat(500_000)}`);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });

  it('never lets a control character through, whatever comes', () => {
    const piece = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.constantFrom('\x1b', '\x1b[', '\x1b]', '\r', '\b', '\x9b', '\n'),
    );
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        expect(toPlainText(pieces.join(''))).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      }),
    );
  });
});
