import {describe, expect, it} from 'vitest';
import {about, flag, nonEmptyText, oneOf, optional, parameters, text, wholeNumber} from '../../src/tools/parameters.js';

const messagesFor = (input: unknown, shape: Parameters<typeof parameters>[0]): readonly string[] => {
  const checked = parameters(shape).safeParse(input);
  return checked.success ? [] : checked.error.issues.map(({path, message}) => `${path.join('.')}: ${message}`);
};

describe('parameters that models also send as text', () => {
  it('take numbers and booleans either way, and nothing else', () => {
    const number = wholeNumber(1, 9);
    expect([7, '7', ' 7 '].map(value => number.parse(value))).toEqual([7, 7, 7]);
    for (const value of ['', 'x', '1.5', 1.5, 0, '-1', 10, null, true]) {
      expect(number.safeParse(value).success).toBe(false);
    }
    expect([true, 'true', false, 'false'].map(value => flag().parse(value))).toEqual([true, true, false, false]);
    for (const value of ['yes', 1, '', null]) expect(flag().safeParse(value).success).toBe(false);
  });
});

describe('the parameters of a tool', () => {
  it('are told to the model as what they are', () => {
    const shape = {
      path: nonEmptyText(),
      count: optional(about(wholeNumber(1, 9), 'How many')),
      quiet: optional(flag()),
      mode: optional(oneOf(['fast', 'slow'])),
    };
    expect(parameters(shape).toJSONSchema({io: 'input'})).toMatchObject({
      type: 'object',
      properties: {
        path: {type: 'string', minLength: 1},
        count: {type: 'integer', minimum: 1, maximum: 9, description: 'How many'},
        quiet: {type: 'boolean'},
        mode: {type: 'string', enum: ['fast', 'slow']},
      },
      required: ['path'],
      additionalProperties: false,
    });
  });

  it('say in words which one is wrong, missing or unknown', () => {
    const shape = {path: text(), count: optional(wholeNumber(1))};
    expect(messagesFor({path: 'a', count: '2'}, shape)).toEqual([]);
    expect(messagesFor({}, shape)).toEqual(['path: Invalid input: expected string, received undefined']);
    expect(messagesFor({path: 'a', count: 0}, shape)).toEqual(['count: Too small: expected number to be >=1']);
    expect(messagesFor({path: 'a', count: 1.5}, shape)).toEqual(['count: expected a whole number']);
    expect(messagesFor({path: 'a', colour: 'red'}, shape)).toEqual([': Unrecognized key: "colour"']);
  });
});
