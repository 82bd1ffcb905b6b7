import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createLineWindow} from '../../src/tools/line-window.js';

describe('a window of lines', () => {
  it('shows the same lines however the bytes come in', () => {
    const text = fc.string({unit: fc.constantFrom('a', 'bc', '\n', '\n\n'), maxLength: 60});
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat({max: 8}), {maxLength: 12}),
        fc.nat({max: 6}),
        fc.nat({max: 6}),
        (all, cuts, o, l) => {
          const [offset, limit] = [o + 1, l + 1];
          const window = createLineWindow({offset, limit, maxLineBytes: 100, maxBytes: 10_000});
          const bytes = Buffer.from(all);
          let start = 0;
          for (const cut of cuts) {
            // The same buffer again and again, as a reader reuses it.
            const chunk = Buffer.from(bytes.subarray(start, start + cut));
            window.push(chunk);
            chunk.fill(0);
            start += cut;
          }
          window.push(bytes.subarray(start));
          const lines = all.split('\n');
          if (lines.at(-1) === '') lines.pop();
          const {lines: shown, totalLines} = window.finish();
          expect(totalLines).toBe(lines.length);
          expect(shown.map(line => line.bytes.toString())).toEqual(lines.slice(offset - 1, offset - 1 + limit));
        },
      ),
    );
  });

  it('keeps the beginning of a long line and its length, and stops when it holds enough', () => {
    const window = createLineWindow({offset: 1, limit: 10, maxLineBytes: 4, maxBytes: 10});
    for (const piece of ['abc', 'def', '\n12345\n', '6789\nmore\n']) window.push(Buffer.from(piece));
    const {lines, totalLines} = window.finish();
    expect(lines.map(({bytes, length}) => [bytes.toString(), length])).toEqual([
      ['abcd', 6],
      ['1234', 5],
      ['6789', 4],
    ]);
    expect(totalLines).toBe(4);
  });
});
