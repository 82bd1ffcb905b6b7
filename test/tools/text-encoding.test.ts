import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {checkWritable, decodeText, detectEncoding, encodeText} from '../../src/tools/text-encoding.js';

const decode = (...parts: readonly (string | readonly number[])[]): {name: string; text: string} => {
  const bytes = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const {text, encoding} = decodeText(bytes);
  return {name: encoding.name, text};
};

describe('text encodings', () => {
  it('are told apart by their mark, by valid UTF-8, and by what the other bytes look like', () => {
    expect(decode('plain é')).toEqual({name: 'UTF-8', text: 'plain é'});
    expect(decode([0xef, 0xbb, 0xbf], 'é')).toEqual({name: 'UTF-8', text: 'é'});
    expect(decode([0xff, 0xfe, 0x61, 0, 0xe9, 0])).toEqual({name: 'UTF-16LE', text: 'aé'});
    expect(decode([0xfe, 0xff, 0, 0x61, 0, 0xe9])).toEqual({name: 'UTF-16BE', text: 'aé'});
    expect(decode('caf', [0xe9], ' ', [0x93], 'x', [0x94])).toEqual({name: 'Windows-1252', text: 'café “x”'});
    expect(decode('naïve ', [0xe9])).toEqual({name: 'UTF-8 with stray bytes', text: 'naïve \udce9'});
  });

  it('read the 256 bytes of Windows-1252 as 256 different characters', () => {
    const {text} = decodeText(
      Uint8Array.from({length: 256}, (_, byte) => byte),
      {name: 'Windows-1252', mark: []},
    );
    expect(new Set(text).size).toBe(256);
    expect(text.slice(0x80, 0x84)).toBe('€\u0081‚ƒ');
  });

  it('give back the very same bytes, whatever they are', () => {
    const bom = fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]);
    const piece = fc.oneof(
      fc.uint8Array({maxLength: 40}).map(bytes => Buffer.from(bytes)),
      fc.string({unit: 'grapheme', maxLength: 40}).map(text => Buffer.from(text)),
      fc.constantFrom(Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from('\r\n\0')),
    );
    fc.assert(
      fc.property(bom, fc.array(piece, {maxLength: 6}), (mark, pieces) => {
        const bytes = Buffer.concat([Buffer.from(mark), ...pieces]);
        expect(Buffer.from(encodeText(decodeText(bytes))).equals(bytes)).toBe(true);
      }),
      {numRuns: 2_000},
    );
  });

  it('refuse a character that the encoding of the file does not have, and name it', () => {
    const encoding = detectEncoding(Buffer.from([0x63, 0xe9]));
    expect(() => encodeText({text: 'a → b', encoding})).toThrow(/Windows-1252.*no “→”/);
    expect(() => encodeText({text: 'a \u0085 b', encoding})).toThrow(ToolError);
    expect(Buffer.from(encodeText({text: '€é', encoding}))).toEqual(Buffer.from([0x80, 0xe9]));
  });

  it('refuse half of a surrogate pair, which would be written as another character', () => {
    expect(() => checkWritable('a\ud83d', 'new_string')).toThrow(/`new_string`/);
    expect(() => checkWritable('😀', 'new_string')).not.toThrow();
  });
});
