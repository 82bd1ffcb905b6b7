/**
 * Where files of instructions lie: the person's own, then those of each folder from the outermost to the one that is worked
 * in. Only looks whether they are there, with few system calls: most starts find none, and load nothing more.
 */
import {realpathSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Environment} from '../../platform/environment.js';
import {agentHome, userHome} from '../../platform/home.js';
import {isWithin} from '../../platform/paths.js';
import type {SettingSource} from '../../settings/sources.js';

/** Whose instructions a file holds: the person's for all projects, the project's, or the person's for this project. */
export type MemoryScope = 'user' | 'project' | 'local';

export interface MemoryPlace {
  readonly path: string;
  readonly scope: MemoryScope;
  /** The folder, without links, that it may bring other files in from unasked; null: any. */
  readonly base: string | null;
}

export interface MemoryPlacesOptions {
  readonly cwd: string;
  /** The project's top folder. */
  readonly root: string;
  readonly env: Environment;
  /** Undefined: all. */
  readonly sources: readonly SettingSource[] | undefined;
}

const names: readonly (readonly [name: string, scope: MemoryScope])[] = [
  ['AGENTS.md', 'project'],
  ['CLAUDE.md', 'project'],
  [join('.claude', 'CLAUDE.md'), 'project'],
  ['CLAUDE.local.md', 'local'],
];

/** Those that are there, in the order in which they are read: what is said last counts most. */
export function findMemory({cwd, root, env, sources}: MemoryPlacesOptions): readonly MemoryPlace[] {
  const [home, own] = [userHome(env), agentHome(env)];
  const ofUser = [
    own === null ? [] : join(own, 'AGENTS.md'),
    home === null ? [] : join(home, '.claude', 'CLAUDE.md'),
  ].flat();
  const places = [
    ...ofUser.filter(isThere).map(path => ({path, scope: 'user', base: null}) as const),
    ...foldersTo(cwd).flatMap(folder => placesIn(folder, root)),
  ];
  return places.filter(({scope}) => sources?.includes(scope) ?? true);
}

/** Those of the folders between a project's top and a file in it. */
export function findNested(path: string, root: string): readonly MemoryPlace[] {
  if (!isWithin(path, root)) return [];
  return foldersTo(dirname(path))
    .filter(folder => isWithin(folder, root))
    .flatMap(folder => placesIn(folder, root));
}

function placesIn(folder: string, root: string): readonly MemoryPlace[] {
  const isProjects = isWithin(folder, root);
  return names.flatMap(([name, scope]) => {
    const path = join(folder, name);
    if (!(isProjects ? isThere(path) : isOwn(path))) return [];
    return [{path, scope, base: realFolder(isProjects ? root : folder)}];
  });
}

/** From the file system's root to the folder itself. */
function foldersTo(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [...foldersTo(above), folder];
}

const isThere = (path: string): boolean => find(path) !== null;

/** Above the project anybody may have put it, as in /tmp: it has to be the person's, or the administrator's. */
function isOwn(path: string): boolean {
  const uid = find(path)?.uid;
  return uid !== undefined && (uid === 0 || uid === process.getuid?.());
}

function find(path: string): {readonly uid: number} | null {
  try {
    return statSync(path, {throwIfNoEntry: false}) ?? null;
  } catch {
    return null;
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
