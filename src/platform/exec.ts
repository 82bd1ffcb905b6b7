/**
 * Runs a program without a shell for what it writes, up to a limit; a program that writes more, or takes longer than it may, is
 * stopped there.
 */
import type {Readable} from 'node:stream';
import {untilDrained} from './drain.js';
import type {Jobs, Start} from './jobs.js';
import type {Exit} from './launcher.js';
import {createStop} from './stop.js';

export interface ExecOutcome extends Exit {
  readonly stdout: string;
  readonly stderr: string;
  /** Whether standard output had more than was asked for. */
  readonly truncated: boolean;
  readonly timedOut: boolean;
}

export interface ExecLimits {
  /** Of standard output. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Kept of standard error. */
const maxErrorBytes = 64 * 1024;

/** Rejects with the signal's reason when it aborts, after the program is gone. */
export async function execute(
  jobs: Jobs,
  start: Omit<Start, 'stdio'>,
  {maxBytes, timeoutMs, signal}: ExecLimits,
): Promise<ExecOutcome> {
  const {job, child} = await jobs.start({...start, stdio: ['ignore', 'pipe', 'pipe']});
  const stdout = readUpTo(child.stdout, maxBytes);
  const stderr = readUpTo(child.stderr, maxErrorBytes);
  const stop = createStop(signal, timeoutMs);
  const end = await Promise.race([job.exited, stdout.overflow, stop.reason]).finally(stop.dispose);
  if (end === 'interrupted') {
    await jobs.stop(job);
    throw signal.reason;
  }
  if (end === 'overflow' || end === 'timed out') await jobs.stop(job);
  const exit = await job.exited;
  await Promise.all([untilDrained(stdout), untilDrained(stderr)]);
  jobs.settle(job);
  return {
    ...exit,
    stdout: stdout.close(),
    stderr: stderr.close(),
    truncated: stdout.bytes() > maxBytes,
    timedOut: end === 'timed out',
  };
}

export interface BoundedReader {
  readonly overflow: Promise<'overflow'>;
  bytes(): number;
  isEnded(): boolean;
  /** Stops reading; what was read, as text. */
  close(): string;
}

/** Reads on to the end, keeps the first `maxBytes`, and tells when there are more than `mostBytes`. */
export function readUpTo(stream: Readable | null, maxBytes: number, mostBytes = maxBytes): BoundedReader {
  const kept: Buffer[] = [];
  let bytes = 0;
  let isEnded = stream === null;
  const overflow = new Promise<'overflow'>(resolve => {
    stream?.on('data', (chunk: Buffer) => {
      if (bytes < maxBytes) kept.push(chunk.subarray(0, maxBytes - bytes));
      bytes += chunk.length;
      if (bytes > mostBytes) resolve('overflow');
    });
  });
  stream?.on('close', () => {
    isEnded = true;
  });
  return {
    overflow,
    bytes: () => bytes,
    isEnded: () => isEnded,
    close() {
      stream?.destroy();
      return new TextDecoder('utf-8', {ignoreBOM: true}).decode(Buffer.concat(kept), {stream: bytes > maxBytes});
    },
  };
}
