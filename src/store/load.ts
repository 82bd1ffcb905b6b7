/** A kept conversation of a folder, read back. */
import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from '../core/errors.js';
import type {LogRecord} from '../core/ports.js';
import type {AgentId} from '../core/types.js';
import {codeOf} from '../platform/text-file.js';
import {findSessionsOf, type KeptSession} from './find.js';
import {agentLogsFolder, logEnding} from './places.js';
import {type Extent, type ReadLog, readLog} from './read-log.js';
import {resolveSession} from './resolve.js';
import type {Summary} from './summary.js';
import {toRecord} from './to-record.js';

export interface LoadedSession {
  /** What a list says of it. */
  readonly summary: Summary;
  readonly id: string;
  readonly path: string;
  readonly records: readonly LogRecord[];
  /** How many messages its root said that are not among them. */
  readonly passed: number;
  /** Of the agents below it. */
  readonly below: ReadonlyMap<AgentId, readonly LogRecord[]>;
  /** Of each log: where it goes on, and which of its lines are lost. */
  readonly ends: ReadonlyMap<AgentId, Pick<ReadLog, 'badLines' | 'next' | 'isCut'>>;
}

/** @param wanted see `resolveSession`. Throws `UsageError` where there is none, or where it cannot be read. */
export async function loadSession(place: string, root: string, wanted: string | null): Promise<LoadedSession> {
  try {
    return await readSession(await resolveSession(findSessionsOf(place, root), wanted), 'history');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`What is kept in ${place} cannot be read (${codeOf(error)}).`, {cause: error});
  }
}

/** @param extent of what its root said. Rejects with the system's error where its log cannot be read. */
export async function readSession(
  {place, id, path, ...session}: Pick<KeptSession, 'place' | 'id' | 'path' | keyof Summary>,
  extent: Exclude<Extent, 'all'>,
): Promise<LoadedSession> {
  const {title, prompt, promptId, branch, messages} = session;
  const {records, passed, ...end} = await readLog(path, extent);
  const read = await readBelow(place, id);
  return {
    id,
    path,
    summary: {title, prompt, promptId, branch, messages},
    records: toRecords(records),
    passed,
    below: new Map([...read].map(([agentId, own]) => [agentId, toRecords(own.records)])),
    ends: new Map([...read, ['main', end]]),
  };
}

const toRecords = (read: readonly object[]): readonly LogRecord[] =>
  read.map(toRecord).filter(record => record !== null);

/** What cannot be read of them is left out. */
async function readBelow(place: string, id: string): Promise<ReadonlyMap<AgentId, ReadLog>> {
  const folder = agentLogsFolder(place, id);
  const below = new Map<AgentId, ReadLog>();
  for (const name of await readdir(folder).catch(() => [])) {
    const read = await readLog(join(folder, name)).catch(() => null);
    if (read && name.endsWith(logEnding)) below.set(name.slice(0, -logEnding.length), read);
  }
  return below;
}
