import {describe, expect, it} from 'vitest';
import {flag, wholeNumber} from '../../src/tools/parameters.js';

describe('parameters that models also send as text', () => {
  it('take numbers and booleans either way, and nothing else', () => {
    const number = wholeNumber(1);
    expect([7, '7', ' 7 '].map(value => number.parse(value))).toEqual([7, 7, 7]);
    for (const value of ['', 'x', '1.5', 1.5, 0, '-1', null, true]) expect(number.safeParse(value).success).toBe(false);
    expect([true, 'true', false, 'false'].map(value => flag().parse(value))).toEqual([true, true, false, false]);
    for (const value of ['yes', 1, '', null]) expect(flag().safeParse(value).success).toBe(false);
  });

  it('are told to the model as what they are', () => {
    expect(wholeNumber(1).toJSONSchema({io: 'input'})).toMatchObject({type: 'integer', minimum: 1});
    expect(flag().toJSONSchema({io: 'input'})).toMatchObject({type: 'boolean'});
  });
});
