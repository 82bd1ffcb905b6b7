import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {append, forModel, hasCall} from '../../src/core/readable.js';
import {callsOf, createEntry} from '../../src/core/transcript.js';
import type {Entry} from '../../src/core/types.js';
import {runs} from '../support/runs.js';

const image = {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'x'}} as const;
const thinking = {type: 'thinking', thinking: 'so', signature: 'x'} as const;

const said = fc.oneof(
  fc.constant({role: 'user', content: 'hi'} as const),
  fc.constant({role: 'user', content: [image]} as const),
  fc.nat({max: 5}).map(
    id =>
      ({
        role: 'assistant',
        content: [thinking, {type: 'tool_use', id: `call-${id}`, name: 'Look', input: {}}],
      }) as const,
  ),
  fc.constant({role: 'assistant', content: [thinking]} as const),
);

const step = fc.oneof(
  fc.record({do: fc.constant('add' as const), message: said, author: fc.constantFrom('one', 'two')}),
  fc.record({do: fc.constant('read' as const), reader: fc.constantFrom('one', 'two'), images: fc.boolean()}),
  fc.record({do: fc.constant('call' as const), id: fc.nat({max: 5})}),
  fc.record({do: fc.constant('branch' as const), length: fc.nat()}),
);

describe('a history that grows', () => {
  it('is read as if it were read for the first time, whoever reads it, and however it branches', () => {
    fc.assert(
      fc.property(fc.array(step, {maxLength: 40}), steps => {
        let history: readonly Entry[] = [];
        for (const each of steps) {
          if (each.do === 'add') {
            const entry = createEntry(`entry-${history.length}`, each.message as Entry['message']);
            history = append(history, {...entry, ...(entry.message.role === 'assistant' && {model: each.author})});
          } else if (each.do === 'branch') history = history.slice(0, each.length % (history.length + 1));
          else if (each.do === 'read') {
            const reader = {id: each.reader, images: each.images};
            expect(forModel(history, reader)).toEqual(forModel([...history], reader));
          } else {
            const calls = history.flatMap(({message}) => callsOf(message).map(({id}) => id));
            expect(hasCall(history, `call-${each.id}`)).toBe(calls.includes(`call-${each.id}`));
          }
        }
      }),
      runs(200),
    );
  });

  it('gives each who asks an array of its own', () => {
    const history = append([], createEntry('a', {role: 'user', content: 'hi'}));
    const first = forModel(history, {id: 'one', images: true});
    const grown = append(history, createEntry('b', {role: 'user', content: 'there'}));
    expect(forModel(grown, {id: 'one', images: true})).toHaveLength(2);
    expect(first).toHaveLength(1);
    expect(forModel(history, {id: 'one', images: true})).toEqual(first);
  });
});
