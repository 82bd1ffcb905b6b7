/**
 * What a session's agents change of files: noted as it happens, shown, and brought back. Nothing of it is loaded before the
 * first change, or the first command that may make one.
 */
import {relative} from 'node:path';
import type {Kept} from '../core/kept.js';
import type {Commands, Files, Store} from '../core/ports.js';
import type {FileState} from '../files/changes.js';
import {createFiles} from '../files/files.js';
import type {FileHistory} from '../files/history.js';
import type {Marks} from '../files/marks.js';
import type {RewindPlan} from '../files/rewind-plan.js';
import {createTurns} from '../files/turns.js';
import type {Processes} from '../platform/processes.js';
import type {AgentChange, RewindPreview, RewoundFile} from '../session.js';

type Filter = Processes['filter'];

export interface FileChanges {
  readonly files: Files;
  /** The same, watched over. */
  watching(commands: Commands): Commands;
  /** The same store: what the person says is where one can go back to. */
  following(store: Store): Store;
  /** Hooks too, once anything has changed: what they do to files goes back with what they were run for. */
  watchingHooks(filter: Filter): Filter;
  /** What bringing files back to before that message would do. */
  preview(entryId: string): Promise<RewindPreview>;
  rewind(entryId: string): Promise<RewindPreview>;
  /** What agents have changed, as far as it still stands. */
  standing(): Promise<readonly AgentChange[]>;
}

export interface FileChangesOptions {
  /** Beside the session's log; null: what is changed is kept in memory. */
  readonly folder: string | null;
  /** Where the session works, and the project around it. */
  readonly cwd: string;
  readonly root: string;
  /** Folders of our own. */
  readonly without: readonly string[];
  readonly kept: Kept | null;
  readonly marks: Marks;
  /** @param isLoading to find that out is worth some time. */
  mayChange(command: string, cwd: string, isLoading: boolean): boolean;
}

export function openFileChanges(options: FileChangesOptions): FileChanges {
  const {cwd, mayChange} = options;
  const takeTurn = createTurns();
  /** The person's messages, also those that have left the history: what was changed since is between them. */
  const points = options.kept?.entries.flatMap(({entry, origin}) => (origin === 'prompt' ? [entry.id] : [])) ?? [];
  let opened: FileHistory | null = null;
  let opening: Promise<FileHistory> | null = null;
  const open = (): Promise<FileHistory> => {
    opening ??= import('../files/history.js').then(({createFileHistory}) => {
      opened = createFileHistory({...options, points: () => points}, takeTurn);
      return opened;
    });
    return opening;
  };

  async function toPreview({undo, refused}: RewindPlan, history: FileHistory): Promise<RewindPreview> {
    const {diffContents} = await import('./file-diff.js');
    const shown = (path: string): string => relative(cwd, path);
    const files = undo.map(async ({path, now, was, agents}): Promise<RewoundFile> => {
      const diff = await diffContents(path, contentOf(now, history), contentOf(was, history));
      const {added, removed} = diff ?? {added: null, removed: null};
      const becomes = was === null ? 'deleted' : now === null ? 'created' : 'changed';
      return {path: shown(path), becomes, agents, added, removed};
    });
    return {
      files: await Promise.all(files),
      refused: refused.map(({path, why}) => ({path: shown(path), why})),
      unwatched: history.fault(),
    };
  }

  return {
    files: createFiles({marks: options.marks, takeTurn, open, opened: () => opened}),
    watching: commands => ({
      ...commands,
      async shell(command, shell) {
        if (!mayChange(command, shell.cwd, opened?.isLarge() ?? false)) return commands.shell(command, shell);
        const {during} = await open();
        return during(shell.agentId, leave =>
          commands.shell(command, {...shell, onStart: untilReleased(shell, leave)}),
        );
      },
    }),
    following: store => ({
      ...store,
      root: {
        ...store.root,
        write(record) {
          if (record.type === 'entry' && record.origin === 'prompt') points.push(record.entry.id);
          store.root.write(record);
        },
      },
    }),
    watchingHooks: filter => async (command, hook) => {
      if (opened === null) return filter(command, hook);
      return opened.during(hook.owner, () => filter(command, hook));
    },
    async standing() {
      const [history, {standing}] = await Promise.all([open(), import('../files/standing.js')]);
      const {diffContents} = await import('./file-diff.js');
      const changes = standing(history.all()).map(async ({path, agentId, before, after}): Promise<AgentChange> => {
        const shown = relative(cwd, path);
        const isKnown = [before, after].every(state => state?.type !== 'file' || contentOf(state, history) !== null);
        const diff = isKnown ? diffContents(shown, contentOf(before, history), contentOf(after, history)) : null;
        return {path: shown, agentId, diff: await diff};
      });
      return Promise.all(changes);
    },
    async preview(entryId) {
      const history = await open();
      return toPreview(await planOf(entryId, history), history);
    },
    async rewind(entryId) {
      const history = await open();
      const plan = await planOf(entryId, history);
      const preview = await toPreview(plan, history);
      const {undo, refused} = await history.rewind(plan);
      const done = new Set(undo.map(({path}) => relative(cwd, path)));
      return {
        ...preview,
        files: preview.files.filter(({path}) => done.has(path)),
        refused: refused.map(({path, why}) => ({path: relative(cwd, path), why})),
      };
    },
  };
}

type Shell = Parameters<Commands['shell']>[1];

/** As `onStart` was; `leave` hears once the command goes on beside its call. */
function untilReleased({onStart}: Shell, leave: () => void): NonNullable<Shell['onStart']> {
  return running =>
    onStart?.({
      ...running,
      release() {
        leave();
        return running.release();
      },
    });
}

async function planOf(entryId: string, history: FileHistory): Promise<RewindPlan> {
  const plan = await history.plan(entryId);
  if (plan !== null) return plan;
  const {UsageError} = await import('../core/errors.js');
  throw new UsageError('What has changed since that message is not known: no file was brought back.');
}

function contentOf(state: FileState, {contents}: FileHistory): Buffer | null {
  return state?.type === 'file' && state.hash !== null ? contents.get(state.hash) : null;
}
