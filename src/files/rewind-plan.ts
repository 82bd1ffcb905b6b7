/**
 * What it takes to bring files back to what they were before some changes. A file that others changed since, or in between,
 * stays as it is; so does one of which the earlier content is not kept.
 */
import {dirname} from 'node:path';
import type {AgentId} from '../core/types.js';
import {realTarget} from '../platform/real-target.js';
import type {FileChange, FileState} from './changes.js';
import type {Contents} from './contents.js';
import {isSameState, stateAt} from './states.js';

export interface FileUndo {
  readonly path: string;
  /** What it is, and what it was and will be again. */
  readonly now: FileState;
  readonly was: FileState;
  /** Whose changes are undone. */
  readonly agents: readonly AgentId[];
  /** Folders that the session made for it, the outermost first. */
  readonly folders: readonly string[];
}

export interface FileRefusal {
  readonly path: string;
  /** For a person. */
  readonly why: string;
}

export interface RewindPlan {
  readonly undo: readonly FileUndo[];
  readonly refused: readonly FileRefusal[];
}

const tooLarge = 'is too large to tell whether others have changed it since';
const byOthers = 'was changed by others since';
const inBetween = 'was changed by others in between';

/** @param changes in their order. */
export async function planRewind(changes: readonly FileChange[], contents: Contents): Promise<RewindPlan> {
  const undo: FileUndo[] = [];
  const refused: FileRefusal[] = [];
  for (const [path, own] of byPath(changes)) {
    const planned = await planFile(path, own, contents);
    if (planned === null) continue;
    if ('why' in planned) refused.push(planned);
    else undo.push(planned);
  }
  return {undo, refused};
}

/** In the order in which they were first changed. */
function byPath(changes: readonly FileChange[]): ReadonlyMap<string, readonly FileChange[]> {
  const all = new Map<string, FileChange[]>();
  for (const change of changes) {
    const own = all.get(change.path);
    if (own) own.push(change);
    else all.set(change.path, [change]);
  }
  return all;
}

/** Null: it is what it was. */
async function planFile(
  path: string,
  changes: readonly FileChange[],
  contents: Contents,
): Promise<FileUndo | FileRefusal | null> {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last) return null;
  const was = first.before;
  const now = await stateAt(path);
  if (now === undefined) return {path, why: 'is no file any more, or cannot be read'};
  if (isSameState(now, was)) return null;
  if (leadsElsewhere(path)) return {path, why: 'is reached through a link that was not there'};
  if (last.after?.type === 'file' && last.after.hash === null) return {path, why: tooLarge};
  if (!isSameState(now, last.after)) return {path, why: byOthers};
  const isChain = changes.every((change, at) => at === 0 || isSameState(change.before, changes[at - 1]?.after ?? null));
  if (!isChain) return {path, why: inBetween};
  const fault = faultOf(was, contents);
  if (fault !== null) return {path, why: fault};
  return {
    path,
    now,
    was,
    agents: [...new Set(changes.map(({agentId}) => agentId))],
    folders: changes.flatMap(({folders = []}) => folders),
  };
}

function leadsElsewhere(path: string): boolean {
  try {
    return realTarget(dirname(path)) !== dirname(path);
  } catch {
    return true;
  }
}

function faultOf(was: FileState, contents: Contents): string | null {
  if (was?.type !== 'file') return null;
  if (was.hash === null) return 'its content before is not kept: it is too large, or was never seen';
  return contents.has(was.hash) ? null : 'its content before is not kept: it is too large, or there was no room';
}
