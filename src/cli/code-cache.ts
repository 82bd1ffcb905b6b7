/**
 * V8's compiled code of the command's chunks, kept in one file between runs, so that a start compiles nothing again.
 *
 * V8 takes code only of its own version and flags, and trusts the rest: the file is therefore written whole (synced,
 * then renamed) and holds the code of one build only. A file that is missing, foreign or cut costs time, nothing else.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {makeFolder} from '../platform/make-folder.js';

/** Compiled code by chunk. */
export type CompiledChunks = ReadonlyMap<string, Buffer>;

interface Head {
  readonly build: string;
  /** Name and bytes of each chunk, in the file's order. */
  readonly chunks: readonly (readonly [string, number])[];
}

const headSizeBytes = 4;
const keptForMs = 30 * 24 * 60 * 60 * 1000;

/** What the file holds of that build; nothing if it cannot be used. */
export function readCompiled(path: string, build: string): CompiledChunks {
  const compiled = new Map<string, Buffer>();
  try {
    const file = readFileSync(path);
    let offset = headSizeBytes + file.readUInt32LE(0);
    const head: Head = JSON.parse(file.toString('utf8', headSizeBytes, offset));
    const size = head.chunks.reduce((sum, [, bytes]) => sum + bytes, offset);
    if (head.build !== build || file.length !== size) return compiled;
    for (const [name, bytes] of head.chunks) {
      compiled.set(name, file.subarray(offset, offset + bytes));
      offset += bytes;
    }
  } catch {
    compiled.clear();
  }
  return compiled;
}

/** Replaces the file, and removes those of builds long gone. A home that cannot be written is no reason to fail. */
export function writeCompiled(path: string, build: string, compiled: CompiledChunks): void {
  const head: Head = {build, chunks: [...compiled].map(([name, code]) => [name, code.length])};
  const text = JSON.stringify(head);
  // V8 copies code that does not begin at a multiple of eight.
  const padded = Buffer.from(text.padEnd(Math.ceil((headSizeBytes + text.length) / 8) * 8 - headSizeBytes));
  const size = Buffer.alloc(headSizeBytes);
  size.writeUInt32LE(padded.length);
  try {
    makeFolder(dirname(path));
    replaceFile(path, Buffer.concat([size, padded, ...compiled.values()]));
    removeOld(dirname(path));
  } catch {
    // The next run tries again.
  }
}

/** Two builds in use keep their files; a build in use whose file goes writes it again. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > keptForMs) rmSync(path, {force: true});
  }
}

function replaceFile(path: string, bytes: Buffer): void {
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, {force: true});
    throw error;
  } finally {
    closeSync(file);
  }
}
