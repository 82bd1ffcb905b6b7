import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {fromLine, toLine} from '../../src/store/line.js';
import {runs} from '../support/runs.js';

const numbered = fc.record({
  n: fc.nat(),
  record: fc.dictionary(
    fc.string({unit: 'binary'}).filter(key => key !== 'n' && key !== '__proto__'),
    fc.jsonValue(),
  ),
});

/** What JSON can say: it knows no minus zero. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a line of a log', () => {
  it('gives back what it was made from, and holds no line feed', () => {
    fc.assert(
      fc.property(numbered, each => {
        const line = toLine(each);
        expect(line).not.toContain('\n');
        expect(fromLine(line)).toEqual(asJson(each));
        expect(typeof JSON.parse(line)).toBe('object');
      }),
      runs(300),
    );
  });

  it('that was cut, or changed in a single character, is none', () => {
    fc.assert(
      fc.property(numbered, fc.nat(), fc.string({minLength: 1, maxLength: 1}), ({n, record}, where, sign) => {
        const line = toLine({n, record});
        const at = where % line.length;
        expect(fromLine(line.slice(0, at))).toBeNull();
        const changed = line.slice(0, at) + sign + line.slice(at + 1);
        if (changed !== line) expect(fromLine(changed)).toBeNull();
      }),
      runs(300),
    );
  });

  it('that is no object with a number is none', () => {
    for (const line of ['', '{}', 'null', '[]', '{"n":1}', '\0\0\0', ',"sum":"00000000"}'])
      expect(fromLine(line)).toBeNull();
  });
});
