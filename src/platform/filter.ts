/**
 * Runs a shell command for what it makes of a text: that is its standard input, whole and then closed, and its two
 * outputs are kept apart. It is over when the shell exits, whoever still holds the pipes. Of what it writes the beginning is
 * kept; what floods is stopped.
 */

import {untilDrained} from './drain.js';
import type {Environment} from './environment.js';
import {readUpTo} from './exec.js';
import type {Jobs} from './jobs.js';
import type {Exit} from './launcher.js';
import {createStop} from './stop.js';

export interface FilterOptions {
  /** Whose command it is: an agent's id. */
  readonly owner: string;
  readonly cwd: string;
  /** Over that of all children. */
  readonly env: Environment;
  readonly input: string;
  readonly timeoutMs: number;
  /** Kept of each output. */
  readonly maxBytes: number;
  /** Of each output; at more it is stopped. */
  readonly floodBytes: number;
  readonly signal: AbortSignal;
}

/** Of a command that was stopped, `exitCode` and `signal` say nothing. */
export interface FilterOutcome extends Exit {
  readonly stopped: 'timed out' | 'overflow' | null;
  readonly stdout: string;
  /** There was more of standard output than is kept. */
  readonly isCut: boolean;
  readonly stderr: string;
}

/** Rejects with the signal's reason when it aborts, after all the command started is gone. */
export async function runFilter(
  jobs: Jobs,
  command: string,
  {owner, cwd, env, input, timeoutMs, maxBytes, floodBytes, signal}: FilterOptions,
): Promise<FilterOutcome> {
  const start = {file: '/bin/sh', args: ['-c', command], owner, cwd, env, stdio: ['pipe', 'pipe', 'pipe']} as const;
  const {job, child} = await jobs.start(start);
  // Nobody has to read it.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const stdout = readUpTo(child.stdout, maxBytes, floodBytes);
  const stderr = readUpTo(child.stderr, maxBytes, floodBytes);
  const stop = createStop(signal, timeoutMs);
  const ends = [job.exited, stdout.overflow, stderr.overflow, stop.reason];
  const end = await Promise.race<Exit | 'overflow' | 'timed out' | 'interrupted'>(ends).finally(stop.dispose);
  if (typeof end === 'string') await jobs.stop(job);
  child.stdin?.destroy();
  if (end === 'interrupted') throw signal.reason;
  const exit = await job.exited;
  await Promise.all([untilDrained(stdout), untilDrained(stderr)]);
  jobs.settle(job);
  const isCut = stdout.bytes() > maxBytes;
  const stopped = typeof end === 'string' ? end : null;
  return {...exit, stopped, stdout: stdout.close(), isCut, stderr: stderr.close()};
}
