/**
 * Standard input for a shell that another process starts and that waits for its command: a named pipe. When this program
 * is gone the pipe ends, and with it the shell.
 */
import {closeSync, constants, openSync, writeSync} from 'node:fs';

export interface InputPipe {
  readonly path: string;
  /** Sends this and nothing else. At most 16 KiB: so much fits into any pipe, whether anybody reads or not. */
  send(text: string): void;
  close(): void;
}

export function openInputPipe(path: string): InputPipe {
  // For reading too, because then opening does not wait for a reader.
  let descriptor: number | null = openSync(path, constants.O_RDWR);
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  };
  return {
    path,
    send(text) {
      if (descriptor !== null) writeSync(descriptor, text);
      close();
    },
    close,
  };
}
