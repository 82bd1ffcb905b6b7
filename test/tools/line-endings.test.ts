import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {toLfView, withEndingsOf} from '../../src/tools/line-endings.js';

/** `replacement` put in place of the only `wanted` in the LF view of `text`. */
function replaced(text: string, wanted: string, replacement: string): string {
  const view = toLfView(text);
  const start = view.text.indexOf(wanted);
  const span = view.toOriginal({start, end: start + wanted.length});
  return text.slice(0, span.start) + withEndingsOf(text, span, replacement) + text.slice(span.end);
}

describe('the LF view of a text', () => {
  it('leads back to the same text for every span, and halves no CRLF', () => {
    const text = fc.string({unit: fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), maxLength: 30});
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (original, one, other) => {
        const view = toLfView(original);
        const [start = 0, end = 0] = [one, other].map(n => n % (view.text.length + 1)).sort((a, b) => a - b);
        const span = view.toOriginal({start, end});
        const found = original.slice(span.start, span.end);
        expect(found.replaceAll('\r\n', '\n')).toBe(view.text.slice(start, end));
        expect(found.startsWith('\n') && original[span.start - 1] === '\r').toBe(false);
        expect(found.endsWith('\r') && original[span.end] === '\n').toBe(false);
      }),
    );
  });
});

describe('line endings of new text', () => {
  it('are CRLF in a CRLF file, also where the old text had no line break', () => {
    expect(replaced('a\r\nb\r\nc\r\n', 'a\nb', 'x\ny\nz')).toBe('x\r\ny\r\nz\r\nc\r\n');
    expect(replaced('a\r\nb\r\n', 'b', 'b\nc')).toBe('a\r\nb\r\nc\r\n');
    expect(replaced('a\r\nb', 'b', 'b\nc')).toBe('a\r\nb\r\nc');
  });

  it('stay what they were on lines that stay, where a file mixes them', () => {
    const mixed = 'a\r\nb\nc\r\nd\ne\r\n';
    expect(replaced(mixed, 'a\nb\nc', 'a\nB\nc')).toBe('a\r\nB\nc\r\nd\ne\r\n');
    expect(replaced(mixed, 'b\nc\nd\ne', 'b\nnew\nc\nd\ne')).toBe('a\r\nb\nnew\nc\r\nd\ne\r\n');
    expect(replaced(mixed, 'a\nb\nc\nd', 'a\nd')).toBe('a\r\nd\ne\r\n');
  });

  it('are kept where CRLF is given', () => {
    expect(replaced('a\r\nb\n', 'b', 'x\r\ny')).toBe('a\r\nx\r\ny\n');
  });
});
