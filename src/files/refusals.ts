/**
 * What goes wrong with files, as `ToolError`s a model can act on: what failed, why, what to do instead.
 */
import {lstatSync, type Stats} from 'node:fs';
import {basename, dirname} from 'node:path';
import {ToolError} from '../core/errors.js';
import {realTarget} from '../platform/real-target.js';
import {nearNames} from './near-names.js';

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Whether a system call failed because nothing is at the path. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** `bytes` in the unit a person would use. */
function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, 'kB'] : bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${Number((bytes / divisor).toFixed(1))} ${unit}`;
}

/** Throws if no file can have such a path: Node would take it for a bug, or for another path. */
function checkPath(path: string): void {
  if (path.includes('\0')) throw new ToolError('The path contains a NUL character. Give the path without it.');
  if (/\p{Surrogate}/u.test(path)) throw new ToolError('The path holds half of a surrogate pair. Give it whole.');
}

function kindOf(info: Pick<Stats, 'isFIFO' | 'isSocket' | 'isDirectory'>): string {
  if (info.isDirectory()) return 'a folder. Use Glob, or `ls` in Bash, to see what is in it.';
  if (info.isFIFO()) return 'a named pipe: reading or writing it could wait for ever.';
  if (info.isSocket()) return 'a socket, not a file.';
  return 'a device: it could block, or never end.';
}

/** The refusal of what is there but is no regular file. */
export const notRegular = (path: string, info: Pick<Stats, 'isFIFO' | 'isSocket' | 'isDirectory'>): ToolError =>
  new ToolError(`${path} is ${kindOf(info)}`);

export const tooLarge = (path: string, bytes: number, maxBytes: number): ToolError =>
  new ToolError(
    `${path} is too large for this: ${size(bytes)}, and the limit is ${size(maxBytes)}. Use a command in Bash instead.`,
  );

/** Where a link leads that leads to nothing; null if the path is no link. */
function targetOfLink(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? realTarget(path) : null;
  } catch {
    return null;
  }
}

async function missing(path: string): Promise<string> {
  const target = targetOfLink(path);
  const wanted = target ?? path;
  const near = await nearNames(dirname(wanted), basename(wanted));
  const hint = near.length > 0 ? ` In the same folder there is: ${near.join(', ')}.` : ' Glob finds files by name.';
  return `${path} ${target === null ? '' : `is a symbolic link to ${target}, which `}does not exist.${hint}`;
}

async function explain(path: string, error: unknown): Promise<string> {
  const code = codeOf(error);
  switch (code) {
    case 'ENOENT':
      return missing(path);
    case 'EACCES':
    case 'EPERM':
      return `No permission for ${path}. Ask the user to grant it, or work elsewhere.`;
    case 'EROFS':
      return `${path} is on a read-only file system. Choose a place that can be written.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `A part of ${path} is a file where a folder is needed. Check the path.`;
    case 'EISDIR':
      return `${path} is a folder, not a file.`;
    case 'ENAMETOOLONG':
      return `A name in the path is longer than the file system allows: ${path.slice(0, 80)}… Choose a shorter one.`;
    case 'ELOOP':
      return `${path} is a symbolic link that leads back to itself.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `No space left for ${path}. Nothing was changed; free some space first.`;
    case 'EAGAIN':
      return `${path} has nothing to read now, and reading it could wait for ever.`;
    default:
      return `${path}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Runs `work` and turns the system's errors about `path` into `ToolError`s. */
export async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    checkPath(path);
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new ToolError(await explain(path, error), {cause: error});
  }
}
