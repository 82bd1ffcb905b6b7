import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {append, forModel} from '../../src/core/readable.js';
import {callsOf, repair, textOf} from '../../src/core/transcript.js';
import type {ContentBlockParam, Entry} from '../../src/core/types.js';

const user = (id: string, ...content: ContentBlockParam[]): Entry => ({id, message: {role: 'user', content}});
const assistant = (id: string, ...content: ContentBlockParam[]): Entry => ({
  id,
  message: {role: 'assistant', content},
  model: 'one',
});
const text = (value: string): ContentBlockParam => ({type: 'text', text: value});
const call = (id: string): ContentBlockParam => ({type: 'tool_use', id, name: 'Look', input: {}});
const result = (id: string): ContentBlockParam => ({type: 'tool_result', tool_use_id: id, content: `result of ${id}`});
const ids = (): (() => string) => {
  let count = 0;
  return () => `new${++count}`;
};

describe('append', () => {
  it('leaves the history it was given alone', () => {
    const before = [user('1', text('hi'))];
    const after = append(before, assistant('2', text('hello')));
    expect([before.length, after.length]).toEqual([1, 2]);
    expect(after[0]).toBe(before[0]);
  });
});

describe('repair', () => {
  it('returns a history in order as it is', () => {
    const history = [user('1', text('go')), assistant('2', call('a'), call('b')), user('3', result('a'), result('b'))];
    expect(repair(history, ids())).toBe(history);
  });

  it('answers calls at the end, in the middle, and those of which only some were answered', () => {
    const history = [
      assistant('1', call('a')),
      assistant('2', call('b'), call('c')),
      user('3', result('c'), text('go on')),
      assistant('4', call('d')),
    ];
    const repaired = repair(history, ids());
    expect(repaired.map(({id}) => id)).toEqual(['1', 'new1', '2', '3', '4', 'new2']);
    expect(repaired[3]?.message.content).toMatchObject([
      {tool_use_id: 'b', is_error: true},
      {tool_use_id: 'c', content: 'result of c'},
      {type: 'text'},
    ]);
  });

  it('drops results that answer nothing, and a message that is empty without them', () => {
    const history = [user('1', result('x')), user('2', text('hi'), result('y')), assistant('3', text('hello'))];
    expect(repair(history, ids())).toEqual([user('2', text('hi')), assistant('3', text('hello'))]);
  });

  it('makes of any sequence of messages one in which every call has one result, and is then content', () => {
    const block = fc.oneof(fc.constantFrom('a', 'b', 'c').map(result), fc.constantFrom('hello', 'there').map(text));
    const entry = fc.oneof(
      fc.array(block, {minLength: 1, maxLength: 4}).map(content => user('u', ...content)),
      fc
        .uniqueArray(fc.constantFrom('a', 'b', 'c'), {maxLength: 3})
        .map(names => assistant('m', text('so'), ...names.map(call))),
    );
    fc.assert(
      fc.property(fc.array(entry, {maxLength: 8}), history => {
        const repaired = repair(history, ids());
        for (const [index, {message}] of repaired.entries()) {
          const answers = repaired[index + 1]?.message.content ?? [];
          const results = typeof answers === 'string' ? [] : answers.filter(({type}) => type === 'tool_result');
          if (message.role !== 'assistant') continue;
          expect(results.map(found => found.type === 'tool_result' && found.tool_use_id)).toEqual(
            callsOf(message).map(({id}) => id),
          );
        }
        expect(repair(repaired, ids())).toBe(repaired);
      }),
    );
  });
});

describe('forModel', () => {
  const thinking: ContentBlockParam = {type: 'thinking', thinking: 'hm', signature: 's'};

  it('sends a model its own thinking back unchanged, the same objects every time', () => {
    const history = [user('1', text('go')), assistant('2', thinking, text('so'))];
    expect(
      forModel(history, {id: 'one', images: true}).map((message, index) => message === history[index]?.message),
    ).toEqual([true, true]);
  });

  it('leaves out what another model thought', () => {
    const history = [assistant('1', thinking, text('so')), assistant('2', thinking)];
    expect(forModel(history, {id: 'two', images: true})).toEqual([{role: 'assistant', content: [text('so')]}]);
  });
});

describe('a model that cannot see', () => {
  const image = {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'AAAA'}} as const;
  const here = {type: 'text', text: 'here'} as const;
  const told = {type: 'text', text: '[An image, which this model cannot see.]'};
  const history = [
    user('1', text('look'), image),
    assistant('2', call('a')),
    user('3', {type: 'tool_result', tool_use_id: 'a', content: [here, image]}),
  ];

  it('is told of images in words, in prompts and in results', () => {
    expect(forModel(history, {id: 'one', images: false}).map(({content}) => content)).toEqual([
      [text('look'), told],
      [call('a')],
      [{type: 'tool_result', tool_use_id: 'a', content: [here, told]}],
    ]);
  });

  it('costs others nothing: what they get is the history', () => {
    const messages = forModel(history, {id: 'one', images: true});
    expect(messages.map((message, index) => message === history[index]?.message)).toEqual([true, true, true]);
  });
});

describe('textOf', () => {
  it('joins the text of a message, whichever form it has', () => {
    expect(textOf({role: 'user', content: 'plain'})).toBe('plain');
    expect(textOf({role: 'assistant', content: [text('a'), call('x'), text('b')]})).toBe('ab');
  });
});
