/**
 * Makes the folders a new file needs, and takes them away again if the file did not come to be.
 *
 * Node's own recursive mkdir never returns where the system denies a folder as if its parent were missing, as /proc
 * does; here every folder is made once.
 */
import {mkdir, rmdir, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {isMissing} from './refusals.js';

/** The folders that are missing for `folder` to be there, the outermost first. */
async function missingFolders(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    try {
      await stat(path);
      break;
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing.unshift(path);
    }
  }
  return missing;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    info => info.isDirectory(),
    () => false,
  );

/** Returns false if somebody else made the folder meanwhile. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (await isFolder(path)) return false;
    throw error;
  }
}

/** Runs `work` with `folder` made, and tells it which were. If it throws, those are removed, if still empty. */
export async function withFolder<T>(folder: string, work: (made: readonly string[]) => Promise<T>): Promise<T> {
  const made: string[] = [];
  try {
    for (const path of await missingFolders(folder)) if (await makeFolder(path)) made.push(path);
    return await work(made);
  } catch (error) {
    await removeFolders(made);
    throw error;
  }
}

/** What another has put into a folder keeps it: rmdir removes only empty ones. @param made the outermost first. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const path of made.toReversed()) await rmdir(path).catch(() => {});
}
