import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createLine, type Turn} from '../../src/core/line.js';

/** Those who want some of one amount. `running`: how many have what they asked for, and may give it back. */
function room(amount: number) {
  const line = createLine<'here'>();
  const told: string[] = [];
  let left = amount;
  let running = 0;
  const join = (name: string, wants: number, [rank, claim]: readonly [number, number]): Turn =>
    line.join({
      rank: [rank],
      claims: [claim],
      levels: ['here'],
      ask() {
        if (wants > left) return 'here';
        left -= wants;
        running += 1;
        told.push(name);
        return null;
      },
      mayHope: () => running > 0,
      left: () => told.push(`${name} left`),
    });
  const giveBack = (wants: number): void => {
    left += wants;
    running -= 1;
    line.changed();
  };
  return {line, told, join, giveBack};
}

describe('the line of those who wait for room', () => {
  it('lets whoever finds room go at once', () => {
    const {told, join} = room(10);
    expect(join('one', 4, [1, 1]).wait).toBeNull();
    expect(join('two', 6, [2, 2]).wait).toBeNull();
    expect(told).toEqual(['one', 'one left', 'two', 'two left']);
  });

  it('asks in order, and nobody before one who has no room, were there room for him', async () => {
    const {told, join, giveBack} = room(10);
    join('first', 9, [9, 9]);
    told.length = 0;
    const large = join('large', 5, [1, 1]);
    expect(join('small', 1, [2, 2]).wait).not.toBeNull();
    expect(told).toEqual([]);
    giveBack(9);
    expect(told).toEqual(['large', 'large left', 'small', 'small left']);
    await large.wait;
  });

  it('tells the one of most claims that there is nobody left to wait for, once there is not', () => {
    const {told, join, giveBack} = room(3);
    join('first', 3, [0, 0]);
    told.length = 0;
    join('poor', 9, [1, 1]);
    join('rich', 9, [2, 2]);
    expect(told).toEqual([]);
    giveBack(3);
    expect(told).toEqual(['rich left']);
  });

  it('asks the others when one leaves, and leaving again means nothing', () => {
    const {told, join} = room(3);
    join('first', 2, [0, 0]);
    told.length = 0;
    const large = join('large', 3, [1, 1]);
    join('small', 1, [2, 2]);
    large.leave();
    large.leave();
    expect(told).toEqual(['large left', 'small', 'small left']);
  });

  it('serves the same in the same order, whoever came first', () => {
    const wishes = fc.array(fc.integer({min: 1, max: 9}), {minLength: 2, maxLength: 8});
    fc.assert(
      fc.property(
        wishes.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray([...all.keys()], {minLength: all.length}))),
        ([all, order]) => {
          const serve = (come: readonly number[]): readonly string[] => {
            const {told, join, giveBack} = room(10);
            join('first', 10, [-1, -1]);
            told.length = 0;
            for (const at of come) join(String(at), all[at] ?? 0, [at, at]);
            giveBack(10);
            return told;
          };
          expect(serve(order)).toEqual(serve([...all.keys()]));
        },
      ),
    );
  });
});
