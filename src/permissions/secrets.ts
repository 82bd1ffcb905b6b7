/**
 * The files that Read rules forbid, as they lie on the disk and in git's index: what a command that goes through whole folders
 * or repositories would show of them. Where too much would have to be looked at, it is not known.
 */
import {lstatSync} from 'node:fs';
import {join} from 'node:path';
import {findRepository, type Repository} from '../platform/git.js';
import {trackedFiles} from '../platform/git-index.js';
import {isFolderAt} from './links-below.js';
import {type Located, liesIn, locate} from './places.js';
import type {RuleView} from './rule-book.js';
import type {Secrets} from './shell-judge.js';
import {pathIn, type Survey, type Surveyor} from './survey.js';

/** A repository that was found counts that long: between a decision and what it lets run there is about as much time. */
const freshMs = 100;

/** What secrets are looked for with. */
export interface SecretSearch {
  readonly ignoreCase: boolean;
  readonly survey: Surveyor['survey'];
}

const made = {read: new WeakMap<RuleView, Secrets>(), write: new WeakMap<RuleView, Secrets>()};

/** Undefined if no rule forbids to read anything, or to write. */
export function secretsOf(view: RuleView, access: 'read' | 'write', search: SecretSearch): Secrets | undefined {
  if (view.forbidding(access) === null) return undefined;
  const known = made[access].get(view) ?? createSecrets(view, access, search);
  made[access].set(view, known);
  return known;
}

function createSecrets(view: RuleView, access: 'read' | 'write', {ignoreCase, survey}: SecretSearch): Secrets {
  const forbidden = view.forbiddenPlaces(access);
  let place: {readonly folder: string; readonly repository: Repository | null; readonly foundAt: number} | null = null;
  const isSecret = (located: Located): boolean => view.path('deny', access, located) !== null;

  /** The same list as long as the index is the same. */
  let known: {readonly all: readonly string[]; readonly secret: readonly string[]} | null = null;

  /** Of what is surveyed, by where it is said to lie. It holds as long as the survey does. */
  const filesIn = new WeakMap<Survey, Map<string, readonly string[]>>();

  function secretFiles(found: Survey, {written, real}: Place): readonly string[] {
    const known = filesIn.get(found) ?? new Map<string, readonly string[]>();
    filesIn.set(found, known);
    const before = known.get(written);
    if (before) return before;
    const files = found.folders.flatMap(({at, files: names}) =>
      names.flatMap(name => {
        const path = pathIn(written, at, name);
        return isSecret({written: path, real: pathIn(real, at, name)}) ? [path] : [];
      }),
    );
    known.set(written, files);
    return files;
  }

  function lookAt(start: string): readonly string[] | null {
    const first = locate(start);
    if (first.real === null) return [];
    const open: Place[] = [{written: first.written, real: first.real}];
    const seen = new Set<string>();
    const files: string[] = [];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.has(place.real)) continue;
      seen.add(place.real);
      const found = survey(place.real);
      if (found === null) return null;
      if (found.folders.length === 0 && isThere(place.real) && isSecret(place)) files.push(place.written);
      files.push(...secretFiles(found, place));
      for (const {at, links} of found.folders) {
        for (const name of links) {
          const [written, own] = [pathIn(place.written, at, name), pathIn(place.real, at, name)];
          const {real} = locate(own);
          if (real !== null && isFolderAt(own)) open.push({written, real});
          else if (isSecret({written, real})) files.push(written);
        }
      }
      if (seen.size > mostFollowed) return null;
    }
    return files;
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
    below: lookBelow,
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

interface Place {
  readonly written: string;
  readonly real: string;
}

/** Folders that links lead to, for one command. */
const mostFollowed = 200;

const isThere = (path: string): boolean => lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === false;
