import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gap, type RowNeeds, shareRows} from '../../../src/ui/panes/row-columns.js';

const row = (marks: number, kind: number, title: number, said: number): RowNeeds => ({marks, kind, title, said});
/** Where description and activity begin, and how wide they are. */
const places = (rows: readonly RowNeeds[], room: number): readonly (readonly number[])[] =>
  shareRows(rows, room).map(({kind, title, said}, index) => {
    const begin = (rows[index]?.marks ?? 0) + (kind === 0 ? 0 : kind + gap);
    return [begin, title, begin + title + gap, said];
  });

describe('the columns of a tree’s rows', () => {
  it('align where there is room', () => {
    expect(places([row(6, 7, 20, 8), row(8, 15, 10, 30)], 90)).toEqual([
      [25, 20, 47, 43],
      [25, 20, 47, 43],
    ]);
  });

  it('leave a description all that the activity beside it does not need, and the other way round', () => {
    const rows = [row(6, 7, 40, 8), row(6, 7, 12, 60), row(6, 7, 12, 8)];
    expect(places(rows, 70)).toEqual([
      [15, 40, 57, 13],
      [15, 12, 29, 41],
      [15, 36, 53, 17],
    ]);
  });

  it('give each of them half where both need more', () => {
    expect(places([row(6, 7, 60, 60)], 57)).toEqual([[15, 20, 37, 20]]);
  });

  it('do without the type, then without the activity, before a description is a stump', () => {
    expect(shareRows([row(10, 15, 30, 30)], 40)).toEqual([{kind: 0, title: 14, said: 14}]);
    expect(shareRows([row(10, 15, 30, 30)], 29)).toEqual([{kind: 0, title: 19, said: 0}]);
    expect(shareRows([row(10, 15, 0, 30)], 29)).toEqual([{kind: 15, title: 2, said: 0}]);
  });

  it('fill a row, and cut nothing that has room', () => {
    const rows = fc.array(
      fc.record({
        marks: fc.constantFrom(6, 8, 10),
        kind: fc.nat(20),
        title: fc.nat(80),
        said: fc.integer({min: 1, max: 80}),
      }),
      {minLength: 1, maxLength: 6},
    );
    fc.assert(
      fc.property(rows, fc.integer({min: 10, max: 120}), (needs, room) => {
        for (const [index, {kind, title, said}] of shareRows(needs, room).entries()) {
          const own = needs[index] ?? row(0, 0, 0, 0);
          const left = room - own.marks - (kind === 0 ? 0 : kind + gap);
          if (said === 0) expect(title).toBe(Math.max(0, left));
          else expect(title + gap + said).toBe(left);
          if (said > 0 && own.title + own.said + gap <= left) {
            expect(title).toBeGreaterThanOrEqual(own.title);
            expect(said).toBeGreaterThanOrEqual(own.said);
          }
        }
      }),
    );
  });
});
