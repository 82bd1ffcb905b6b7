/**
 * Collects some lines of a file that passes by in chunks, however long the file or its lines are. What it holds is
 * bounded by what it is asked to show.
 *
 * Lines end at LF bytes; of a longer line only the beginning is kept.
 */

const lineFeed = 10;

export interface WindowOptions {
  /** The first line wanted, from 1. */
  readonly offset: number;
  /** Lines wanted at most. */
  readonly limit: number;
  /** Bytes kept of one line, and of all. */
  readonly maxLineBytes: number;
  readonly maxBytes: number;
}

export interface WindowLine {
  readonly bytes: Buffer;
  /** Bytes of the whole line, its break not counted. */
  readonly length: number;
}

export interface LineWindow {
  push(chunk: Buffer): void;
  /** The lines collected, and how many the file has; a break at the end of the file begins no further line. */
  finish(): {readonly lines: readonly WindowLine[]; readonly totalLines: number};
}

export function createLineWindow({offset, limit, maxLineBytes, maxBytes}: WindowOptions): LineWindow {
  const lines: WindowLine[] = [];
  /** The line being read, from 1. */
  let line = 1;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let length = 0;
  let totalBytes = 0;

  const isWanted = (): boolean => line >= offset && lines.length < limit && totalBytes < maxBytes;

  const take = (piece: Buffer): void => {
    length += piece.length;
    if (keptBytes >= maxLineBytes) return;
    // A copy: the chunk is overwritten by the next one.
    const copy = Buffer.from(piece.subarray(0, maxLineBytes - keptBytes));
    kept.push(copy);
    keptBytes += copy.length;
  };

  const endLine = (): void => {
    if (isWanted()) {
      lines.push({bytes: Buffer.concat(kept), length});
      totalBytes += keptBytes;
    }
    line++;
    kept = [];
    keptBytes = 0;
    length = 0;
  };

  /** Passes over lines that nobody wants, from `start`; returns where a wanted one begins, or the chunk's end. */
  const skip = (chunk: Buffer, start: number): number => {
    for (let index = start; index < chunk.length; index++) {
      if (chunk[index] !== lineFeed) continue;
      line++;
      length = 0;
      if (isWanted()) return index + 1;
      start = index + 1;
    }
    length += chunk.length - start;
    return chunk.length;
  };

  return {
    push(chunk) {
      let start = 0;
      while (start < chunk.length) {
        if (!isWanted()) {
          start = skip(chunk, start);
          continue;
        }
        const end = chunk.indexOf(lineFeed, start);
        take(chunk.subarray(start, end === -1 ? chunk.length : end));
        if (end === -1) return;
        endLine();
        start = end + 1;
      }
    },
    finish() {
      if (length > 0) endLine();
      return {lines, totalLines: line - 1};
    },
  };
}
