/**
 * The files of a project that commands are watched over: all but what is made by tools and thrown away. Folders that everybody
 * leaves out of versions are passed over, unless git keeps something in them.
 */
import {lstatSync, readdirSync, readFileSync, type Stats} from 'node:fs';
import {dirname, join, relative} from 'node:path';

/** Made by package managers, compilers and caches; large, and made anew. */
const madeFolders = new Set([
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'node_modules',
  'bower_components',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  'target',
  'dist',
  'build',
  'out',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.turbo',
  '.parcel-cache',
  '.cache',
  '.gradle',
  '.terraform',
  'coverage',
  '.nyc_output',
  'DerivedData',
  'Pods',
]);

export interface ProjectFiles {
  readonly root: string;
  /** Whether it is among the folders that are looked into. */
  isWatched(folder: string): boolean;
}

export interface ProjectFilesOptions {
  /** An absolute path without links. */
  readonly root: string;
  /** From the root; what git keeps. */
  readonly tracked: readonly string[];
  /** Folders of our own: absolute paths. */
  readonly without: readonly string[];
}

export function findProjectFiles({root, tracked, without}: ProjectFilesOptions): ProjectFiles {
  const ignored = ignoredFolders(root);
  const kept = new Set<string>();
  for (const path of tracked)
    for (let folder = dirname(path); folder !== '.' && !kept.has(folder); folder = dirname(folder)) kept.add(folder);
  const isMade = (name: string, path: string): boolean =>
    madeFolders.has(name) || ignored.has(name) || ignored.has(`/${path}`);
  return {
    root,
    isWatched(folder) {
      if (without.includes(folder)) return false;
      const path = relative(root, folder);
      const name = path.slice(path.lastIndexOf('/') + 1);
      return name !== '.git' && (!isMade(name, path) || kept.has(path));
    },
  };
}

/** Plain names of folders in the project's own `.gitignore`, and paths of them behind a slash: patterns are not understood. */
function ignoredFolders(root: string): ReadonlySet<string> {
  try {
    const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
    const plain = lines
      .map(line => line.trim().replace(/\/$/, ''))
      .filter(line => /^\/?[\w.@+ -]+(\/[\w.@+ -]+)*$/.test(line));
    return new Set(plain.map(line => (line.includes('/') ? `/${line.replace(/^\//, '')}` : line)));
  } catch {
    return new Set();
  }
}

export interface FoundFile {
  readonly path: string;
  readonly stats: Stats;
}

/** What a write of ours is made of, for a moment. */
const isUnfinished = (name: string): boolean => name.startsWith('.agent-') && name.endsWith('.tmp');

/** Files and links, folder by folder. What cannot be read is passed over. */
export function* walk({root, isWatched}: ProjectFiles): Generator<FoundFile, void> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(folder)) {
      if (isUnfinished(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (isWatched(path)) folders.push(path);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        const stats = statsAt(path);
        if (stats) yield {path, stats};
      }
    }
  }
}

/** Null: there is nothing; undefined: it cannot be found out. */
export function statsAt(path: string): Stats | null | undefined {
  try {
    return lstatSync(path, {throwIfNoEntry: false}) ?? null;
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    return [];
  }
}
