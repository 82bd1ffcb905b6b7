/**
 * A file that says which process uses what lies beside it, for as long as that lives. Whoever was killed leaves it behind:
 * one whose process is gone counts for nothing.
 */
import {linkSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {codeOf} from './text-file.js';

/** Takes the lock; gives how to let go of it, or null if another process has it. Throws the system's errors. */
export function takeProcessLock(path: string): (() => void) | null {
  const own = `${hostname()} ${process.pid} ${startOf(process.pid)}\n`;
  // Twice: once more after one was taken away that counts for nothing.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(path, own, {flag: 'wx', mode: 0o600});
      return () => {
        if (read(path) === own) rmSync(path, {force: true});
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = read(path);
    if (holder !== null && isAlive(holder)) return null;
    if (holder !== null) takeAway(path, holder);
  }
  return null;
}

/** Whether a process that lives has it. */
export function isLocked(path: string): boolean {
  const holder = read(path);
  return holder !== null && isAlive(holder);
}

/** Moved aside first: of two who found it left behind neither takes away what the other has put there since. */
function takeAway(path: string, left: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== left) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, {force: true});
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What another machine's process does cannot be seen from here: it counts as alive. */
function isAlive(holder: string): boolean {
  const [, host, pid = '', start] = /^(\S+) (\d+) (\S+)\n$/.exec(holder) ?? [];
  if (host === undefined) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  return startOf(Number(pid)) === start;
}

/**
 * Tells a process from a later one of the same number, and from one that has ended and only waits for its parent to notice; `-` where
 * the system does not tell.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the program's name, which may hold anything, its state and the 20th field.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '-');
  } catch {
    return '-';
  }
}
