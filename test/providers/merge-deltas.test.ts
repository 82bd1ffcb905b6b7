import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {RawMessageStreamEvent} from '../../src/core/ports.js';
import {mergeDeltas} from '../../src/providers/merge-deltas.js';

const index = fc.integer({min: 0, max: 1});
const piece = fc.string({maxLength: 3});
const delta = fc.oneof(
  piece.map(text => ({type: 'text_delta', text}) as const),
  piece.map(thinking => ({type: 'thinking_delta', thinking}) as const),
  piece.map(json => ({type: 'input_json_delta', partial_json: json}) as const),
  piece.map(signature => ({type: 'signature_delta', signature}) as const),
);
const event: fc.Arbitrary<RawMessageStreamEvent> = fc.oneof(
  {weight: 5, arbitrary: fc.record({type: fc.constant('content_block_delta' as const), index, delta})},
  {weight: 1, arbitrary: fc.record({type: fc.constant('content_block_stop' as const), index})},
);

/** The stream letter by letter: what it says, however it is cut. */
function letters(events: Iterable<RawMessageStreamEvent>): readonly unknown[] {
  return [...events].flatMap((event): unknown[] => {
    if (event.type !== 'content_block_delta') return [event];
    const {delta, index} = event;
    const [field, text] = Object.entries(delta).find(([name]) => name !== 'type') ?? [];
    if (delta.type === 'signature_delta') return [event];
    return [...String(text)].map(letter => [index, delta.type, field, letter]);
  });
}

const text = (index: number, text: string): RawMessageStreamEvent => ({
  type: 'content_block_delta',
  index,
  delta: {type: 'text_delta', text},
});

describe('merging deltas', () => {
  it('says the same, in the same order, with no two neighbours left to merge', () => {
    fc.assert(
      fc.property(fc.array(event), events => {
        const merged = [...mergeDeltas(events)];
        expect(letters(merged)).toEqual(letters(events));
        expect([...mergeDeltas(merged)]).toEqual(merged);
      }),
    );
  });

  it('makes one of neighbours in a block and keeps blocks apart', () => {
    const stop = {type: 'content_block_stop', index: 0} as const;
    const events = [text(0, 'a'), text(0, 'b'), text(1, 'c'), text(0, 'd'), stop, text(0, 'e')];
    expect([...mergeDeltas(events)]).toEqual([text(0, 'ab'), text(1, 'c'), text(0, 'd'), stop, text(0, 'e')]);
  });

  it('leaves what it was given as it was', () => {
    const events = [text(0, 'a'), text(0, 'b')];
    expect([...mergeDeltas(events)]).toEqual([text(0, 'ab')]);
    expect(events).toEqual([text(0, 'a'), text(0, 'b')]);
  });

  it('lets out what came before an error', () => {
    const broken = function* () {
      yield text(0, 'a');
      yield text(0, 'b');
      throw new Error('garbage');
    };
    const seen: RawMessageStreamEvent[] = [];
    expect(() => {
      for (const event of mergeDeltas(broken())) seen.push(event);
    }).toThrow('garbage');
    expect(seen).toEqual([text(0, 'ab')]);
  });
});
