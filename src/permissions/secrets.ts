/**
 * The files that Read rules forbid, as they lie on the disk and in git's index: what a command that goes through whole folders
 * or repositories would show of them. Where too much would have to be looked at, it is not known.
 */
import {lstatSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {findRepository, type Repository} from '../platform/git.js';
import {trackedFiles} from '../platform/git-index.js';
import {entriesOf, isFolderAt, passedOver} from './links-below.js';
import {type Located, liesIn, locate} from './places.js';
import type {RuleView} from './rule-book.js';
import type {Secrets} from './shell-judge.js';

/** More entries are not looked at for one command: some tens of milliseconds. */
const mostEntries = 20_000;

/** A look holds that long without being checked: between a decision and what it lets run there is about as much time. */
const freshMs = 100;

/** Folders of which is kept what was found. */
const mostLooks = 100;

/** What a look found, and the folders that must be as they were for it to hold: null where links lead elsewhere. */
interface Look {
  readonly files: readonly string[] | null;
  readonly stamps: ReadonlyMap<string, number> | null;
}

const made = {read: new WeakMap<RuleView, Secrets>(), write: new WeakMap<RuleView, Secrets>()};

/** Undefined if no rule forbids to read anything, or to write. */
export function secretsOf(view: RuleView, access: 'read' | 'write', ignoreCase: boolean): Secrets | undefined {
  if (view.forbidding(access) === null) return undefined;
  const known = made[access].get(view) ?? createSecrets(view, access, ignoreCase);
  made[access].set(view, known);
  return known;
}

function createSecrets(view: RuleView, access: 'read' | 'write', ignoreCase: boolean): Secrets {
  const forbidden = view.forbiddenPlaces(access);
  const looks = new Map<string, Look>();
  let place: {readonly folder: string; readonly repository: Repository | null; readonly foundAt: number} | null = null;
  const isSecret = (located: Located): boolean => view.path('deny', access, located) !== null;

  /** The same list as long as the index is the same. */
  let known: {readonly all: readonly string[]; readonly secret: readonly string[]} | null = null;

  /** What was found lately; undefined: there is to look anew. */
  const answers = new Map<string, {readonly files: readonly string[] | null; readonly foundAt: number}>();

  function lookAt(start: string): readonly string[] | null {
    const known = looks.get(start);
    const look = known?.stamps && isUnchanged(known.stamps) ? known : walk(start, isSecret);
    if (looks.size >= mostLooks) looks.clear();
    looks.set(start, look);
    return look.files;
  }

  function lookBelow(folder: string): readonly string[] | null {
    const {written, real} = locate(folder);
    const found: string[] = [];
    for (const start of startsIn([written, real ?? written], forbidden.places, ignoreCase)) {
      const files = lookAt(start);
      if (files === null) return null;
      found.push(...files);
    }
    return found;
  }

  return {
    rule: forbidden.rule,
    names: forbidden.names,
    below(folder) {
      const foundAt = performance.now();
      const known = answers.get(folder);
      if (known && foundAt - known.foundAt < freshMs) return known.files;
      const files = lookBelow(folder);
      if (answers.size >= mostLooks) answers.clear();
      answers.set(folder, {files, foundAt});
      return files;
    },
    tracked(folder) {
      const now = performance.now();
      if (place?.folder !== folder || now - place.foundAt > freshMs) {
        place = {folder, repository: findRepository(folder), foundAt: now};
      }
      const {repository} = place;
      if (repository === null) return null;
      const {root} = repository;
      const all = trackedFiles(repository);
      if (all === null) return {root, files: null};
      if (known?.all !== all) {
        const paths = all.map(name => join(root, name));
        known = {all, secret: paths.filter(path => isSecret({written: path, real: path}))};
      }
      return {root, files: known.secret};
    },
  };
}

/** Where to look: in the folder, or only where rules begin below it. */
function startsIn(folder: readonly string[], places: readonly string[], ignoreCase: boolean): readonly string[] {
  const starts = new Set<string>();
  for (const place of places) {
    for (const each of folder) {
      if (liesIn(each, [place], ignoreCase)) return [folder[0] ?? each];
      if (liesIn(place, [each], ignoreCase)) starts.add(place);
    }
  }
  return [...starts];
}

function isUnchanged(stamps: ReadonlyMap<string, number>): boolean {
  for (const [folder, stamp] of stamps) if (stampOf(folder) !== stamp) return false;
  return true;
}

const stampOf = (folder: string): number => statSync(folder, {throwIfNoEntry: false})?.mtimeMs ?? 0;

function walk(start: string, isSecret: (located: Located) => boolean): Look {
  const files: string[] = [];
  const stamps = new Map<string, number>();
  const first = locate(start);
  const open = [first];
  let entries = 0;
  let hasLinks = false;
  if (first.real === null) return {files: [], stamps: null};
  if (lstatSync(first.real, {throwIfNoEntry: false})?.isDirectory() !== true) {
    const isThere = lstatSync(first.real, {throwIfNoEntry: false}) !== undefined;
    return {files: isThere && isSecret(first) ? [start] : [], stamps: null};
  }
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const {written, real} = place;
    if (real === null || stamps.has(real)) continue;
    stamps.set(real, stampOf(real));
    for (const entry of entriesOf(real)) {
      entries += 1;
      if (entries > mostEntries) return {files: null, stamps: null};
      const child = {written: join(written, entry.name), real: join(real, entry.name)};
      const located = entry.isSymbolicLink() ? locate(child.real) : child;
      hasLinks ||= entry.isSymbolicLink();
      const isFolder = entry.isSymbolicLink() ? isFolderAt(child.real) : entry.isDirectory();
      if (!isFolder) {
        if (isSecret({...child, real: located.real})) files.push(child.written);
      } else if (!passedOver(entry.name, real)) open.push({written: child.written, real: located.real});
    }
  }
  return {files, stamps: hasLinks ? null : stamps};
}
