/**
 * The project's files, one owner for all agents: reading without ever blocking, read marks per agent, and writing by
 * compare-and-swap on the content's hash, so that no agent overwrites what it has not seen.
 *
 * Marks, turns and writers are kept by the file behind the links: two names that links make of one file agree.
 */
import {stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import {ToolError} from '../core/errors.js';
import type {Files} from '../core/ports.js';
import type {AgentId} from '../core/types.js';
import {writeAtomically} from '../platform/atomic-write.js';
import {realTarget} from '../platform/real-target.js';
import {withFolder} from './folders.js';
import type {FileHistory} from './history.js';
import {createMarks, type Marks} from './marks.js';
import {isMissing, refusing} from './refusals.js';
import {hashOf, type ScanOptions, type Stamp, scanRegular, stampOf} from './regular-file.js';
import {createTurns, type TakeTurn} from './turns.js';

/** A write is short, and half of one is worse than the whole: nothing interrupts it. */
const uninterrupted = new AbortController().signal;

/** The file behind a path, or the path itself where the system cannot say. */
function keyOf(path: string): string {
  try {
    return realTarget(path);
  } catch {
    return path;
  }
}

/** As `work`, or null if there is no file. */
async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

type Found = Awaited<ReturnType<typeof scanRegular>>;

const find = (target: string, onChunk: (chunk: Uint8Array) => void): Promise<Found | null> =>
  ifThere(scanRegular(target, {maxBytes: Number.POSITIVE_INFINITY, signal: uninterrupted, onChunk}));

const stampAt = (target: string): Promise<Stamp | null> => ifThere(stat(target, {bigint: true}).then(stampOf));

/** What other names of the file write to as well, or null if it has one name. */
async function sharedInode(target: string): Promise<string | null> {
  const info = await ifThere(stat(target));
  return info && info.nlink > 1 ? `inode ${info.dev}:${info.ino}` : null;
}

export interface FilesOptions {
  /** Not given: nothing was seen before. */
  readonly marks?: Marks;
  readonly takeTurn: TakeTurn;
  /** Where changes are noted; loaded with the first. */
  open(): Promise<FileHistory>;
  /** Null before that. */
  opened(): FileHistory | null;
}

/** @param options null: what is changed cannot be brought back. */
export function createFiles(options: FilesOptions | null = null): Files {
  const marks = options?.marks ?? createMarks();
  const takeTurn = options?.takeTurn ?? createTurns();
  /** Who wrote which content of a file, by its hash: whoever was late may have read one that others have replaced since. */
  const writers = new Map<string, Map<string, AgentId>>();
  const opened = (): FileHistory | null => options?.opened() ?? null;

  const writerOf = (target: string, hash: string): AgentId | null =>
    writers.get(target)?.get(hash) ?? opened()?.writerOf(target, hash) ?? null;

  const changedSince = (path: string, target: string, hash?: string): ToolError => {
    const writer = hash === undefined ? null : writerOf(target, hash);
    const by = writer === null ? '' : ` by agent ${writer}`;
    return new ToolError(`${path} was changed${by} since you read it. Read it again, then repeat your change.`);
  };

  const swap = async (path: string, target: string, bytes: Uint8Array, {agentId, expected}: WriteOptions) => {
    const history = (await options?.open()) ?? null;
    await history?.catchUp(target);
    const keeping = history?.keeping() ?? null;
    const found = await find(target, keeping?.take ?? (() => {}));
    if (found === null && expected !== null) {
      // The agent knows now: its next write makes the file anew.
      marks.unmark(agentId, target);
      throw new ToolError(`${path} was deleted since you read it. If it should exist again, write it once more.`);
    }
    if (found && expected === null) {
      const writer = writerOf(target, found.hash);
      const by = writer === null || writer === agentId ? '' : `: agent ${writer} wrote it`;
      throw new ToolError(`${path} exists already${by}. Read it before you change it.`);
    }
    if (found && found.hash !== expected) throw changedSince(path, target, found.hash);
    const check = async (): Promise<void> => {
      if ((await stampAt(target)) !== (found?.stamp ?? null)) throw changedSince(path, target);
    };
    const before = found && ({type: 'file', hash: found.hash, mode: found.mode} as const);
    if (found) keeping?.keep(found.hash);
    const hash = hashOf(bytes);
    const write = async (folders: readonly string[] = []): Promise<void> => {
      // Before it is there: others may read it at once.
      writers.set(target, (writers.get(target) ?? new Map<string, AgentId>()).set(hash, agentId));
      await writeAtomically(target, bytes, {check});
      history?.wrote(target, {agentId, before, bytes, folders: [...folders]});
    };
    await (found ? write() : withFolder(dirname(target), write));
    marks.mark(agentId, target, hash);
  };

  return {
    read: (path, {maxBytes, signal}) =>
      refusing(path, async () => {
        const chunks: Uint8Array[] = [];
        const onChunk = (chunk: Uint8Array): void => void chunks.push(Uint8Array.from(chunk));
        const {hash} = await scanRegular(path, {maxBytes, signal, onChunk});
        return {bytes: Buffer.concat(chunks), hash, writer: writerOf(keyOf(path), hash)};
      }),
    scan: (path, options: ScanOptions) =>
      refusing(path, async () => {
        const {size, hash} = await scanRegular(path, options);
        return {size, hash};
      }),
    exists: path => refusing(path, async () => (await stampAt(path)) !== null),
    mark: (agentId, path, hash) => marks.mark(agentId, keyOf(path), hash),
    marked: (agentId, path) => marks.marked(agentId, keyOf(path)),
    forget: marks.forget,
    contentOf: hash => opened()?.contents.get(hash) ?? null,
    write: (path, bytes, options) =>
      refusing(path, async () => {
        const target = realTarget(path);
        await takeTurn(target, async () => {
          const write = (): Promise<void> => swap(path, target, bytes, options);
          const inode = await sharedInode(target);
          await (inode === null ? write() : takeTurn(inode, write));
        });
      }),
  };
}

type WriteOptions = Parameters<Files['write']>[2];
