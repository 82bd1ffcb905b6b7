/**
 * Who waits for room in a tree of budgets. Whenever there may be some, all are asked in their order, whoever has spent least first;
 * whom there is no room for keeps his place, and those behind him who would take of the same. So it makes no difference who comes
 * first, or who hears of it first. When nobody is left to wait for, one of those who wait is told so: its end makes room.
 */

/** One that waits; `Level` is where there is no room. */
export interface Waiting<Level> {
  /** The least comes first; no two are the same. */
  readonly rank: readonly number[];
  /** The greatest makes room. */
  readonly claims: readonly number[];
  /** What it would take of. */
  readonly levels: readonly Level[];
  /** Tries it. Null: it is over, with room or for another reason. */
  ask(): Level | null;
  /** Whether somebody is left who may make room there. */
  mayHope(at: Level): boolean;
  /** It waits no more. */
  left(): void;
}

/** To be asked. */
export interface Turn {
  /** Settles when it is over; null: it is already. */
  readonly wait: Promise<void> | null;
  /** Waits no more. May be repeated. */
  leave(): void;
}

export interface Line<Level> {
  /** Over at once if there is room, later once there is, or where there is none to hope for. */
  join(waiting: Waiting<Level>): Turn;
  /** A request or an agent has ended, or keeps less. */
  changed(): void;
  /** A number that nobody else has, each greater than the last. */
  number(): number;
}

export function createLine<Level>(): Line<Level> {
  /** With how to tell that it is over. */
  const line = new Map<Waiting<Level>, () => void>();
  let isMoving = false;
  let last = 0;

  function changed(): void {
    // What those who are asked take is no room for anybody.
    if (isMoving || line.size === 0) return;
    isMoving = true;
    move();
    isMoving = false;
  }

  function move(): void {
    const ordered = [...line.keys()].sort((one, other) => compareClaims(one.rank, other.rank));
    const stuck = new Map<Waiting<Level>, Level>();
    for (const waiting of ordered) {
      const at = waiting.levels.find(level => [...stuck.values()].includes(level)) ?? waiting.ask();
      if (at === null) leave(waiting);
      else stuck.set(waiting, at);
    }
    for (const [waiting, at] of [...stuck].sort(([one], [other]) => compareClaims(other.claims, one.claims))) {
      if (waiting.mayHope(at)) continue;
      waiting.ask();
      leave(waiting);
      return;
    }
  }

  function leave(waiting: Waiting<Level>): boolean {
    const over = line.get(waiting);
    line.delete(waiting);
    if (over) waiting.left();
    over?.();
    return over !== undefined;
  }

  return {
    join(waiting) {
      const wait = new Promise<void>(over => line.set(waiting, over));
      changed();
      return {
        wait: line.has(waiting) ? wait : null,
        leave() {
          if (leave(waiting)) changed();
        },
      };
    },
    changed,
    number() {
      last += 1;
      return last;
    },
  };
}

/** Below 0: the first has less. */
export function compareClaims(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((amount, index) => amount !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
