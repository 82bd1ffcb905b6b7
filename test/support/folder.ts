/**
 * A folder of its own for each test, removed after it and without links in its path, and an ordinary user's rights where the tests run as root.
 */
import {mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';

export function createFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-test-')));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return folder;
}

/** The user "nobody", who owns nothing. */
const nobody = 65_534;

/** Runs `work` bound by permission bits, which root is not. */
export async function withoutRoot<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0 || !process.seteuid) return work();
  process.seteuid(nobody);
  try {
    return await work();
  } finally {
    process.seteuid(0);
  }
}
