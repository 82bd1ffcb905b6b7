/**
 * Real pipes for what children write. Node gives a child sockets, one for each stream: then standard output and error
 * lose their order, and a script that opens /dev/stderr fails. A named pipe, opened at both ends here, does neither.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, constants, mkdirSync, openSync} from 'node:fs';
import {Socket} from 'node:net';
import {join} from 'node:path';
import {untilDrained} from './drain.js';

export interface OutputPipe {
  /** The end to write into, for a child's standard output and error. */
  readonly descriptor: number;
  /** Lets go of the writing end, which the child has by now, and reads until all writers are gone. */
  read(listeners: {onChunk(chunk: Buffer): void; onEnd(): void}): void;
  /** Settles when all that was written before the call has been read, with whether all writers are gone. */
  drained(): Promise<boolean>;
  /** Goes on reading without keeping the program alive. */
  unref(): void;
  /** Gives both ends up. */
  close(): void;
}

export interface OutputPipes {
  open(): Promise<OutputPipe>;
  /** Settles when nothing is made in the folder any more. */
  close(): Promise<void>;
}

/** Named pipes made at a time; one `mkfifo` makes them all. */
const batch = 16;

/** @param folder where the named pipes are, and nothing else; made with the first of them. */
export function createOutputPipes(folder: string): OutputPipes {
  let free: string[] = [];
  let made = 0;
  let making: Promise<void> | null = null;
  let isClosed = false;

  async function make(): Promise<void> {
    const paths = Array.from({length: batch}, (_, index) => join(folder, String(made + index)));
    made += batch;
    mkdirSync(folder, {recursive: true, mode: 0o700});
    const [exitCode] = await once(spawn('mkfifo', ['-m', '600', ...paths], {stdio: 'ignore'}), 'exit');
    if (exitCode !== 0) throw new Error(`mkfifo could not make named pipes in ${folder}`);
    free.push(...paths);
  }

  async function take(): Promise<string> {
    while (true) {
      const path = free.pop();
      if (path !== undefined) return path;
      making ??= make().finally(() => {
        making = null;
      });
      await making;
    }
  }

  async function open(): Promise<OutputPipe> {
    const path = await take();
    try {
      return openPipe(path, () => free.push(path));
    } catch (error) {
      if (isClosed || !isMissing(error)) throw error;
      // Systems clear old files out of their temporary folder, also while a program runs.
      free = [];
      const next = await take();
      return openPipe(next, () => free.push(next));
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    await making?.catch(() => {});
  }

  return {open, close};
}

/** `openSync`; if it fails, `undo` is called first. */
function openOr(undo: () => void, path: string): number {
  try {
    return openSync(path, constants.O_WRONLY);
  } catch (error) {
    undo();
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** @param onFree called when no writer is left, so that the name can be used again. */
function openPipe(path: string, onFree: () => void): OutputPipe {
  // In this order, and the first without blocking: neither end waits for the other.
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let writeEnd: number | null = openOr(() => closeSync(readEnd), path);
  const socket = new Socket({fd: readEnd, readable: true, writable: false});
  let bytes = 0;
  let isEnded = false;

  function release(): void {
    if (writeEnd !== null) closeSync(writeEnd);
    writeEnd = null;
  }

  return {
    descriptor: writeEnd,
    read({onChunk, onEnd}) {
      release();
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        onChunk(chunk);
      });
      const end = (): void => {
        if (isEnded) return;
        isEnded = true;
        onEnd();
      };
      socket.on('end', onFree).on('end', end).on('error', end);
    },
    async drained() {
      await untilDrained({bytes: () => bytes, isEnded: () => isEnded});
      return isEnded;
    },
    unref: () => void socket.unref(),
    close() {
      release();
      socket.destroy();
    },
  };
}
