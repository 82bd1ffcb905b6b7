/**
 * Replaces a file's content whole or not at all: a temporary file beside it, fsync, rename. Mode and owner stay, a
 * symbolic link stays a link and its target is written, and no temporary file is left, not even on an early exit.
 *
 * Where a rename would break more than it protects (hard links, a folder that takes no new names, a mount point, an
 * owner we cannot give the new file) the bytes are written in place; an error then puts the old ones back.
 */
import {constants, rmSync, type Stats} from 'node:fs';
import {access, type FileHandle, open, rename, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {newId} from './ids.js';
import {realTarget} from './real-target.js';

/** Errors of the temporary file, its owner or the rename after which writing in place may still work. */
const inPlaceAfter = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV']);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

const unfinished = new Set<string>();

function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, {force: true});
}

async function withTemporary<T>(folder: string, work: (path: string) => Promise<T>): Promise<T> {
  // A name of its own length: the target's may already be as long as a name can be.
  const path = join(folder, `.agent-${newId()}.tmp`);
  if (unfinished.size === 0) process.on('exit', removeUnfinished);
  unfinished.add(path);
  try {
    return await work(path);
  } finally {
    await rm(path, {force: true}).catch(() => {});
    unfinished.delete(path);
    if (unfinished.size === 0) process.off('exit', removeUnfinished);
  }
}

/** Writes all of `bytes` at `position`: one call may write less. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const {bytesWritten} = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

interface Swap {
  /** Of the file as it is; null if there is none. */
  readonly old: Stats | null;
  readonly check: () => Promise<void>;
  readonly mode: number;
}

async function swap(target: string, bytes: Uint8Array, {old, check, mode}: Swap): Promise<void> {
  await withTemporary(dirname(target), async temporary => {
    const file = await open(temporary, 'wx', old ? 0o600 : mode);
    try {
      await writeAll(file, bytes, 0);
      if (old) {
        const own = await file.stat();
        if (own.uid !== old.uid || own.gid !== old.gid) await file.chown(old.uid, old.gid);
        await file.chmod(old.mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await check();
    await rename(temporary, target);
  });
}

/** The part beyond the old end goes first: a full disk is met there, while every old byte is still in its place. */
async function overwrite(file: FileHandle, bytes: Uint8Array, oldLength: number): Promise<void> {
  await writeAll(file, bytes.subarray(oldLength), oldLength);
  await writeAll(file, bytes.subarray(0, oldLength), 0);
  await file.truncate(bytes.length);
  await file.sync();
}

async function writeInPlace(target: string, bytes: Uint8Array, check: () => Promise<void>): Promise<void> {
  const file = await open(target, 'r+');
  try {
    const old = await file.readFile();
    await check();
    try {
      await overwrite(file, bytes, old.length);
    } catch (error) {
      await overwrite(file, old, old.length);
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function statIfThere(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export interface WriteOptions {
  /** Runs last before the swap; what it throws calls the write off. */
  readonly check: () => Promise<void>;
  /** Permission bits of a new file, less those of the umask. Everybody's unless told. */
  readonly mode?: number;
}

/**
 * Makes `bytes` the content of the file at the absolute `path`; its folder must exist. Throws the system's error; the
 * old content is then still there.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  {check, mode = 0o666}: WriteOptions,
): Promise<void> {
  const target = realTarget(path);
  const old = await statIfThere(target);
  if (old === null) return swap(target, bytes, {old, check, mode});
  // A rename would go past the file's own permission bits.
  await access(target, constants.W_OK);
  if (old.nlink > 1) return writeInPlace(target, bytes, check);
  try {
    await swap(target, bytes, {old, check, mode});
  } catch (error) {
    if (!inPlaceAfter.has(codeOf(error))) throw error;
    await writeInPlace(target, bytes, check);
  }
}
