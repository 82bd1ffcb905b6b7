/** Reads a line that is typed with Enter, before a screen is there. */
import {read} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';

/** A terminal gives a line of at most 4 kB at once. */
const maxLineBytes = 4096;
const lookAgainMs = 50;

/** The next line that is typed, without its end; null at the end of the input. */
export async function readLine(descriptor: number): Promise<string | null> {
  const buffer = Buffer.alloc(maxLineBytes);
  for (;;) {
    const {error, bytesRead} = await new Promise<{error: NodeJS.ErrnoException | null; bytesRead: number}>(done => {
      read(descriptor, buffer, 0, buffer.length, null, (error, bytesRead) => done({error, bytesRead}));
    });
    if (error === null) return bytesRead === 0 ? null : buffer.toString('utf8', 0, bytesRead).trim();
    // A program before us left the terminal so that it does not wait.
    if (error.code !== 'EAGAIN') return null;
    await sleep(lookAgainMs);
  }
}
