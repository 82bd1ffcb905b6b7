/**
 * Reads regular files and nothing else: a FIFO, a device or a socket is refused before and after it is opened, and the
 * opening never waits. A stamp tells later whether a file is still the one that was read.
 */
import {type BigIntStats, constants} from 'node:fs';
import {open, stat} from 'node:fs/promises';
import {interruption} from '../core/cancel.js';
import {notRegular, tooLarge} from './refusals.js';

const chunkBytes = 256 * 1024;

/** Loaded with the first file: it takes 4 ms of a start, and many runs read none. */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** What changes whenever a file is replaced or written to, as exactly as the file system keeps time. */
export type Stamp = string;

export const stampOf = ({dev, ino, size, mtimeNs, ctimeNs}: BigIntStats): Stamp =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

/** A content's sha256, in hex. */
export const hashOf = (bytes: Uint8Array): string => crypto().hash('sha256', bytes);

export interface ScanOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Gets the bytes in order; the chunk is overwritten after the call. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

/** Hands the whole file to `onChunk` and gives its size, its sha256, its stamp and its permission bits. Throws the system's errors too. */
export async function scanRegular(
  path: string,
  {maxBytes, signal, onChunk}: ScanOptions,
): Promise<{readonly size: number; readonly hash: string; readonly stamp: Stamp; readonly mode: number}> {
  const before = await stat(path);
  // Opening alone can have effects on a device, and fails in a misleading way on a socket.
  if (!before.isFile()) throw notRegular(path, before);
  if (before.size > maxBytes) throw tooLarge(path, before.size, maxBytes);
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const opened = await file.stat({bigint: true});
    if (!opened.isFile()) throw notRegular(path, before);
    const digest = crypto().createHash('sha256');
    // One byte more than the size: a small file and its end come with the first read. Files in /proc say 0.
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(before.size, 4_095) + 1, chunkBytes));
    let size = 0;
    while (true) {
      if (signal.aborted) throw interruption(signal);
      const {bytesRead} = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      size += bytesRead;
      if (size > maxBytes) throw tooLarge(path, size, maxBytes);
      const chunk = buffer.subarray(0, bytesRead);
      digest.update(chunk);
      onChunk(chunk);
    }
    return {size, hash: digest.digest('hex'), stamp: stampOf(opened), mode: Number(opened.mode) & 0o7777};
  } finally {
    await file.close();
  }
}
