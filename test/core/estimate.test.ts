import {createHash} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {estimate, estimateText} from '../../src/core/estimate.js';
import {createEntry} from '../../src/core/transcript.js';
import type {ContentBlockParam, Entry} from '../../src/core/types.js';

const user = (...content: ContentBlockParam[]): Entry => createEntry('e', {role: 'user', content});
const text = (words: string): ContentBlockParam => ({type: 'text', text: words});

describe('the estimate of a text', () => {
  it('is a token for four bytes of its words, whatever script they are in', () => {
    expect(['', 'x', 'word', 'words', 'привет', '你好世界', '😀'].map(estimateText)).toEqual([0, 1, 1, 2, 3, 3, 1]);
    const words = fc.string({unit: fc.constantFrom(...'abcxyz \n\téжß好世😀'), maxLength: 200});
    fc.assert(
      fc.property(words, text => {
        expect(estimateText(text)).toBe(Math.ceil(Buffer.byteLength(text) / 4));
      }),
    );
  });

  it('is never less than that, and at most a token for each sign of ASCII', () => {
    expect(['7', 'A', '42', 'iPhone', '()', '{"a": 1}'].map(estimateText)).toEqual([1, 1, 2, 3, 1, 4]);
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 200}), text => {
        expect(estimateText(text)).toBeGreaterThanOrEqual(Math.ceil(Buffer.byteLength(text) / 4));
        expect(estimateText(text)).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
    );
  });

  // Counted by cl100k, of random bytes.
  it.each([
    ['base64', 'base64', 1.39, 0.9, 1.1],
    ['hexadecimal digits', 'hex', 1.76, 0.95, 1.35],
  ] as const)('of %s is about what they take', (_, encoding, bytesPerToken, least, most) => {
    const text = createHash('sha512').update(encoding).digest().toString(encoding).repeat(50);
    const part = estimateText(text) / (text.length / bytesPerToken);
    expect(part).toBeGreaterThan(least);
    expect(part).toBeLessThan(most);
  });
});

describe('the estimate of a history', () => {
  it('counts texts wherever they stand, and an image as what the API makes of it', () => {
    const image = {
      type: 'image',
      source: {type: 'base64', media_type: 'image/png', data: 'x'.repeat(1_000_000)},
    } as const;
    expect(estimate([user(text('x'.repeat(400)))])).toBe(100);
    expect(estimate([user(image)])).toBe(1_600);
    const content = [image, {type: 'text', text: '\n'.repeat(400)} as const];
    expect(estimate([user({type: 'tool_result', tool_use_id: 'a', content})])).toBe(1_700);
    expect(estimate([user({type: 'tool_result', tool_use_id: 'a', content: 'y'.repeat(40)})])).toBe(10);
    expect(estimate([user({type: 'tool_result', tool_use_id: 'a'})])).toBe(0);
  });

  it('trusts what was measured and counts only what came since', () => {
    const history = [user(text('x'.repeat(4_000))), user(text('x'.repeat(40)))];
    expect(estimate(history, {entries: 1, tokens: 700})).toBe(710);
  });
});
