/**
 * How the rows of a tree share their columns: each cell begins in the same column in all of them, also in nested ones. The
 * figures keep theirs; the description gives way first, then the type, then the description further, then what the agent
 * does. Nothing depends on what agents do at the moment, so no column moves with it.
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
/** Without so many the description stands alone. */
const leastForBoth = 24;

/** `room`: columns of a row without its figures. */
export function shareRows(rows: readonly RowNeeds[], room: number): readonly RowColumns[] {
  const most = (of: (row: RowNeeds) => number): number => Math.max(0, ...rows.map(of));
  const longest = most(({title}) => title);
  const forKinds = room - gap - Math.min(longest, leastTitle) - gap - leastSaid;
  const kindsEnd = most(({marks, kind}) => marks + Math.min(kind, Math.max(shortKind, forKinds - marks)));
  const hasKinds = kindsEnd + gap + leastWithKind + gap <= room;
  const begin = hasKinds ? kindsEnd + gap : most(({marks}) => marks);
  const texts = room - begin - gap;
  const titles = Math.min(
    longest,
    // Without its type an agent is known by its description alone.
    Math.max(texts - enough, Math.ceil(hasKinds ? texts / 2 : texts * 0.6)),
  );
  const end = texts < leastForBoth ? room : begin + Math.max(1, titles);
  return rows.map(({marks}) => ({
    kind: hasKinds ? kindsEnd - marks : 0,
    title: Math.max(0, end - (hasKinds ? begin : marks)),
    said: Math.max(0, room - end - gap),
  }));
}
