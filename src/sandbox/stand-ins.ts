/**
 * Empty folders that hold the place of folders of settings which are not there, so that no command can make them: what is
 * there can be made read-only. They stay while the session lives, since one that went while a command runs would be no guard
 * any more, and go with the last session that counts on them.
 */
import {lstatSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {settingsNames} from './secrets.js';

export interface StandIns {
  /** Makes what is not there, and was not made yet or is gone again. Where none can be made, no command can make one either. */
  put(folders: readonly string[]): void;
  /** Takes away what this session counts on and no other does, if it is still empty. */
  remove(): void;
}

export interface StandInsOptions {
  /** A file of this session, for others: which it counts on. */
  readonly list: string;
  /** Those files of other sessions. */
  others(): readonly string[];
}

export function createStandIns({list, others}: StandInsOptions): StandIns {
  const own = new Set<string>();

  const countedOnByOthers = (): ReadonlySet<string> => new Set(others().flatMap(readList));

  return {
    put(folders) {
      const paths = folders.flatMap(folder => settingsNames.map(name => join(folder, name)));
      const absent = paths.filter(isAbsent);
      const found = paths.filter(path => !own.has(path) && !absent.includes(path));
      const shared = found.length === 0 ? new Set<string>() : countedOnByOthers();
      const more = [...absent, ...found.filter(path => shared.has(path))].filter(path => !own.has(path));
      if (more.length > 0) {
        for (const path of more) own.add(path);
        // Told before they are made: who takes them away looks here first.
        writeFileSync(list, JSON.stringify([...own]), {mode: 0o600});
      }
      for (const path of absent) attempt(() => mkdirSync(path));
    },
    remove() {
      if (own.size === 0) return;
      attempt(() => rmSync(list, {force: true}));
      const kept = countedOnByOthers();
      for (const path of own) if (!kept.has(path) && isEmptyFolder(path)) attempt(() => rmdirSync(path));
      own.clear();
    },
  };
}

/** Others may have been faster, or it may not be allowed: what stands there then is no stand-in of ours. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {}
}

const isAbsent = (path: string): boolean => lstatSync(path, {throwIfNoEntry: false}) === undefined;

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

/** A session may have ended meanwhile. */
function readList(path: string): readonly string[] {
  try {
    const listed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(listed) ? listed.filter(each => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
