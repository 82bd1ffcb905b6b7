/** What the status line says of the session and its folder, and when it changes. */

import {countChanges, currentBranch, findRepository} from '../platform/git.js';
import {userHome} from '../platform/home.js';
import type {Session} from '../session.js';
import type {Status} from '../ui/repl.js';

export interface StatusSource {
  get(): Status;
  onChange(listener: () => void): () => void;
  /** Looks again: after a turn, or a change of model. Rejects never. */
  refresh(): Promise<void>;
}

/** For the branch's mark only, so a large repository may take its time; nothing waits for it. */
const gitTimeoutMs = 5_000;

function shownFolder(cwd: string): string {
  const home = userHome();
  return home !== null && (cwd === home || cwd.startsWith(`${home}/`)) ? `~${cwd.slice(home.length)}` : cwd;
}

export function createStatus(
  session: Pick<Session, 'model' | 'cwd' | 'mode' | 'modes'>,
  {budgetUsd, signal}: {readonly budgetUsd: number | null; readonly signal: AbortSignal},
): StatusSource {
  const listeners = new Set<() => void>();
  const repository = findRepository(session.cwd);
  let isDirty = false;
  const branch = (): Status['branch'] => {
    const name = repository && currentBranch(repository);
    return name ? {name, isDirty} : null;
  };
  return {
    get: () => ({
      model: session.model.name,
      folder: shownFolder(session.cwd),
      branch: branch(),
      contextWindow: session.model.contextWindow,
      budgetUsd,
      mode: session.mode,
      modes: session.modes,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async refresh() {
      const changes = repository && (await countChanges(repository, {signal, timeoutMs: gitTimeoutMs}));
      isDirty = (changes ?? 0) > 0;
      for (const listener of listeners) listener();
    },
  };
}
