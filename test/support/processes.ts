/**
 * For tests that start real processes: ways to find them again, to wait for a condition, and a `Processes` of one's own
 * that leaves nothing behind.
 */
import {execFileSync} from 'node:child_process';
import {randomInt, randomUUID} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {createProcesses, type Processes, type ShellOptions, type ShellOutcome} from '../../src/platform/processes.js';
import {createFolder} from './folder.js';

/** Waits until the condition holds; fails after `withinMs` with what it was about. */
export async function until(what: string, isTrue: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await setTimeout(10);
  }
}

/** A `sleep` that no other process runs, so that it can be told from all others, and ended whatever a test does. */
export function createSleep(): {readonly command: string; pids(): readonly number[]} {
  const duration = `3600.${randomInt(1e9, 9e9)}`;
  const pids = (): readonly number[] => pidsWith('cmdline', duration);
  onTestFinished(() => {
    for (const pid of pids()) process.kill(pid, 'SIGKILL');
  });
  return {command: `sleep ${duration}`, pids};
}

/** Processes whose command line or environment contains the text. The dead have neither. */
export function pidsWith(what: 'cmdline' | 'environ', text: string): readonly number[] {
  return (hasProc ? fromProc(what) : fromPs(what)).filter(([, held]) => held.includes(text)).map(([pid]) => pid);
}

const hasProc = existsSync('/proc/self/environ');

function fromProc(what: string): readonly (readonly [number, string])[] {
  const read = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${what}`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => [Number(pid), read(pid)]);
}

function fromPs(what: 'cmdline' | 'environ'): readonly (readonly [number, string])[] {
  const args = what === 'environ' ? ['-A', '-E', '-ww', '-o', 'pid=,command='] : ['-A', '-ww', '-o', 'pid=,command='];
  const lines = execFileSync('ps', args, {encoding: 'utf8'}).trim().split('\n');
  return lines.map(line => [Number.parseInt(line, 10), line]);
}

export interface OwnProcesses extends Processes {
  readonly runId: string;
  readonly folder: string;
}

/** Closed after the test. */
export function createOwnProcesses(env: NodeJS.ProcessEnv = process.env): OwnProcesses {
  const runId = randomUUID();
  const folder = createFolder();
  const processes = createProcesses({runId, env, tempFolder: folder});
  onTestFinished(() => processes.close());
  return {...processes, runId, folder};
}

/** Runs a command as an agent called main does, in the folder of the run. */
export function runShell(
  processes: OwnProcesses,
  command: string,
  options: Partial<ShellOptions> = {},
): Promise<ShellOutcome> {
  const {signal} = new AbortController();
  const defaults = {owner: 'main', cwd: processes.folder, timeoutMs: 60_000, signal, onOutput: () => {}};
  return processes.shell(command, {...defaults, ...options});
}

/** Whether the shell of the owner's next command was started ahead: then its parent is not this program. */
export async function isAhead(processes: OwnProcesses, options: Partial<ShellOptions> = {}): Promise<boolean> {
  const {output} = await runShell(processes, 'builtin echo "parent=$PPID"', options);
  return Number(/parent=(\d+)/.exec(output)?.[1]) !== process.pid;
}
