/** Which conversations are kept of a project, the newest first, without reading more of each than its beginning. */
import {open, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {MessageParam} from '../core/types.js';
import {codeOf} from '../platform/text-file.js';
import {toHeader} from './header.js';
import {fromLine} from './line.js';
import {logEnding} from './places.js';
import {toRecord} from './to-record.js';

export interface KeptSession {
  readonly id: string;
  readonly path: string;
  /** The folder that was worked in; null where that cannot be read. */
  readonly root: string | null;
  /** The first prompt; empty where it cannot be read. */
  readonly prompt: string;
  /** When it was last written, in milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

/** A first prompt with what stands before it is rarely longer. */
const headBytes = 256 * 1024;

/** None where there is no such folder; rejects with the system's error where it cannot be read. */
export async function findSessions(place: string): Promise<readonly KeptSession[]> {
  const names = await readdir(place).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    names
      .filter(name => name.endsWith(logEnding))
      .map(name => summarize(join(place, name), name.slice(0, -logEnding.length))),
  );
  return found.filter(each => each !== null).sort((one, other) => other.at - one.at);
}

async function summarize(path: string, id: string): Promise<KeptSession | null> {
  try {
    const file = await open(path);
    try {
      const {size, mtimeMs} = await file.stat();
      const {buffer, bytesRead} = await file.read(Buffer.alloc(Math.min(size, headBytes)), 0);
      return {id, path, at: mtimeMs, bytes: size, ...headOf(buffer.toString('utf8', 0, bytesRead))};
    } finally {
      await file.close();
    }
  } catch {
    // It was deleted while it was looked at, or is no file.
    return null;
  }
}

function headOf(text: string): Pick<KeptSession, 'root' | 'prompt'> {
  let root: string | null = null;
  for (const line of text.split('\n')) {
    const read = fromLine(line);
    if (read === null) continue;
    root ??= toHeader(read.record)?.root ?? null;
    const record = toRecord(read.record);
    if (record?.type === 'entry' && record.origin === 'prompt') return {root, prompt: textOf(record.entry.message)};
  }
  return {root, prompt: ''};
}

function textOf({content}: MessageParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
}
