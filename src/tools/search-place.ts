/**
 * Where a search looks, and how what it finds there is named.
 */
import {stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {ToolError} from '../core/errors.js';
import type {ToolContext} from '../core/ports.js';
import {toShown} from './look-alikes.js';
import {resolvePath, shortPath} from './paths.js';

export interface SearchPlace {
  /** The folder to search in, absolute. */
  readonly folder: string;
  /** What to search, relative to the folder: all of it, or one file. */
  readonly target: string;
  /** A path relative to the folder as it is shown: relative to where the agent works, if it lies there. */
  toShown(found: string): string;
  /** Whether a path relative to the folder is passed over, as if there were no such file. */
  hides(found: string): boolean;
}

/** The place that the parameter `path` means. Throws `ToolError` if there is no such file or folder. */
export async function findSearchPlace(
  {place: {cwd}, hides}: Pick<ToolContext, 'place' | 'hides'>,
  path = '.',
): Promise<SearchPlace> {
  const start = resolvePath(cwd, path);
  const info = await stat(start).catch((error: unknown) => {
    throw new ToolError(`Cannot search in ${toShown(start)}: there is no such file or folder.`, {
      cause: error,
    });
  });
  if (!info.isDirectory() && !info.isFile()) {
    throw new ToolError(`Cannot search in ${start}: it is neither a file nor a folder.`);
  }
  const folder = info.isFile() ? dirname(start) : start;
  return {
    folder,
    target: info.isFile() ? `./${basename(start)}` : './',
    toShown: found => shortPath(cwd, join(folder, found)),
    hides: found => hides(join(folder, found)),
  };
}
