/**
 * What the session has changed of files, and bringing them back: every change of an agent is noted with what was there before
 * and after, by whatever tool it was made.
 */
import {statSync} from 'node:fs';
import type {AgentId} from '../core/types.js';
import {isWithin} from '../platform/paths.js';
import {type Changes, createChanges, type FileChange, type FileState} from './changes.js';
import {type Contents, createContents, maxKeptBytes} from './contents.js';
import {applyRewind, person} from './rewind.js';
import {planRewind, type RewindPlan} from './rewind-plan.js';
import type {TakeTurn} from './turns.js';
import {createWatch, type Watch} from './watch.js';

export interface FileHistory {
  readonly contents: Contents;
  readonly during: Watch['during'];
  readonly catchUp: Watch['catchUp'];
  readonly all: Changes['all'];
  /** For a file that is read before it is written: takes its bytes, and keeps them. */
  keeping(): {take(chunk: Uint8Array): void; keep(hash: string): void};
  /** A write of an agent is made. Its turn is still taken. */
  wrote(target: string, write: Wrote): void;
  /** Who made this content of the file, if it was an agent. */
  writerOf(path: string, hash: string): AgentId | null;
  /** What going back to before that message would change; null where the message is not known. */
  plan(entryId: string): Promise<RewindPlan | null>;
  /** Does it, as far as everything still is as it was planned for; gives what was done, and what was not. */
  rewind(plan: RewindPlan): Promise<RewindPlan>;
  readonly isLarge: Watch['isLarge'];
  /** Why commands are not watched; null if they are. */
  fault: Watch['fault'];
}

export interface Wrote {
  readonly agentId: AgentId;
  readonly before: FileState;
  readonly bytes: Uint8Array;
  readonly folders: readonly string[];
}

export interface FileHistoryOptions {
  /** Where it is kept, beside the session's log; null: in memory. */
  readonly folder: string | null;
  /** The project's folder: an absolute path without links. */
  readonly root: string;
  /** Folders of our own: nobody's changes are looked for there. */
  readonly without: readonly string[];
  /** The person's messages so far, by their entries. */
  points(): readonly string[];
}

export function createFileHistory(options: FileHistoryOptions, takeTurn: TakeTurn): FileHistory {
  const {folder, root, without, points} = options;
  const contents = createContents(folder && `${folder}/contents`);
  const changes = createChanges({path: folder && `${folder}/changes.jsonl`, points});
  /** The last change of each file. */
  const last = new Map(changes.all().map(change => [change.path, change]));
  const note = (change: FileChange): void => {
    last.set(change.path, change);
    changes.add(change);
  };
  const watch = createWatch({root, without, contents, takeTurn, note});
  return {
    contents,
    during: watch.during,
    catchUp: watch.catchUp,
    isLarge: watch.isLarge,
    fault: watch.fault,
    all: changes.all,
    keeping() {
      const chunks: Uint8Array[] = [];
      let size = 0;
      return {
        take(chunk) {
          size += chunk.length;
          if (size <= maxKeptBytes) chunks.push(Uint8Array.from(chunk));
        },
        keep(hash) {
          if (size <= maxKeptBytes && !contents.has(hash)) contents.put(Buffer.concat(chunks));
        },
      };
    },
    wrote(target, {agentId, before, bytes, folders}) {
      // What an agent does in a tree of its own is on a branch of its own.
      if (without.some(own => isWithin(target, own))) return;
      const after = toState(target, contents.put(bytes));
      note({path: target, agentId, before, after, ...(folders.length > 0 && {folders})});
      watch.saw(target, after);
    },
    writerOf(path, hash) {
      const change = last.get(path);
      if (change?.after?.type !== 'file' || change.after.hash !== hash) return null;
      return change.agentId === person ? null : change.agentId;
    },
    async plan(entryId) {
      const since = changes.since(entryId);
      return since && planRewind(since, contents);
    },
    rewind: plan =>
      applyRewind(plan, {
        contents,
        takeTurn,
        done(change) {
          note(change);
          watch.saw(change.path, change.after);
        },
      }),
  };
}

function toState(path: string, hash: string): FileState {
  const mode = (statSync(path, {throwIfNoEntry: false})?.mode ?? 0o644) & 0o7777;
  return {type: 'file', hash, mode};
}
