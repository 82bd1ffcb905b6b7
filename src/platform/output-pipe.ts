/**
 * Real pipes for what children write. Node gives a child sockets, one for each stream: then standard output and error
 * lose their order, and a script that opens /dev/stderr fails. A named pipe, opened at both ends here, does neither.
 */
import {closeSync, constants, openSync} from 'node:fs';
import {Socket, type SocketConstructorOpts} from 'node:net';
import {untilDrained} from './drain.js';

export interface OutputPipe {
  readonly path: string;
  /** Opens the end to write into, for a child's standard output and error. */
  openWriteEnd(): number;
  /** Lets go of the writing end, which the child has by now, and reads until all writers are gone. */
  read(listeners: {onChunk(chunk: Buffer): void; onEnd(): void}): void;
  /** Settles when all that was written before the call has been read, with whether all writers are gone. */
  drained(): Promise<boolean>;
  /** Does not keep the program alive any more. */
  unref(): void;
  /** Does again. */
  ref(): void;
  /** Gives both ends up. */
  close(): void;
}

/** @param onFree called when no writer is left, so that the name can be used again. */
export function openOutputPipe(path: string, onFree: () => void): OutputPipe {
  // First and without blocking: then neither end waits for the other. Nothing is read yet: without a writer, the pipe may
  // look as if it had ended.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new Socket({fd, readable: true, writable: false, manualStart: true} as SocketConstructorOpts);
  let writeEnd: number | null = null;
  let bytes = 0;
  let isEnded = false;

  function release(): void {
    if (writeEnd !== null) closeSync(writeEnd);
    writeEnd = null;
  }

  return {
    path,
    openWriteEnd() {
      writeEnd = openSync(path, constants.O_WRONLY);
      return writeEnd;
    },
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
    ref: () => void socket.ref(),
    close() {
      release();
      socket.destroy();
    },
  };
}
