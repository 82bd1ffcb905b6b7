/**
 * Which folders the person trusts with what, in AGENT_HOME/trust.json: a folder's real path, and a hash of each item
 * that was accepted. What has changed has another hash, so it is asked for anew, and nothing else is.
 */
import {join} from 'node:path';
import {writeAtomically} from '../platform/atomic-write.js';
import {withFileLock} from '../platform/file-lock.js';
import {makeFolder} from '../platform/make-folder.js';
import {codeOf, readTextFile} from '../platform/text-file.js';

export interface Trust {
  readonly hashes: ReadonlySet<string>;
  /** A line for the person: why nothing is known, though something was kept. */
  readonly problem: string | null;
}

type Folders = Readonly<Record<string, readonly string[]>>;
type Stored = {readonly folders: Folders} | {readonly problem: string};

const trustFile = (home: string): string => join(home, 'trust.json');

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(each => typeof each === 'string');

function parseFolders(text: string): Folders | null {
  try {
    const {folders}: {folders?: unknown} = JSON.parse(text);
    if (typeof folders !== 'object' || folders === null) return null;
    const entries = Object.entries(folders);
    return entries.every((entry): entry is [string, readonly string[]] => isTexts(entry[1]))
      ? Object.fromEntries(entries)
      : null;
  } catch {
    return null;
  }
}

async function readStored(home: string): Promise<Stored> {
  const file = await readTextFile(trustFile(home));
  if (!('text' in file)) return file.code === 'ENOENT' ? {folders: {}} : {problem: file.problem};
  const folders = parseFolders(file.text);
  return folders === null ? {problem: 'it is no list of folders'} : {folders};
}

const hashesOf = (folders: Folders, folder: string): readonly string[] =>
  (Object.hasOwn(folders, folder) ? folders[folder] : undefined) ?? [];

const unusable = (home: string, problem: string): string =>
  `The file ${trustFile(home)} cannot be used: ${problem}. No folder is trusted until it is mended or removed.`;

/** What was accepted for a folder. A file that cannot be used accepts nothing. */
export async function readTrust(home: string, folder: string): Promise<Trust> {
  const stored = await readStored(home);
  if ('problem' in stored) return {hashes: new Set(), problem: unusable(home, stored.problem)};
  return {hashes: new Set(hashesOf(stored.folders, folder)), problem: null};
}

/** Keeps that these items of the folder were accepted. A line for the person if that cannot be kept, else null. */
export async function saveTrust(home: string, folder: string, hashes: readonly string[]): Promise<string | null> {
  const path = trustFile(home);
  try {
    makeFolder(home);
    return await withFileLock(`${path}.lock`, async () => {
      const stored = await readStored(home);
      if ('problem' in stored) return unusable(home, stored.problem);
      const before = hashesOf(stored.folders, folder);
      const folders = {...stored.folders, [folder]: [...new Set([...before, ...hashes])].sort()};
      const text = `${JSON.stringify({folders}, null, 2)}\n`;
      await writeAtomically(path, Buffer.from(text), {check: async () => {}, mode: 0o600});
      return null;
    });
  } catch (error) {
    return `That the folder is trusted could not be kept in ${path} (${codeOf(error)}); it will be asked again.`;
  }
}
