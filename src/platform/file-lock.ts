/**
 * One run at a time, among all of the machine: a file that only one can make. Whoever was killed with the lock in hand
 * leaves it behind, so one that is older than any work takes is taken away.
 */
import {open, rm, stat} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {codeOf} from './text-file.js';

const staleAfterMs = 5_000;
const patienceMs = 2 * staleAfterMs;
const lookEveryMs = 10;

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > staleAfterMs;
  } catch {
    return false;
  }
}

async function take(path: string): Promise<void> {
  for (const start = Date.now(); ; await sleep(lookEveryMs)) {
    try {
      await (await open(path, 'wx', 0o600)).close();
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || Date.now() - start > patienceMs) throw error;
      if (await isStale(path)) await rm(path, {force: true});
    }
  }
}

/** Does `work`, which is a matter of milliseconds, while nobody else holds the file at `path`. Throws the system's errors. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await take(path);
  try {
    return await work();
  } finally {
    await rm(path, {force: true});
  }
}
