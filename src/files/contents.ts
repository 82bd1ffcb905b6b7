/**
 * Contents of files by their hash, so that what was there before can be put back: below the session's folder, or in memory
 * where nothing is kept on disk. Bounded: what is too large, or more than there is room for, is not kept.
 */
import {lstatSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {makeFolder} from '../platform/make-folder.js';
import {hashOf} from './regular-file.js';

export interface Contents {
  /** Keeps the bytes if they may be kept, and gives their hash. */
  put(bytes: Uint8Array): string;
  has(hash: string): boolean;
  /** Null for what is not kept, or was damaged. */
  get(hash: string): Buffer | null;
}

/** Of one file. */
export const maxKeptBytes = 8 * 1024 * 1024;
/** Of one session, on disk and in memory. */
const [maxOnDisk, maxInMemory] = [512 * 1024 * 1024, 64 * 1024 * 1024];

/** @param folder made with the first content; null: they are kept in memory. */
export function createContents(folder: string | null): Contents {
  return folder === null ? inMemory() : onDisk(folder);
}

function inMemory(): Contents {
  const kept = new Map<string, Buffer>();
  let total = 0;
  return {
    put(bytes) {
      const hash = hashOf(bytes);
      if (bytes.length <= maxKeptBytes && total + bytes.length <= maxInMemory && !kept.has(hash)) {
        kept.set(hash, Buffer.from(bytes));
        total += bytes.length;
      }
      return hash;
    },
    has: hash => kept.has(hash),
    get: hash => kept.get(hash) ?? null,
  };
}

function onDisk(folder: string): Contents {
  const sizes = sizesIn(folder);
  let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let isBroken = false;

  function write(hash: string, bytes: Uint8Array): void {
    const path = join(folder, hash);
    try {
      if (total === 0) makeFolder(folder, 0o700);
      writeFileSync(path, bytes, {mode: 0o600});
      sizes.set(hash, bytes.length);
      total += bytes.length;
    } catch {
      // A full disk: files change all the same, and what is not kept is named when it is to be put back.
      isBroken = true;
      removeIfThere(path);
    }
  }

  return {
    put(bytes) {
      const hash = hashOf(bytes);
      const fits = bytes.length <= maxKeptBytes && total + bytes.length <= maxOnDisk;
      // Of another size is what a crash left.
      if (fits && !isBroken && sizes.get(hash) !== bytes.length) write(hash, bytes);
      return hash;
    },
    has: hash => sizes.has(hash),
    get(hash) {
      try {
        const bytes = readFileSync(join(folder, hash));
        return hashOf(bytes) === hash ? bytes : null;
      } catch {
        return null;
      }
    },
  };
}

/** Half a content is none; where it cannot be removed, its size tells. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, {force: true});
  } catch {
    // Its folder cannot be written either.
  }
}

function sizesIn(folder: string): Map<string, number> {
  try {
    return new Map(readdirSync(folder).map(name => [name, lstatSync(join(folder, name)).size]));
  } catch {
    return new Map();
  }
}
