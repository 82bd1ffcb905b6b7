/** Files of a project that are as git last saw them: what is in them, git has. */
import type {Stats} from 'node:fs';
import {join} from 'node:path';
import {findRepository, type Repository} from '../platform/git.js';
import {type IndexEntry, indexEntries} from '../platform/git-index.js';

/** File systems keep time in steps: within one, a second change may not show. In milliseconds. */
export const stepMs = 50;

export interface CleanFiles {
  readonly repository: Repository | null;
  /** By absolute path. */
  readonly entries: ReadonlyMap<string, IndexEntry>;
  readonly mtimeMs: number;
}

export const noneClean: CleanFiles = {repository: null, entries: new Map(), mtimeMs: 0};

export function readClean(root: string): CleanFiles {
  const repository = findRepository(root);
  if (repository === null || repository.root !== root) return noneClean;
  const index = indexEntries(repository);
  if (index === null) return {...noneClean, repository};
  const entries = index.entries.map((entry): [string, IndexEntry] => [join(root, entry.path), entry]);
  return {repository, entries: new Map(entries), mtimeMs: index.mtimeMs};
}

/** Git itself looks twice at what was changed as late as its index was written. */
export function isClean(entry: IndexEntry, stats: Stats, indexMtimeMs: number): boolean {
  const isNear = (one: number, other: number): boolean => Math.abs(one - other) < 0.001;
  return (
    stats.isFile() &&
    entry.size === stats.size &&
    entry.ino === (stats.ino & 0xffffffff) >>> 0 &&
    isNear(entry.mtimeMs, stats.mtimeMs) &&
    isNear(entry.ctimeMs, stats.ctimeMs) &&
    stats.mtimeMs + stepMs < indexMtimeMs
  );
}
