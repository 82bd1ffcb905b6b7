import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseJson} from '../../src/settings/json.js';

describe('JSON with places', () => {
  it('gives the same value as JSON.parse for everything that is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toMatchObject({ok: true});
        const parsed = parseJson(text);
        expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, at a place within the text', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '{', ']', 'x', '\n', '\\'))
      .map(([text, at, piece]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + piece + text.slice(cut + 1);
      });
    const accepts = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(broken, text => {
        const parsed = parseJson(text);
        const hasTwin = !parsed.ok && parsed.message.endsWith('is there twice');
        if (!hasTwin) expect(parsed.ok).toBe(accepts(text));
        if (!parsed.ok) expect(parsed.place.line).toBeLessThanOrEqual(text.split('\n').length);
      }),
      {numRuns: 2_000},
    );
  });

  it('knows where a value stands, and the nearest one around a value that is not there', () => {
    const parsed = parseJson('{\n  "a": [1,\n    {"b": true}]\n}');
    if (!parsed.ok) throw new Error(parsed.message);
    expect(parsed.placeOf(['a', 1, 'b'])).toEqual({line: 3, column: 11});
    expect(parsed.placeOf(['a', 7])).toEqual({line: 2, column: 8});
    expect(parsed.placeOf([])).toEqual({line: 1, column: 1});
  });
});
