/**
 * Brings files back as planned, one by one. Whatever is not as it was planned for stays untouched; what is replaced is kept, so
 * that a rewind can be undone as well.
 */
import {chmod, readFile, rename, rm, symlink, unlink} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {writeAtomically} from '../platform/atomic-write.js';
import {newId} from '../platform/ids.js';
import {codeOf} from '../platform/text-file.js';
import type {FileChange, FileState} from './changes.js';
import type {Contents} from './contents.js';
import {removeFolders, withFolder} from './folders.js';
import type {FileRefusal, FileUndo, RewindPlan} from './rewind-plan.js';
import {isSameState, stateAt} from './states.js';
import type {TakeTurn} from './turns.js';

export interface RewindMeans {
  readonly contents: Contents;
  readonly takeTurn: TakeTurn;
  done(change: FileChange): void;
}

/** Who brings files back. */
export const person = 'user';

export async function applyRewind({undo, refused}: RewindPlan, means: RewindMeans): Promise<RewindPlan> {
  const done: FileUndo[] = [];
  const left: FileRefusal[] = [...refused];
  for (const each of undo) {
    const {path} = each;
    const why = await means.takeTurn(path, () => bringBack(each, means));
    if (why === null) done.push(each);
    else left.push({path, why});
  }
  return {undo: done, refused: left};
}

/** Null: it is done. */
async function bringBack({path, now, was, folders}: FileUndo, {contents, done}: RewindMeans): Promise<string | null> {
  const current = await stateAt(path);
  if (current === undefined || !isSameState(current, now)) return 'was changed just now';
  try {
    const made = await makeState(path, now, was, contents);
    done({path, agentId: person, before: now, after: was, ...(made.length > 0 && {folders: made})});
    if (was === null) await removeFolders(folders);
    return null;
  } catch (error) {
    return `could not be brought back (${codeOf(error)})`;
  }
}

/** Throws the system's error, with the file as it was. Gives the folders that were made. */
async function makeState(path: string, now: FileState, was: FileState, contents: Contents): Promise<readonly string[]> {
  if (now?.type === 'file') contents.put(await readFile(path));
  if (was === null) {
    await unlink(path);
    return [];
  }
  return withFolder(dirname(path), async made => {
    if (was.type === 'link') await replace(path, temporary => symlink(was.target, temporary));
    else await writeFile(path, now, was, contents);
    return [...made];
  });
}

async function writeFile(
  path: string,
  now: FileState,
  was: FileState & {type: 'file'},
  contents: Contents,
): Promise<void> {
  const bytes = was.hash === null ? null : contents.get(was.hash);
  if (bytes === null) throw Object.assign(new Error('damaged'), {code: 'what was kept is damaged'});
  if (now?.type === 'link') await unlink(path);
  await writeAtomically(path, bytes, {check: () => Promise.resolve(), mode: was.mode});
  if (now?.type !== 'file' || now.mode !== was.mode) await chmod(path, was.mode);
}

async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.agent-${newId()}.tmp`);
  try {
    await make(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, {force: true}).catch(() => {});
  }
}
