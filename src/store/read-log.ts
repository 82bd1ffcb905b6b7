/**
 * Reads what a log holds, whatever happened to it: a line that is not whole costs that line and no other. Order is that of the
 * records' numbers, not of the lines.
 */
import {createReadStream} from 'node:fs';
import {fromLine, type Numbered, sealIn} from './line.js';

export interface ReadLog {
  /** In order. A line that stands there twice counts once. */
  readonly records: readonly object[];
  /** Where no record could be read: lines, counted from 1. */
  readonly badLines: readonly number[];
  /** The number that comes next. */
  readonly next: number;
  /** The file ends in the middle of a line. */
  readonly isCut: boolean;
}

const chunkBytes = 1 << 20;

/** Rejects with the system's error where the file cannot be read. */
export async function readLog(path: string): Promise<ReadLog> {
  const numbered: Numbered[] = [];
  const badLines: number[] = [];
  const seen = new Set<string>();
  let lines = 0;
  let isInOrder = true;

  function take(line: string): void {
    lines += 1;
    if (line === '') return;
    const read = fromLine(line);
    if (read === null) {
      badLines.push(lines);
      return;
    }
    // Two programs that wrote at once used the same numbers for different records: both count.
    const identity = `${read.n} ${sealIn(line)}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    isInOrder &&= read.n >= (numbered.at(-1)?.n ?? 0);
    numbered.push(read);
  }

  let rest = '';
  for await (const chunk of createReadStream(path, {encoding: 'utf8', highWaterMark: chunkBytes})) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    pieces.forEach(take);
  }
  const isCut = rest !== '';
  if (isCut) take(rest);
  // The sort is stable: records of one number stay as they stand in the file.
  if (!isInOrder) numbered.sort((one, other) => one.n - other.n);
  return {records: numbered.map(({record}) => record), badLines, next: (numbered.at(-1)?.n ?? 0) + 1, isCut};
}
