/**
 * Makes the folders a new file needs, and takes them away again if the file did not come to be.
 */
import {mkdir, rmdir} from 'node:fs/promises';
import {dirname, relative, sep} from 'node:path';

/** Runs `work` with `folder` made. If `work` throws, the folders that were made for it are removed, if still empty. */
export async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const firstMade = await mkdir(folder, {recursive: true});
  try {
    return await work();
  } catch (error) {
    if (firstMade !== undefined) await removeEmpty(folder, firstMade);
    throw error;
  }
}

async function removeEmpty(deepest: string, highest: string): Promise<void> {
  const levels = relative(dirname(highest), deepest).split(sep).length;
  let folder = deepest;
  for (let level = 0; level < levels; level++) {
    // Somebody else's file in it keeps a folder: rmdir removes only empty ones.
    await rmdir(folder).catch(() => {});
    folder = dirname(folder);
  }
}
