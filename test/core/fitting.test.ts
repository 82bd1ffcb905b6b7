import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {estimateBlock, estimateText} from '../../src/core/estimate.js';
import {fitResults, fitTexts} from '../../src/core/fitting.js';
import type {ToolResultBlockParam} from '../../src/core/types.js';
import {runs} from '../support/runs.js';

const result = (content: ToolResultBlockParam['content']): ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: 'a',
  ...(content !== undefined && {content}),
});
const image = {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'AAAA'}} as const;

describe('texts that come in', () => {
  it('are left as they are if there is room for all of them', () => {
    const texts = ['x'.repeat(400), 'y'.repeat(40)];
    expect(fitTexts(texts, 110)).toEqual(texts);
    expect(fitTexts(texts, Infinity)).toBe(texts);
    expect(fitTexts([], -5)).toEqual([]);
  });

  it('lose the middle of the longest, and say so, if there is not', () => {
    expect(fitTexts([`begin ${'x'.repeat(10_000)} end`, 'short'], 102)).toEqual([
      `begin ${'x'.repeat(143)}\n[… 9712 characters left out: the budget has no room for them …]\n${'x'.repeat(145)} end`,
      'short',
    ]);
  });

  it('take no more than there is, each as much as any other, in whatever script, and stay text', () => {
    const run = fc
      .tuple(fc.constantFrom('x', 'ж', '好', '😀', 'A9', '+'), fc.nat({max: 1_500}))
      .map(([part, count]) => part.repeat(count));
    const text = fc.array(run, {maxLength: 4}).map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.array(text, {minLength: 1, maxLength: 8}), fc.nat({max: 4_000}), (texts, more) => {
        const tokens = more + 25 * texts.length;
        const fitted = fitTexts(texts, tokens);
        const sum = fitted.map(estimateText).reduce((one, other) => one + other, 0);
        expect(sum).toBeLessThanOrEqual(tokens);
        expect(fitted.every(each => each.isWellFormed())).toBe(true);
        const cut = texts.filter((each, index) => fitted[index] !== each);
        const kept = texts.filter((each, index) => fitted[index] === each);
        for (const each of cut)
          for (const other of kept) expect(estimateText(each)).toBeGreaterThan(estimateText(other) - 1);
      }),
      runs(300),
    );
  });
});

describe('results that come in', () => {
  it('are shortened in each of their parts; an image that has no room is left out', () => {
    const long = {type: 'text', text: 'x'.repeat(8_000)} as const;
    const small = {type: 'text', text: 'small'} as const;
    const results = [result([long, image, small]), {...result('y'.repeat(8_000)), is_error: true}, result(undefined)];
    const [first, second, third] = fitResults(results, 800);
    expect(first?.content).toEqual([
      {type: 'text', text: expect.stringMatching(/^x+\n\[… \d+ characters left out: .* …\]\nx+$/)},
      {type: 'text', text: '[Left out: the budget has no room for it.]'},
      small,
    ]);
    expect(second).toMatchObject({tool_use_id: 'a', is_error: true, content: expect.stringContaining('left out')});
    expect(third).toEqual(results[2]);
    expect([first, second].reduce((sum, each) => sum + (each ? estimateBlock(each) : 0), 0)).toBeLessThanOrEqual(800);
  });

  it('are the very same if there is room, images too', () => {
    const results = [result([image, {type: 'text', text: 'seen'}]), result('y')];
    expect(fitResults(results, 1_602)).toBe(results);
    expect(fitResults(results, Infinity)).toBe(results);
    expect(fitResults(results, 1_601)).not.toBe(results);
  });
});
