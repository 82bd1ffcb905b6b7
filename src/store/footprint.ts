/** All that is kept of a conversation: how much it takes, whether a program has it open, and deleting it. */
import {type Dirent, readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {isLocked, takeProcessLock} from '../platform/process-lock.js';
import type {FoundLog} from './find.js';
import {besidePath, lockPath} from './places.js';

type Kept = Pick<FoundLog, 'place' | 'id' | 'path'>;

/** Bytes, what lies beside its log among them. */
export const sizeOf = (session: Kept & Pick<FoundLog, 'bytes'>): number =>
  session.bytes + sizeBelow(besidePath(session.place, session.id));

function sizeBelow(folder: string): number {
  return entriesOf(folder).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeBelow(path) : (statSync(path, {throwIfNoEntry: false})?.size ?? 0));
  }, 0);
}

/** None where there is no such folder. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return [];
  }
}

export const isOpen = ({place, id}: Kept): boolean => isLocked(lockPath(place, id));

/** False if a program has it open: then nothing is deleted. Throws the system's error. */
export function deleteSession({place, id, path}: Kept): boolean {
  const release = takeProcessLock(lockPath(place, id));
  if (release === null) return false;
  try {
    // First: without its log there is no conversation, whatever happens to the rest.
    rmSync(path, {force: true});
    rmSync(besidePath(place, id), {recursive: true, force: true});
    return true;
  } finally {
    release();
  }
}
