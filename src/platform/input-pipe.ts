/**
 * Standard input for a shell that another process starts and that waits for its command: a named pipe. When this program
 * is gone the pipe ends, and with it the shell.
 */
import {closeSync, constants, openSync, readSync, writeSync} from 'node:fs';

export interface InputPipe {
  readonly path: string;
  /** At most 16 KiB: so much fits into any pipe, whether anybody reads or not. */
  send(text: string): void;
  /** Whether all that was sent has been read. To be asked once, when nobody reads any more. */
  isRead(): boolean;
  close(): void;
}

export function openInputPipe(path: string): InputPipe {
  // For reading too: then opening does not wait for a reader, and what nobody else has read can be.
  let descriptor: number | null = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    path,
    send(text) {
      if (descriptor !== null) writeSync(descriptor, text);
    },
    isRead() {
      try {
        return descriptor === null || readSync(descriptor, Buffer.alloc(1)) === 0;
      } catch {
        return true;
      }
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}
