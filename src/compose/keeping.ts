/** Where a session is kept, and what is kept of the one that it goes on with. */
import {constants, existsSync} from 'node:fs';
import {cp} from 'node:fs/promises';
import {dirname} from 'node:path';
import {UsageError} from '../core/errors.js';
import type {Permissions} from '../core/policy.js';
import type {Resumed} from '../core/recall.js';
import type {AgentLog, Store} from '../core/records.js';
import type {AgentId} from '../core/types.js';
import {currentBranch, findRepository, type Repository} from '../platform/git.js';
import {agentHome} from '../platform/home.js';
import {newId} from '../platform/ids.js';
import {isWithin} from '../platform/paths.js';
import type {SessionOptions} from '../session.js';
import {changedFilesFolder, debugFolder, isSessionId, projectPlace} from '../store/places.js';
import {createStore, type SessionStore} from '../store/store.js';
import {emptySummary} from '../store/summary.js';
import type {Ground} from './ground.js';
import type {Opening} from './resuming.js';

export interface Keeping {
  readonly sessionId: string;
  readonly store: Store;
  /** The folder for what its agents change of files; null if nothing is kept. */
  readonly filesFolder: string | null;
  /** The log of an agent; null if nothing is kept. */
  pathOf(agentId: AgentId): string | null;
  readonly kept: Resumed | null;
  /** What the person calls it; null where they gave no name. */
  title(): string | null;
  /** Gives it one. */
  rename(title: string): void;
  /** What the person is told of what was kept. */
  readonly notes: readonly string[];
  /** Other conversations are not among what is searched, whatever folder they lie in; a path that is named still leads there. */
  hide(permissions: Permissions): Permissions;
  close(): Promise<void>;
}

const nowhere: AgentLog = {write: () => {}, sync: () => {}};
const start = {ends: new Map(), summary: emptySummary} as const;

/** @param tell takes a line for the person. Throws `UsageError` where there is no such session, or no such id can be. */
export async function openKeeping(
  options: SessionOptions,
  {cwd, env, settings}: Ground,
  tell: (line: string) => void,
): Promise<Keeping> {
  const {persist = true, resume, fork = false, sessionId = newId()} = options;
  const home = agentHome(env);
  if (!isSessionId(sessionId))
    throw new UsageError(
      `"${sessionId}" cannot be the id of a conversation: one has letters, digits, - and _, begins with a letter or digit, and is no longer than 100.`,
    );
  if (fork && resume === undefined)
    throw new UsageError('There is nothing to copy: say which conversation is to be gone on with in a copy.');
  if (!persist && resume !== undefined)
    throw new UsageError(
      'A conversation that is gone on with is kept. Leave out --no-session-persistence, or begin a new one.',
    );
  // Accounts that are nobody's have a home that is not there: no folder is made for them.
  if (home === null || !persist || !existsSync(dirname(home))) {
    if (resume !== undefined)
      throw new UsageError('There is no home folder, so no conversation is kept to go on with.');
    return {
      sessionId,
      store: {root: nowhere, below: () => nowhere},
      filesFolder: null,
      pathOf: () => null,
      ...createName(),
      kept: null,
      notes: [],
      hide: permissions => permissions,
      close: () => Promise.resolve(),
    };
  }
  const place = projectPlace(home, cwd);
  const hide = hideBelow([dirname(place), debugFolder(home)], cwd);
  const branch = branchOf(cwd);
  const closing = (store: SessionStore) => async () => {
    await store.close();
    const {cleanupPeriodDays: days} = settings;
    if (days !== null) (await import('../store/clean-up.js')).cleanUp(dirname(place), days);
  };
  const open: Opening['open'] = (id, {summary, ends}) =>
    createStore({place, sessionId: id, root: cwd, ends, summary, branch, onFault: tell});
  if (resume === undefined) {
    const store = open(sessionId, start);
    if (existsSync(store.pathOf('main')))
      throw new UsageError(
        `There is a conversation ${sessionId} already. Go on with it by --resume, or choose another id.`,
      );
    const filesFolder = changedFilesFolder(place, sessionId);
    return {sessionId, store, filesFolder, ...namedBy(store), kept: null, notes: [], hide, close: closing(store)};
  }
  const {goOn} = await import('./resuming.js');
  const resumed = await goOn({
    place,
    cwd,
    wanted: resume === true ? null : resume,
    isCopy: fork,
    copyId: sessionId,
    open,
  });
  const filesFolder = changedFilesFolder(place, resumed.sessionId);
  if (resumed.copied !== null) await copyFolder(changedFilesFolder(place, resumed.copied), filesFolder);
  return {...resumed, ...namedBy(resumed.store), filesFolder, hide, close: closing(resumed.store)};
}

const namedBy = ({pathOf, summary, root}: SessionStore) => ({
  pathOf,
  title: () => summary().title,
  rename(title: string): void {
    root.write({type: 'titled', title});
    root.sync();
  },
});

/** Of a conversation that is not kept. */
function createName(): Pick<Keeping, 'title' | 'rename'> {
  let title: string | null = null;
  return {
    title: () => title,
    rename(next) {
      title = next;
    },
  };
}

/** Where it cannot be copied, the copy cannot bring files back to what they were before it. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (existsSync(from)) await cp(from, to, {recursive: true, mode: constants.COPYFILE_FICLONE}).catch(() => {});
}

/** Asked for at the end of each turn: the repository is looked for once. */
function branchOf(cwd: string): () => string | null {
  let repository: Repository | null | undefined;
  return () => {
    if (repository === undefined) repository = findRepository(cwd);
    return repository && currentBranch(repository);
  };
}

/** Whoever works in that folder means it. */
function hideBelow(folders: readonly string[], cwd: string): Keeping['hide'] {
  const hidden = folders.filter(folder => !isWithin(cwd, folder));
  // Not a copy: the caller's own may be an object of a class.
  return permissions => ({
    decide: request => permissions.decide(request),
    ask: (request, signal) => permissions.ask(request, signal),
    refusal: (request, why) => permissions.refusal?.(request, why),
    hides: path => hidden.some(folder => isWithin(path, folder)) || (permissions.hides?.(path) ?? false),
  });
}
