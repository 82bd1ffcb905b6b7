/**
 * Reads what a log holds, whatever happened to it: a line that is not whole costs that line and no other. Order is that of the
 * records' numbers, not of the lines. Every line is checked as bytes; only those are made into records that anybody asks for, since a
 * long conversation has most of its lines before the place from which it is gone on with.
 */

import {type Mark, parseLine, toMark} from './line.js';
import {openLines} from './lines.js';

export interface ReadLog {
  /** In order. A line that stands there twice counts once. */
  readonly records: readonly object[];
  /** Entries of the conversation that were passed over. */
  readonly passed: number;
  /** Where no record could be read: lines, counted from 1. */
  readonly badLines: readonly number[];
  /** The number that comes next. */
  readonly next: number;
  /** The file ends in the middle of a line. */
  readonly isCut: boolean;
}

export type Extent = 'all' | 'conversation' | 'history';

/** A line that is whole. */
interface Found extends Mark {
  readonly line: number;
  /** Where it stands in the file. */
  readonly from: number;
  readonly to: number;
  /** What it holds; null where that is not read yet. */
  readonly record: object | null;
}

/** What is only of use for the history that it is in. */
const ofHistory: ReadonlySet<string> = new Set(['entry', 'entry_changed', 'entry_removed', 'entry_cleared', 'call']);

/**
 * @param extent `all`: every record. `conversation`: of what was said only that since it began. `history`: only what requests
 * still have of that. Rejects with the system's error where the file cannot be read.
 */
export async function readLog(path: string, extent: Extent = 'all'): Promise<ReadLog> {
  const lines = openLines(path);
  try {
    const badLines: number[] = [];
    const found: Found[] = [];
    let line = 0;
    let isInOrder = true;
    const isCut = lines.each((bytes, from, to, at) => {
      line += 1;
      if (from === to) return;
      const mark = toMark(bytes, from, to);
      if (mark === null) {
        badLines.push(line);
        return;
      }
      const {n, type, seal} = mark;
      isInOrder &&= n > (found.at(-1)?.n ?? 0);
      // What counts in any case is read while it is at hand.
      const record = ofHistory.has(type) ? null : parseLine(bytes, from, to);
      found.push({n, type, seal, line, from: at, to: at + to - from, record});
    });
    const inOrder = isInOrder ? found : distinct(found);
    const start = beginningOf(inOrder, extent);
    const cleared = inOrder.findLastIndex(({type}) => type === 'cleared');
    const records: object[] = [];
    let passed = 0;
    for (const [at, each] of inOrder.entries()) {
      if (at < start && at > cleared && (each.type === 'entry' || each.type === 'mail_read')) passed += 1;
      if (at < start && ofHistory.has(each.type)) continue;
      const record = each.record ?? lines.read(each.from, each.to, parseLine);
      if (record === null) badLines.push(each.line);
      else records.push(record);
    }
    badLines.sort((one, other) => one - other);
    return {records, passed, badLines, next: (inOrder.at(-1)?.n ?? 0) + 1, isCut};
  } finally {
    lines.close();
  }
}

/** Where that begins; −1: with the first. */
function beginningOf(found: readonly Found[], extent: Extent): number {
  if (extent === 'all') return -1;
  const cleared = found.findLastIndex(({type}) => type === 'cleared');
  const compacted = found.findLastIndex(({type}) => type === 'compacted');
  // It may have led back to before that.
  const rewound = found.findLastIndex(({type}) => type === 'rewound');
  return extent === 'history' && compacted > Math.max(cleared, rewound) ? compacted : cleared;
}

/** Two programs that wrote at once used the same numbers for different records: both count, and stay as they stand in the file. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Map(found.toReversed().map(each => [`${each.n} ${each.seal}`, each]));
  return [...seen.values()].reverse().sort((one, other) => one.n - other.n);
}
