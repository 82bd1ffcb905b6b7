/**
 * What commands change in the project, found by comparing it before and after: by times, sizes and inodes, and where these
 * differ by content. What a file held before is kept when it is first seen, save where git has it anyway.
 *
 * What changes while a command is waited for counts as that command's; what changed before it as somebody else's, and so does
 * what changes beside one that goes on in the background: that may take hours, in which a person edits as well.
 */
import {closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, type Stats} from 'node:fs';
import {dirname} from 'node:path';
import type {AgentId} from '../core/types.js';
import {readBlobs} from '../platform/git-blobs.js';
import type {FileChange, FileState} from './changes.js';
import {type CleanFiles, isClean, noneClean, readClean, stepMs} from './clean-files.js';
import {type Contents, maxKeptBytes} from './contents.js';
import {findProjectFiles, type ProjectFiles, statsAt, walk} from './project-files.js';
import {hashOf} from './regular-file.js';
import {isSameState} from './states.js';
import type {TakeTurn} from './turns.js';

export interface Watch {
  /** Notes what changes while the work is done as the agent's; only up to `leave`, where it calls that. */
  during<T>(agentId: AgentId, work: (leave: () => void) => Promise<T>): Promise<T>;
  /** Notes what has changed of a file so far; its turn is taken already. */
  catchUp(target: string): Promise<void>;
  /** The file is this now, and that is noted. */
  saw(target: string, state: FileState): void;
  /** Whether looking takes longer than to find out that a command changes nothing. */
  isLarge(): boolean;
  /** Why commands are not watched; null if they are, or none has run. */
  fault(): string | null;
}

export interface WatchOptions {
  /** The project's folder: an absolute path without links. */
  readonly root: string;
  /** Folders of our own. */
  readonly without: readonly string[];
  readonly contents: Contents;
  readonly takeTurn: TakeTurn;
  note(change: FileChange): void;
}

/** More are no project that anybody works in as a whole; to look through them takes 60 ms. */
const maxFiles = 20_000;
const largeFiles = 300;
/** Copied at the first sight of a project: what git does not have. */
const maxFirstBytes = 128 * 1024 * 1024;
/** Larger files are not looked into. */
const maxHashedBytes = 64 * 1024 * 1024;
/** The screen waits no longer. */
const sliceMs = 8;

/** What tells whether a file is still the one that was seen. */
type Traits = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino' | 'mode'>;

/** Without all the rest: there may be many. */
const toTraits = ({size, mtimeMs, ctimeMs, ino, mode}: Traits): Traits => ({size, mtimeMs, ctimeMs, ino, mode});

/** A file as it was last seen. */
interface Sighting {
  readonly stats: Traits;
  readonly seenAt: number;
  /** `oid`: git has it. */
  readonly content: FileState | {readonly type: 'git'; readonly oid: string; readonly mode: number};
}

