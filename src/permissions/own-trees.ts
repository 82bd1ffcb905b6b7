/**
 * A file in a working tree that an agent has of its own is judged as the file at the same place of the project: by the same rules,
 * and as much to be minded.
 */
import {join} from 'node:path';
import type {Located} from './places.js';

/** @param base the project's folder. What leads out of such a tree stays what it is. */
export function asProjects(located: Located, base: string): Located {
  const {written, real} = located;
  const inProject = real === null ? null : inTree(real, base);
  return inProject === null ? located : {written: inTree(written, base) ?? written, real: inProject};
}

/** Null for a path in none, and for a tree itself. */
function inTree(path: string, base: string): string | null {
  const start = join(base, '.agent', 'worktrees', '/');
  if (!path.startsWith(start)) return null;
  const rest = path.indexOf('/', start.length);
  return rest < 0 ? null : join(base, path.slice(rest));
}
