/** Which conversations are kept of a project, the newest first, without reading more of each than its beginning and its end. */
import {closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats, statSync} from 'node:fs';
import {join} from 'node:path';
import {codeOf} from '../platform/text-file.js';
import {type Header, toHeader} from './header.js';
import {fromLine} from './line.js';
import {isSessionId, logEnding} from './places.js';
import {emptySummary, type Summary, summarize, summaryIn} from './summary.js';
import {toRecord} from './to-record.js';

/** A log that lies there. Nobody has looked into it. */
export interface FoundLog {
  readonly id: string;
  readonly path: string;
  /** The folder that it lies in. */
  readonly place: string;
  /** When it was last written, in milliseconds since the epoch. */
  readonly at: number;
  /** Of the log of its root. */
  readonly bytes: number;
}

export interface KeptSession extends FoundLog, Summary {
  /** The folder that was worked in; null where that cannot be read. */
  readonly root: string | null;
}

/** Those of a project, the newest first. None where there is no such folder; throws the system's error where it cannot be read. */
export function findLogs(place: string): readonly FoundLog[] {
  return namesIn(place)
    .filter(name => name.endsWith(logEnding))
    .map(name => ({place, path: join(place, name), id: name.slice(0, -logEnding.length)}))
    .filter(({id}) => isSessionId(id))
    .flatMap(each => {
      const stats = statIfThere(each.path);
      return stats?.isFile() ? [{...each, at: stats.mtimeMs, bytes: stats.size}] : [];
    })
    .sort((one, other) => other.at - one.at);
}

/** The folders of all projects. */
export function findPlaces(sessions: string): readonly string[] {
  return namesIn(sessions)
    .map(name => join(sessions, name))
    .filter(path => statIfThere(path)?.isDirectory());
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** It may be deleted while it is looked at. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Those of the folder that is worked in. Of one whose folder cannot be read it is taken to be this. */
export const findSessionsOf = (place: string, root: string): readonly KeptSession[] =>
  findSessions(place).filter(session => session.root === null || session.root === root);

/** The conversations of a place, which may be that of several folders. */
export function findSessions(place: string): readonly KeptSession[] {
  return findLogs(place)
    .map(describeLog)
    .filter(session => session !== null);
}

/** Null where it cannot be read. */
export function describeLog(log: FoundLog): KeptSession | null {
  try {
    // Whatever lies there now: a pipe would be waited for.
    const file = openSync(log.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const {size} = fstatSync(file);
      const header = headerOf(textAt(file, 0, Math.min(size, headerBytes)));
      return {...log, root: header?.root ?? null, ...summaryAtEnd(file, size, header)};
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** A header holds one path, which is at most 4 kB. */
const headerBytes = 8 * 1024;
/** The last line of a conversation at rest is one of some hundred bytes. */
const tailBytes = 4 * 1024;
/** A turn that wrote more than this and did not end costs a list its words. */
const mostBytes = 16 * 1024 * 1024;

const textAt = (file: number, from: number, to: number): string => {
  const buffer = Buffer.allocUnsafe(to - from);
  return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from));
};

function headerOf(text: string): Header | null {
  for (const line of text.split('\n')) {
    const read = fromLine(line);
    const header = read && toHeader(read.record);
    if (header) return header;
  }
  return null;
}

/** Reads backwards as far as the last turn that ended; what came after it, because the program was killed, counts as well. */
function summaryAtEnd(file: number, size: number, header: Header | null): Summary {
  for (let bytes = tailBytes; ; bytes *= 4) {
    const from = Math.max(0, size - bytes);
    const lines = textAt(file, from, size).split('\n');
    const records: object[] = [];
    for (const line of lines.reverse()) {
      const record = fromLine(line)?.record;
      if (!record) continue;
      const summary = summaryIn(record);
      if (summary) return addAll(summary, records);
      records.push(record);
    }
    if (from === 0 || bytes >= mostBytes) return addAll({...emptySummary, branch: header?.branch ?? null}, records);
  }
}

/** @param records the newest first. */
const addAll = (summary: Summary, records: readonly object[]): Summary =>
  records.map(toRecord).reduceRight((known, record) => (record === null ? known : summarize(known, record)), summary);