export function createWatch({root, without, contents, takeTurn, note}: WatchOptions): Watch {
  const known = new Map<string, Sighting>();
  const running: AgentId[] = [];
  let project: ProjectFiles | null = null;
  let fault: string | null = null;
  let firstBytes = 0;
  let isFirst = true;
  /** Those that are as git last saw them. */
  let clean: CleanFiles = noneClean;

  /** One after another: each starts with what the one before came to. No command fails because of it. */
  function look(by?: AgentId): Promise<void> {
    return takeTurn(`look ${root}`, async () => {
      if (fault !== null) return;
      try {
        project ??= begin();
        await compare(project, by ?? running[0] ?? null);
        if (isFirst) clean = {...noneClean, repository: clean.repository};
        isFirst = false;
      } catch (error) {
        giveUp(error instanceof Error ? error.message : String(error));
      }
    });
  }

  function begin(): ProjectFiles {
    clean = readClean(root);
    const tracked = [...clean.entries.keys()].map(path => path.slice(root.length + 1));
    return findProjectFiles({root, tracked, without});
  }

  async function compare(files: ProjectFiles, by: AgentId | null): Promise<void> {
    const pause = createPause();
    const seen = new Set<string>();
    const changed: string[] = [];
    for (const {path, stats} of walk(files)) {
      seen.add(path);
      const before = known.get(path);
      if (!before || !isUntouched(before, stats)) changed.push(path);
      if (seen.size > maxFiles)
        return giveUp(`there are more than ${maxFiles.toLocaleString('en-US')} files in ${root}`);
      const paused = pause();
      if (paused) await paused;
    }
    for (const path of known.keys()) if (!seen.has(path)) changed.push(path);
    await fetchBlobs(changed);
    for (const path of changed) {
      await takeTurn(path, async () => settle(path, by));
      await pause();
    }
  }

  function giveUp(why: string): void {
    fault = why;
    known.clear();
  }

  /** What git has of files that changed becomes ours, while git still has it. */
  async function fetchBlobs(paths: readonly string[]): Promise<void> {
    const {repository} = clean;
    if (repository === null) return;
    const byOid = new Map<string, string[]>();
    for (const path of paths) {
      const content = known.get(path)?.content;
      if (content?.type === 'git') byOid.set(content.oid, [...(byOid.get(content.oid) ?? []), path]);
    }
    const blobs = await readBlobs(repository, [...byOid.keys()]);
    for (const [oid, own] of byOid) {
      const blob = blobs.get(oid);
      for (const path of own) {
        const before = known.get(path);
        if (before?.content?.type !== 'git') continue;
        // Of another size, it is not what was in the file.
        const hash = blob && blob.length === before.stats.size ? contents.put(blob) : null;
        known.set(path, {...before, content: {type: 'file', hash, mode: before.content.mode}});
      }
    }
  }

  /** Its turn is taken. */
  function settle(path: string, by: AgentId | null): void {
    const stats = statsAt(path);
    if (stats === undefined) return;
    const before = known.get(path);
    if (stats === null) {
      if (before) add(path, stateOf(before), null, by);
      known.delete(path);
      return;
    }
    if (before && isUntouched(before, stats)) return;
    const seenAt = Date.now();
    const ownClean = before ? undefined : clean.entries.get(path);
    if (ownClean && by === null && isClean(ownClean, stats, clean.mtimeMs)) {
      known.set(path, {
        stats: toTraits(stats),
        seenAt,
        content: {type: 'git', oid: ownClean.oid, mode: stats.mode & 0o7777},
      });
      return;
    }
    const state = keep(path, stats);
    if (state === undefined) return;
    const old = before ? stateOf(before) : null;
    if (!isSameState(old, state)) add(path, old, state, by);
    known.set(path, {stats: toTraits(stats), seenAt, content: state});
  }

  function add(path: string, before: FileState, after: FileState, by: AgentId | null): void {
    if (by !== null) note({path, agentId: by, before, after});
  }

  /** Undefined: it is no file any more, or cannot be read. */
  function keep(path: string, stats: Stats): FileState | undefined {
    try {
      if (stats.isSymbolicLink()) return {type: 'link', target: readlinkSync(path)};
      if (!stats.isFile()) return undefined;
      const mode = stats.mode & 0o7777;
      const unread = {type: 'file', hash: null, mode} as const;
      if (stats.size > maxHashedBytes) return unread;
      if (isFirst) {
        if (stats.size > maxKeptBytes || firstBytes + stats.size > maxFirstBytes) return unread;
        firstBytes += stats.size;
      }
      const bytes = readRegular(path);
      if (bytes === null) return undefined;
      return {type: 'file', hash: stats.size > maxKeptBytes ? hashOf(bytes) : contents.put(bytes), mode};
    } catch {
      return undefined;
    }
  }

  const isIn = (path: string): boolean => {
    if (project === null || !path.startsWith(`${root}/`)) return false;
    for (let folder = dirname(path); folder !== root; folder = dirname(folder)) {
      if (!project.isWatched(folder)) return false;
    }
    return true;
  };

  return {
    async during(agentId, work) {
      await look();
      running.push(agentId);
      let leaving: Promise<void> | null = null;
      const leave = (): Promise<void> => {
        leaving ??= look(agentId).then(() => void running.splice(running.indexOf(agentId), 1));
        return leaving;
      };
      try {
        return await work(() => void leave());
      } finally {
        await leave();
      }
    },
    async catchUp(target) {
      if (fault !== null || isFirst || !isIn(target)) return;
      await fetchBlobs([target]);
      settle(target, running[0] ?? null);
    },
    saw(target, state) {
      if (fault !== null || isFirst || !isIn(target)) return;
      const stats = statsAt(target);
      if (stats) known.set(target, {stats: toTraits(stats), seenAt: Date.now(), content: state});
      else known.delete(target);
    },
    isLarge: () => known.size > largeFiles,
    fault: () => fault,
  };
}

/** Lets others go on, whenever it has taken long enough. */
function createPause(): () => Promise<void> | null {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMs) return null;
    return new Promise(resolve =>
      setImmediate(() => {
        since = performance.now();
        resolve();
      }),
    );
  };
}

/** What git has and could not be read any more is not known. */
function stateOf({content}: Sighting): FileState {
  return content?.type === 'git' ? {type: 'file', hash: null, mode: content.mode} : content;
}

function isUntouched({stats, seenAt}: Sighting, now: Stats): boolean {
  const isSame =
    stats.size === now.size &&
    stats.mtimeMs === now.mtimeMs &&
    stats.ctimeMs === now.ctimeMs &&
    stats.ino === now.ino &&
    stats.mode === now.mode;
  return isSame && seenAt - now.ctimeMs > stepMs;
}

/** Null for what became something else meanwhile. */
function readRegular(path: string): Buffer | null {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    return fstatSync(descriptor).isFile() ? readFileSync(descriptor) : null;
  } finally {
    closeSync(descriptor);
  }
}
