/**
 * Where a write to a path would land: behind every symbolic link, the last one included, whether or not the file or
 * its folders exist yet. Two names of one file that links tell apart have the same target.
 */
import {lstatSync, readlinkSync, realpathSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

/** As many links in a row as Linux follows before it gives up. */
const maxLinks = 40;

const isErrno = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** The text of a link, or null where there is none. */
function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EINVAL')) return null;
    throw error;
  }
}

/** The real path of what is, or would be, at the absolute `path`. Throws the system's error: ELOOP, ENOTDIR, EACCES … */
export function realTarget(path: string, linksLeft = maxLinks): string {
  // Asked for first because most of what is not there is no link either, and an error costs ten times as much.
  if (lstatSync(path, {throwIfNoEntry: false}) === undefined) return missingAt(path, linksLeft);
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT') || linksLeft === 0) throw error;
    const link = linkAt(path);
    return link === null
      ? missingAt(path, linksLeft)
      : realTarget(resolve(realTarget(dirname(path), linksLeft), link), linksLeft - 1);
  }
}

function missingAt(path: string, linksLeft: number): string {
  const folder = realTarget(dirname(path), linksLeft);
  // The system says which error it is.
  return statSync(folder, {throwIfNoEntry: false})?.isDirectory() === false
    ? realpathSync.native(path)
    : join(folder, basename(path));
}
