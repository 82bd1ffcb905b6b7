/**
 * The files that a git repository keeps, read from its index without starting git: the formats 2 to 4, for either kind of
 * hash. What is not understood (a split or sparse index) is not known, never left out.
 */
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import type {Repository} from './git.js';

/** A file as git last saw it. */
export interface IndexEntry {
  /** From the top of the working tree. */
  readonly path: string;
  /** Of its content, in hex. */
  readonly oid: string;
  readonly mode: number;
  /** Of the file in the working tree, of both the lowest 32 bits. */
  readonly size: number;
  readonly ino: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

interface Answer {
  readonly stamp: string;
  readonly files: readonly string[] | null;
}

const answers = new Map<string, Answer>();
/** An index of some hundred thousand files. */
const largestIndex = 32 * 1024 * 1024;

/** Paths from the top of the working tree; [] where nothing was added yet; null: not known. */
export function trackedFiles({gitDir, commonDir}: Repository): readonly string[] | null {
  const path = join(gitDir, 'index');
  try {
    const found = statSync(path, {throwIfNoEntry: false});
    if (found === undefined) return [];
    const stamp = [found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ');
    const known = answers.get(path);
    if (known?.stamp === stamp) return known.files;
    const files = found.size > largestIndex ? null : readIndex(readFileSync(path), hashLength(commonDir));
    answers.set(path, {stamp, files});
    return files;
  } catch {
    return null;
  }
}

function hashLength(commonDir: string): number {
  const config = readFileSync(join(commonDir, 'config'), 'utf8');
  return /^\s*objectformat\s*=\s*sha256/im.test(config) ? 32 : 20;
}

/** Times, numbers and mode of an entry, before its hash. */
const statLength = 40;
const folderMode = 0o040000;

/** Of the files that are not in conflict, with the time of the index itself; null: not known. */
export function indexEntries({
  gitDir,
  commonDir,
}: Repository): {readonly entries: readonly IndexEntry[]; readonly mtimeMs: number} | null {
  const path = join(gitDir, 'index');
  try {
    const {size, mtimeMs} = statSync(path);
    if (size > largestIndex) return null;
    const index = readFileSync(path);
    const hash = hashLength(commonDir);
    const entries: IndexEntry[] = [];
    const names = readIndex(index, hash, (at, name) => {
      const flags = index.readUInt16BE(at + statLength + hash);
      if ((flags & stageBits) === 0) entries.push(toEntry(index, at, hash, name));
    });
    return names && {entries, mtimeMs};
  } catch {
    return null;
  }
}

/** Which side of a conflict it is of. */
const stageBits = 0x3000;

function toEntry(index: Buffer, at: number, hash: number, path: string): IndexEntry {
  const time = (offset: number): number =>
    index.readUInt32BE(at + offset) * 1_000 + index.readUInt32BE(at + offset + 4) / 1e6;
  return {
    path,
    oid: index.toString('hex', at + statLength, at + statLength + hash),
    mode: index.readUInt32BE(at + 24),
    size: index.readUInt32BE(at + 36),
    ino: index.readUInt32BE(at + 20),
    mtimeMs: time(8),
    ctimeMs: time(0),
  };
}

function readIndex(
  index: Buffer,
  hash: number,
  onEntry: (at: number, name: string) => void = () => {},
): readonly string[] | null {
  if (index.toString('latin1', 0, 4) !== 'DIRC') return null;
  const [version, count] = [index.readUInt32BE(4), index.readUInt32BE(8)];
  if (version < 2 || version > 4) return null;
  const files: string[] = [];
  let name = '';
  let at = 12;
  for (let entry = 0; entry < count; entry += 1) {
    // A sparse index keeps folders in the place of what is in them.
    if (index.readUInt32BE(at + 24) === folderMode) return null;
    const flags = index.readUInt16BE(at + statLength + hash);
    const start = at + statLength + hash + ((flags & 0x4000) === 0 ? 2 : 4);
    const common = version === 4 ? readCommon(index, start) : {removed: name.length, next: start};
    const end = index.indexOf(0, common.next);
    if (end < 0) return null;
    const bytes = index.toString('latin1', common.next, end);
    name = name.slice(0, name.length - common.removed) + bytes;
    const path = Buffer.from(name, 'latin1').toString('utf8');
    files.push(path);
    onEntry(at, path);
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return isSplit(index, at, hash) ? null : files;
}

/** How many bytes of the name before fall away: git's own number of variable length. */
function readCommon(index: Buffer, start: number): {readonly removed: number; readonly next: number} {
  let next = start;
  let byte = index.readUInt8(next);
  let removed = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    next += 1;
    byte = index.readUInt8(next);
    removed = ((removed + 1) << 7) | (byte & 0x7f);
  }
  return {removed, next: next + 1};
}

/** Whether the rest is in another file. */
function isSplit(index: Buffer, start: number, hash: number): boolean {
  for (let at = start; at + 8 <= index.length - hash; at += 8 + index.readUInt32BE(at + 4)) {
    if (index.toString('latin1', at, at + 4) === 'link') return true;
  }
  return false;
}
