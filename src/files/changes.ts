/**
 * What a session's agents have changed of files, in the order in which it happened, between the person's messages: a journal
 * beside the session's log. What of it cannot be read is missing, and shows as a change by somebody else.
 */
import {appendFileSync, readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {AgentId} from '../core/types.js';
import {makeFolder} from '../platform/make-folder.js';
import {codeOf} from '../platform/text-file.js';

/** What is at a path; null: nothing. A hash of null: a file too large to look at. `mode`: its permission bits. */
export type FileState =
  | {readonly type: 'file'; readonly hash: string | null; readonly mode: number}
  | {readonly type: 'link'; readonly target: string}
  | null;

export interface FileChange {
  /** Absolute, without links. */
  readonly path: string;
  readonly agentId: AgentId;
  readonly before: FileState;
  readonly after: FileState;
  /** Folders that were made for it, the outermost first. */
  readonly folders?: readonly string[];
}

type Line =
  /** A message of the person, by its entry. */
  {readonly type: 'point'; readonly entryId: string} | ({readonly type: 'change'} & FileChange);

export interface Changes {
  add(change: FileChange): void;
  all(): readonly FileChange[];
  /** Those that came after that message; null where it is not known. */
  since(entryId: string): readonly FileChange[] | null;
}

export interface ChangesOptions {
  /** Made with the first change; null: nothing is kept on disk. */
  readonly path: string | null;
  /** The messages of the person so far, in their order. */
  points(): readonly string[];
}

export function createChanges({path, points}: ChangesOptions): Changes {
  const read: ReadLines = path === null ? {lines: [], isCut: false} : readLines(path);
  const {lines} = read;
  let isBroken = false;
  // What is written next would else be a part of the broken line.
  let before = read.isCut ? '\n' : '';

  function write(line: Line): void {
    lines.push(line);
    if (path === null || isBroken) return;
    try {
      append(path, `${before}${JSON.stringify(line)}\n`);
      before = '';
    } catch {
      // A full disk: what is written there already would no longer be all.
      isBroken = true;
    }
  }

  const pointed = new Set(lines.flatMap(line => (line.type === 'point' ? [line.entryId] : [])));

  return {
    add(change) {
      for (const entryId of points()) {
        if (pointed.has(entryId)) continue;
        pointed.add(entryId);
        write({type: 'point', entryId});
      }
      write({type: 'change', ...change});
    },
    all: () => lines.filter(isChange),
    since(entryId) {
      const start = lines.findIndex(line => line.type === 'point' && line.entryId === entryId);
      if (start >= 0) return lines.slice(start).filter(isChange);
      // Those that came after the last change are not written down yet.
      const known = points();
      const isLate = known.slice(known.indexOf(entryId)).every(id => !pointed.has(id));
      return known.includes(entryId) && isLate ? [] : null;
    },
  };
}

const isChange = (line: Line): line is Extract<Line, {type: 'change'}> => line.type === 'change';

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text, {mode: 0o600});
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    makeFolder(dirname(path), 0o700);
    appendFileSync(path, text, {mode: 0o600});
  }
}

interface ReadLines {
  readonly lines: Line[];
  /** The file ends in the middle of one. */
  readonly isCut: boolean;
}

function readLines(path: string): ReadLines {
  try {
    const texts = readFileSync(path, 'utf8').split('\n');
    return {lines: texts.flatMap(toLine), isCut: texts.at(-1) !== ''};
  } catch {
    return {lines: [], isCut: false};
  }
}

function toLine(text: string): readonly Line[] {
  try {
    const line = JSON.parse(text) as Line | null;
    return line?.type === 'point' || line?.type === 'change' ? [line] : [];
  } catch {
    return [];
  }
}
