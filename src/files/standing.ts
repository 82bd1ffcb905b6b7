/**
 * What still stands of the changes that agents have made: without those that a rewind has undone, and what one agent did to a file
 * in a row as one change.
 */
import type {FileChange} from './changes.js';
import {person} from './rewind.js';
import {isSameState} from './states.js';

/** @param changes in their order; the result is by files, in the order of their first. */
export function standing(changes: readonly FileChange[]): readonly FileChange[] {
  const byPath = new Map<string, FileChange[]>();
  for (const change of changes) {
    const own = byPath.get(change.path) ?? [];
    byPath.set(change.path, own);
    if (change.agentId !== person) own.push(change);
    else {
      const undone = own.findLastIndex(({before}) => isSameState(before, change.after));
      if (undone >= 0) own.length = undone;
    }
  }
  return [...byPath.values()].flatMap(merged).filter(({before, after}) => !isSameState(before, after));
}

function merged(changes: readonly FileChange[]): readonly FileChange[] {
  const all: FileChange[] = [];
  for (const change of changes) {
    const last = all.at(-1);
    if (last?.agentId === change.agentId && isSameState(last.after, change.before))
      all[all.length - 1] = {...last, after: change.after};
    else all.push(change);
  }
  return all;
}
