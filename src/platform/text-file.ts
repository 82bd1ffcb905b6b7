/**
 * Reads small text files and nothing else. A FIFO or a device is refused without waiting for it, before and after it is
 * opened; a link is followed to what it names.
 */
import {constants} from 'node:fs';
import {open, stat} from 'node:fs/promises';

/** Far more than anybody writes by hand into settings or into an agent's prompt: what is larger is something else. */
const maxBytes = 256 * 1024;

/** `problem` is the rest of a sentence on the file; `code` is the system's name for it, where the system refused. */
export type TextFile = {readonly text: string} | {readonly problem: string; readonly code?: string};

/** Reads a UTF-8 file of at most 256 kB. Never rejects. */
export async function readTextFile(path: string): Promise<TextFile> {
  try {
    // Opening alone can have effects on a device.
    if (!(await stat(path)).isFile()) return {problem: 'it is no regular file'};
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return {problem: 'it is no regular file'};
      const buffer = Buffer.allocUnsafe(maxBytes + 1);
      let size = 0;
      while (size <= maxBytes) {
        const {bytesRead} = await file.read(buffer, size, buffer.length - size, null);
        if (bytesRead === 0) break;
        size += bytesRead;
      }
      if (size > maxBytes) return {problem: `it is larger than ${maxBytes / 1024} kB`};
      return decode(buffer.subarray(0, size));
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = codeOf(error);
    return {problem: `it cannot be read (${code})`, code};
  }
}

function decode(bytes: Uint8Array): TextFile {
  if (bytes.includes(0)) return {problem: 'it is no text'};
  try {
    return {text: new TextDecoder('utf-8', {fatal: true}).decode(bytes)};
  } catch {
    return {problem: 'it is no UTF-8 text'};
  }
}

/** The system's name for what went wrong, such as `EACCES`. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
