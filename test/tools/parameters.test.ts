import {describe, expect, it} from 'vitest';
import {
  about,
  amount,
  flag,
  group,
  nonEmptyText,
  oneOf,
  optional,
  parameters,
  text,
  texts,
  wholeNumber,
} from '../../src/tools/parameters.js';

const messagesFor = (input: unknown, shape: Parameters<typeof parameters>[0]): readonly string[] => {
  const checked = parameters(shape).safeParse(input);
  return checked.success ? [] : checked.error.issues.map(({path, message}) => `${path.join('.')}: ${message}`);
};

describe('parameters that models also send as text', () => {
  it('take numbers and booleans either way, and nothing else', () => {
    const number = wholeNumber(1, 9);
    expect([7, '7', ' 7 '].map(value => number.check(value))).toEqual(Array(3).fill({success: true, data: 7}));
    for (const value of ['', 'x', '1.5', 1.5, 0, '-1', 10, null, true, Number.NaN, []]) {
      expect(number.check(value).success).toBe(false);
    }
    expect(amount().check(' 0.5 ')).toEqual({success: true, data: 0.5});
    for (const value of ['', 0, -1, 'x', '1e400', Number.POSITIVE_INFINITY, Number.NaN, null, []]) {
      expect(amount().check(value).success).toBe(false);
    }
    for (const value of [true, false]) {
      expect([value, String(value)].map(each => flag().check(each))).toEqual(
        Array(2).fill({success: true, data: value}),
      );
    }
    for (const value of ['yes', 1, '', null]) expect(flag().check(value).success).toBe(false);
  });

  it('take one text as a list of one, and no empty ones', () => {
    expect(texts().check('a')).toEqual({success: true, data: ['a']});
    expect(texts().check(['a', 'b'])).toEqual({success: true, data: ['a', 'b']});
    for (const value of ['', [], ['a', ''], ['a', 1], {}, null]) expect(texts().check(value).success).toBe(false);
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
    expect(parameters(shape).toJSONSchema({io: 'input'})).toEqual({
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
    const shape = {
      path: text(),
      count: optional(wholeNumber(1)),
      mode: optional(oneOf(['fast', 'slow'])),
      names: optional(texts()),
      caps: optional(group({usd: amount()})),
    };
    const messages = (rest: object): readonly string[] => messagesFor({path: 'a', ...rest}, shape);
    expect(messages({count: '2', mode: 'fast', names: 'x', caps: {usd: 1}})).toEqual([]);
    expect(messagesFor({}, shape)).toEqual(['path: is missing']);
    expect(messages({path: 5})).toEqual(['path: expected a text, got 5']);
    expect(messages({count: 0})).toEqual(['count: expected a whole number of at least 1, got 0']);
    expect(messages({count: 1.5})).toEqual(['count: expected a whole number of at least 1, got 1.5']);
    expect(messages({mode: 'x'})).toEqual(['mode: expected one of fast, slow, got "x"']);
    expect(messages({mode: 'x'.repeat(50)})).toEqual(['mode: expected one of fast, slow, got a text']);
    expect(messages({names: []})).toEqual(['names: expected a list of texts, got an empty list']);
    expect(messages({names: ['a', '']})).toEqual(['names.1: expected a text that is not empty, got ""']);
    expect(messages({caps: {}})).toEqual(['caps.usd: is missing']);
    expect(messages({colour: 'red'})).toEqual([': there is no parameter `colour`']);
    expect(messagesFor(JSON.parse('{"path": "a", "__proto__": 1}'), shape)).toEqual([
      ': there is no parameter `__proto__`',
    ]);
    expect(messagesFor([], shape)).toEqual([': expected an object, got an empty list']);
    expect(messagesFor(null, shape)).toEqual([': expected an object, got null']);
  });
});
