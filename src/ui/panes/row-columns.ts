/**
 * How the rows of a tree share their columns. The figures keep theirs; the type gives way first, then the description and
 * what the agent does give way to each other: each has half, and what one does not need is the other's.
 */

/** What a row would take, in columns. */
export interface RowNeeds {
  /** Indentation, fold mark and state. */
  readonly marks: number;
  readonly kind: number;
  readonly title: number;
  readonly said: number;
}

/** What it gets. What is 0 is left out, with the gap before it. */
export interface RowColumns {
  readonly kind: number;
  readonly title: number;
  readonly said: number;
}

/** Columns between two cells. */
export const gap = 2;
/** For what agents do, so that all descriptions begin in the same column. */
const enough = 24;
/** For what they do a column is kept a quarter of the room wide, but never less than this. */
const leastSaid = 10;
/** Without so many for description and activity there is no type. */
const leastWithKind = 28;
/** Without so many the description stands alone. */
const leastForBoth = 26;

/** `room`: columns of a row without its figures. */
export function shareRows(rows: readonly RowNeeds[], room: number): readonly RowColumns[] {
  const most = (of: (row: RowNeeds) => number): number => Math.max(0, ...rows.map(of));
  const ends = most(({marks, kind}) => marks + kind);
  const isRoomy = ends + gap + most(({title}) => title) + gap + enough <= room;
  const hasKinds = isRoomy || ends + gap + gap + leastWithKind <= room;
  const needs = rows.map(row => ({
    ...row,
    // Where there is room for it, all descriptions begin in the same column.
    kind: isRoomy ? ends - row.marks : hasKinds || row.title === 0 ? row.kind : 0,
  }));
  const lead = ({marks, kind}: RowNeeds): number => marks + (kind === 0 ? 0 : kind + gap);
  const kept = Math.min(enough, Math.max(leastSaid, room >> 2));
  const start = Math.min(room - gap - kept, Math.max(0, ...needs.map(row => lead(row) + row.title)));
  return needs.map(row => ({kind: row.kind, ...shareRow(row, room - lead(row), start - lead(row))}));
}

/** `wanted`: how wide the description has to be for the activity to stand where that of the others does. */
function shareRow(
  {title, said}: RowNeeds,
  room: number,
  wanted: number,
): {readonly title: number; readonly said: number} {
  if (room < leastForBoth) return {title: Math.max(0, room), said: 0};
  const both = room - gap;
  const half = Math.ceil(both / 2);
  const least = title + said <= both ? title : Math.min(title, Math.max(half, both - said));
  const most = Math.max(least, both - said);
  const given = Math.max(least, Math.min(wanted, most));
  return {title: given, said: both - given};
}
