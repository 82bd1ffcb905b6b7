/**
 * Where a write to a path would land: behind every symbolic link, the last one included, whether or not the file or
 * its folders exist yet. Two names of one file that links tell apart have the same target.
 */
import {readlinkSync, realpathSync} from 'node:fs';
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
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    const folder = dirname(path);
    if (folder === path || linksLeft === 0) throw error;
    const link = linkAt(path);
    return link === null
      ? join(realTarget(folder, linksLeft), basename(path))
      : realTarget(resolve(realTarget(folder, linksLeft), link), linksLeft - 1);
  }
}
