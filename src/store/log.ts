/**
 * A file that only grows: a record is in it when `write` returns, and whatever was complete then survives any crash of the
 * program. Where it can't be written any more it says so once, and nothing is kept from then on.
 */
import {close, fsync, openSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {promisify} from 'node:util';
import {makeFolder} from '../platform/make-folder.js';
import {codeOf} from '../platform/text-file.js';
import {toLine} from './line.js';

export interface Log {
  write(record: object): void;
  /** Resolves when the disk itself has all that was written. Takes no descriptor until the next record. */
  sync(): Promise<void>;
}

export interface LogOptions {
  /** Made with its folder when the first record is written. */
  readonly path: string;
  /** The number of the next record. */
  readonly next: number;
  /** The first record of a new file. */
  header(): object;
  /** The file ends in the middle of a line. */
  readonly isCut: boolean;
  /** Called once at most, with the system's error. */
  readonly onFault: (error: unknown) => void;
}

export function createLog({path, next: first, header, isCut, onFault}: LogOptions): Log {
  let descriptor: number | null = null;
  let isBroken = false;
  let next = first;
  // The first record would else be a part of the broken line.
  let before = isCut ? '\n' : '';

  function fail(error: unknown): void {
    if (isBroken) return;
    isBroken = true;
    onFault(error);
  }

  const toNext = (record: object): string => `${toLine({n: next++, record})}\n`;

  return {
    write(record) {
      if (isBroken) return;
      try {
        descriptor ??= open(path);
        writeAll(descriptor, `${before}${next === 1 ? toNext(header()) : ''}${toNext(record)}`);
        before = '';
      } catch (error) {
        fail(error);
      }
    },
    async sync() {
      const opened = descriptor;
      descriptor = null;
      if (opened === null) return;
      try {
        await promisify(fsync)(opened);
      } catch (error) {
        fail(error);
      } finally {
        await promisify(close)(opened).catch(() => {});
      }
    },
  };
}

/** What a person said and did is nobody else's business. */
const [folderMode, fileMode] = [0o700, 0o600];

function open(path: string): number {
  try {
    return openSync(path, 'a', fileMode);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path), folderMode);
    return openSync(path, 'a', fileMode);
  }
}

/** One call may write less, on a disk that is nearly full. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
