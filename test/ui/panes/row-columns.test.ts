import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {gap, type RowNeeds, shareRows} from '../../../src/ui/panes/row-columns.js';

const row = (marks: number, kind: number, title: number): RowNeeds => ({marks, kind, title});
/** Where description and activity begin, and how wide they are. */
const places = (rows: readonly RowNeeds[], room: number): readonly (readonly number[])[] =>
  shareRows(rows, room).map(({kind, title, said}, index) => {
    const begin = (rows[index]?.marks ?? 0) + (kind === 0 ? 0 : kind + gap);
    return [begin, title, begin + title + gap, said];
  });

describe('the columns of a tree’s rows', () => {
  it('align, with as much for descriptions as the longest needs', () => {
    expect(places([row(6, 7, 20), row(8, 15, 10)], 90)).toEqual([
      [25, 20, 47, 43],
      [25, 20, 47, 43],
    ]);
  });

  it('leave to what agents do enough for a few words before a description is whole, but half at most', () => {
    expect(places([row(6, 7, 60), row(6, 7, 12)], 80)).toEqual([
      [15, 39, 56, 24],
      [15, 39, 56, 24],
    ]);
    expect(places([row(6, 7, 60)], 57)).toEqual([[15, 20, 37, 20]]);
  });

  it('leave them two fifths where there is no room for a type and the description needs the rest', () => {
    expect(places([row(6, 7, 60)], 40)).toEqual([[6, 20, 28, 12]]);
    expect(places([row(6, 7, 14)], 40)).toEqual([[6, 14, 22, 18]]);
  });

  it('show types whole, or more of them, before descriptions have more than they need to be told apart', () => {
    expect(shareRows([row(6, 7, 60), row(6, 15, 12)], 79)).toEqual([
      {kind: 15, title: 30, said: 24},
      {kind: 15, title: 30, said: 24},
    ]);
    expect(shareRows([row(6, 15, 40), row(8, 20, 12)], 69)).toMatchObject([{kind: 15}, {kind: 13}]);
    expect(shareRows([row(6, 15, 12), row(8, 15, 12)], 59)).toMatchObject([{kind: 17}, {kind: 15}]);
  });

  it('shorten a type before a description that is short', () => {
    expect(places([row(6, 7, 22), row(8, 15, 14), row(10, 7, 30)], 61)).toEqual([
      [19, 20, 41, 20],
      [19, 20, 41, 20],
      [19, 20, 41, 20],
    ]);
  });

  it('do without the type, then without all but a stump of the description, before what agents do gives way', () => {
    expect(shareRows([row(8, 15, 30), row(6, 15, 30)], 40)).toEqual([
      {kind: 0, title: 18, said: 12},
      {kind: 0, title: 20, said: 12},
    ]);
    expect(shareRows([row(6, 15, 30)], 30)).toEqual([{kind: 0, title: 11, said: 11}]);
    expect(shareRows([row(10, 15, 30)], 29)).toEqual([{kind: 0, title: 6, said: 11}]);
    expect(shareRows([row(10, 15, 30)], 24)).toEqual([{kind: 0, title: 6, said: 6}]);
  });

  it('keep a place for the mark of the focus, and what agents do, where a stump would not leave room for that', () => {
    expect(shareRows([row(10, 15, 30)], 23)).toEqual([{kind: 0, title: 1, said: 10}]);
    expect(shareRows([row(10, 15, 30)], 16)).toEqual([{kind: 0, title: 6, said: 0}]);
    expect(shareRows([row(10, 15, 0)], 9)).toEqual([{kind: 0, title: 0, said: 0}]);
  });

  it('begin in the same places in all rows and fill them, whatever these need', () => {
    const rows = fc.array(
      fc.record({marks: fc.constantFrom(6, 8, 10, 12), kind: fc.integer({min: 1, max: 20}), title: fc.nat(80)}),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(rows, fc.integer({min: 12, max: 120}), (needs, room) => {
        const shares = shareRows(needs, room);
        const ends = new Set<number>();
        for (const [index, {kind, title, said}] of shares.entries()) {
          const {marks = 0, kind: wanted = 0} = needs[index] ?? {};
          const end = marks + (kind === 0 ? 0 : kind + gap) + title;
          ends.add(end);
          expect(said === 0 ? end : end + gap + said).toBe(room);
          if (kind > 0) expect(kind).toBeGreaterThanOrEqual(Math.min(8, wanted));
        }
        expect(ends.size).toBe(1);
      }),
    );
  });
});
