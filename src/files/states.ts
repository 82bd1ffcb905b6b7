/** Comparing what is at a path at two times. */
import {lstatSync, readlinkSync} from 'node:fs';
import type {FileState} from './changes.js';
import {scanRegular} from './regular-file.js';

/** What is not known equals nothing. */
function isSameContent(one: FileState, other: FileState): boolean {
  if (one === null || other === null) return one === other;
  if (one.type === 'link') return other.type === 'link' && one.target === other.target;
  return other.type === 'file' && one.hash !== null && one.hash === other.hash;
}

export function isSameState(one: FileState, other: FileState): boolean {
  if (!isSameContent(one, other)) return false;
  return one?.type !== 'file' || other?.type !== 'file' || one.mode === other.mode;
}

const uninterrupted = new AbortController().signal;

/** What is at the path now; undefined where that is neither a file nor a link, or cannot be read. */
export async function stateAt(path: string): Promise<FileState | undefined> {
  try {
    const stats = lstatSync(path, {throwIfNoEntry: false});
    if (!stats) return null;
    if (stats.isSymbolicLink()) return {type: 'link', target: readlinkSync(path)};
    if (!stats.isFile()) return undefined;
    const options = {maxBytes: Number.POSITIVE_INFINITY, signal: uninterrupted, onChunk: () => {}};
    return {type: 'file', hash: (await scanRegular(path, options)).hash, mode: stats.mode & 0o7777};
  } catch {
    return undefined;
  }
}
