/**
 * How the rows of a tree share their columns: each cell begins in the same column in all of them, also in nested ones. The
 * figures keep theirs; the description gives way first, then the type, then the description further, down to the mark of the
 * focus, and last what the agent does. Nothing depends on what agents do at the moment, so no column moves with it.
 */

/** What a row would take, in columns. */
export interface RowNeeds {
  /** Indentation, fold mark and state. */
  readonly marks: number;
  readonly kind: number;
  readonly title: number;
}

/** What it gets. What is 0 is left out, with the gap before it. */
export interface RowColumns {
  readonly kind: number;
  readonly title: number;
  readonly said: number;
}

/** Columns between two cells. */
export const gap = 2;
/** For what agents do: more only if no description needs it, less only if descriptions have no more. */
const enough = 24;
/** Of a description and of what agents do, before types are whole; of a type, before those have that: `general…`. */
const leastTitle = 24;
const leastSaid = 20;
const shortKind = 8;
/** Without so many for description and activity there is no type. */
const leastWithKind = 28;
/** Of what agents do, before the description is a stump: `Read src…`. */
const shortSaid = 11;
/** A stump still tells agents apart; where what they do would be less than that, the mark of the focus is left of it. */
const stump = 6;
const focusMark = 1;
/** Fewer say nothing of what an agent does. */
const leastTold = 4;

/** `room`: columns of a row without its figures. */
export function shareRows(rows: readonly RowNeeds[], room: number): readonly RowColumns[] {
  const most = (of: (row: RowNeeds) => number): number => Math.max(0, ...rows.map(of));
  const longest = most(({title}) => title);
  const forKinds = room - gap - Math.min(longest, leastTitle) - gap - leastSaid;
  const kindsEnd = most(({marks, kind}) => marks + Math.min(kind, Math.max(shortKind, forKinds - marks)));
  const hasKinds = kindsEnd + gap + leastWithKind + gap <= room;
  const begin = hasKinds ? kindsEnd + gap : most(({marks}) => marks);
  const texts = room - begin - gap;
  // Without its type an agent is known by its description alone.
  const fair = hasKinds ? Math.ceil(texts / 2) : Math.min(Math.ceil(texts * 0.6), texts - shortSaid);
  const least = texts < 2 * stump ? focusMark : stump;
  const titles = Math.max(focusMark, Math.min(longest, Math.max(texts - enough, fair, least)));
  const end = texts - titles < leastTold ? room : begin + titles;
  return rows.map(({marks}) => ({
    kind: hasKinds ? kindsEnd - marks : 0,
    title: Math.max(0, end - (hasKinds ? begin : marks)),
    said: Math.max(0, room - end - gap),
  }));
}
