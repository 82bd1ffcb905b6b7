/**
 * When a program has ended, what it wrote is still in its pipe, and others may hold the pipe open for ever. This waits
 * for the first and not for the second.
 */
import {setImmediate} from 'node:timers/promises';

/** No pipe holds more (Linux: fs.pipe-max-size): what is read beyond it was written later. */
const maxPipeBytes = 1024 * 1024;

interface Drainable {
  /** Bytes read so far. */
  bytes(): number;
  isEnded(): boolean;
}

/** Settles when all that was written before the call has been read. */
export async function untilDrained({bytes, isEnded}: Drainable): Promise<void> {
  const start = bytes();
  // A whole round of the event loop asked for data and got none: then the pipe was empty.
  for (let seen = -1; !isEnded() && seen !== bytes() && bytes() - start < maxPipeBytes; ) {
    seen = bytes();
    await setImmediate();
    await setImmediate();
  }
}
