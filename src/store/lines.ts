/** A file's lines as bytes, in one buffer that is used again and again: all of them in turn, or one by its place. */
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';

export interface Lines {
  /**
   * Calls for every line with where it stands in `bytes`, which hold it only during the call, and in the file. True if the last has
   * no end of line; it is called for as well.
   */
  each(take: (bytes: Buffer, from: number, to: number, at: number) => void): boolean;
  /** What `make` makes of the bytes between these places in the file. It may change them. */
  read<T>(from: number, to: number, make: (bytes: Buffer, from: number, to: number) => T): T;
  close(): void;
}

const chunkBytes = 1 << 20;
const lineFeed = 0x0a;

/** Throws the system's error. Whatever lies there is not waited for. */
export function openLines(path: string): Lines {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let buffer = Buffer.allocUnsafe(Math.min(chunkBytes, fstatSync(file).size + 1));
  /** Of the file, what the buffer holds. */
  let [start, end] = [0, 0];

  const grow = (bytes: number): void => {
    const larger = Buffer.allocUnsafe(bytes);
    buffer.copy(larger, 0, 0, end - start);
    buffer = larger;
  };

  return {
    each(take) {
      [start, end] = [0, 0];
      for (;;) {
        if (end - start === buffer.length) grow(buffer.length * 2);
        const count = readSync(file, buffer, end - start, buffer.length - (end - start), end);
        if (count === 0) break;
        end += count;
        const held = end - start;
        let from = 0;
        for (let to = buffer.indexOf(lineFeed); to !== -1 && to < held; to = buffer.indexOf(lineFeed, from)) {
          take(buffer, from, to, start + from);
          from = to + 1;
        }
        buffer.copyWithin(0, from, held);
        start += from;
      }
      const isCut = end > start;
      if (isCut) take(buffer, 0, end - start, start);
      return isCut;
    },
    read(from, to, make) {
      if (from < start || to > end) {
        if (to - from > buffer.length) grow(to - from);
        [start, end] = [from, from];
        for (let count = -1; count !== 0 && end < to; end += count) {
          count = readSync(file, buffer, end - start, buffer.length - (end - start), end);
        }
      }
      return make(buffer, from - start, Math.min(to, end) - start);
    },
    close: () => closeSync(file),
  };
}
