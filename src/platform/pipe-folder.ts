/**
 * Where the runs of one user keep their named pipes: side by side in one folder, so that a sandbox can hide them all, also
 * those of a run that begins later, without looking at what comes and goes there.
 */
import {lstatSync, rmdirSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {makeFolder} from './make-folder.js';
import {codeOf} from './text-file.js';

/** So many names are tried where somebody else holds them. */
const tries = 100;

/** Makes a run's folder for its pipes, in the folder of all. Nobody else can look into either. @param run the run's own. */
export function makePipeFolder(tempFolder: string, run: string): string {
  const user = process.geteuid?.() ?? 0;
  for (let count = 0; count < tries; count += 1) {
    const all = join(tempFolder, `agent-pipes-${user}${count === 0 ? '' : `-${count}`}`);
    makeFolder(all, 0o700);
    const found = lstatSync(all, {throwIfNoEntry: false});
    if (!found || (found.uid === user && (found.mode & 0o077) === 0)) {
      const own = join(all, basename(run));
      // Another run may have taken the folder of all away meanwhile, as its last: then that is made again.
      makeFolder(own, 0o700);
      return own;
    }
  }
  throw new Error(`others hold the folders for pipes in ${tempFolder}`);
}

/** Removes it, and the folder of all with the last. */
export function removePipeFolder(own: string): void {
  rmSync(own, {recursive: true, force: true});
  try {
    rmdirSync(dirname(own));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
  }
}
