/** A session as its caller sees it, over the parts that it is made of; closing it closes them all. */

import {UsageError} from '../core/errors.js';
import type {Session as CoreSession} from '../core/session-types.js';
import type {SessionHooks} from '../hooks/session-hooks.js';
import type {SessionPermissions} from '../permissions/permissions.js';
import {agentHome} from '../platform/home.js';
import type {Processes} from '../platform/processes.js';
import type {OpenedSandbox} from '../sandbox/open.js';
import type {Session} from '../session.js';
import type {ChosenModel} from './chosen-model.js';
import type {FileChanges} from './file-changes.js';
import type {Ground} from './ground.js';
import type {Keeping} from './keeping.js';
import type {SessionMemory} from './memory.js';
import type {Offer} from './offer.js';
import type {SessionTelemetry} from './telemetry.js';

export interface SessionParts {
  readonly core: CoreSession;
  readonly ground: Ground;
  readonly memory: SessionMemory;
  readonly keeping: Keeping;
  readonly offer: Offer;
  readonly chosen: ChosenModel;
  readonly permissions: SessionPermissions;
  readonly hooks: SessionHooks | null;
  readonly processes: Processes;
  readonly changes: FileChanges;
  readonly opened: OpenedSandbox;
  readonly telemetry: SessionTelemetry | null;
  cancelAtExit(): void;
}

export function toSession(parts: SessionParts): Session {
  const {core, ground, keeping, offer, chosen, permissions, hooks, processes, changes, telemetry} = parts;
  const {sandbox, problem} = parts.opened;
  const {mode, rules} = permissions;
  return {
    ...core,
    get model() {
      return core.model.info;
    },
    get effort() {
      return core.effort;
    },
    get history() {
      return core.history;
    },
    get isRunning() {
      return core.isRunning;
    },
    get prompts() {
      return core.prompts;
    },
    cwd: ground.cwd,
    projectFolder: ground.projectFolder,
    ownFolder: agentHome(ground.env),
    tools: offer.toolNames,
    agentTypes: offer.mayStart() ? offer.types.map(({name}) => name) : [],
    warnings: [
      ...(problem ? [problem] : []),
      ...(chosen.warning ? [chosen.warning] : []),
      ...ground.settings.warnings,
      ...rules.warnings,
      ...ground.reports,
      ...(hooks?.warnings ?? []),
      ...(telemetry?.warnings ?? []),
    ],
    notes: keeping.notes,
    get title() {
      return keeping.title();
    },
    rename(title) {
      const name = title.replace(/\s+/g, ' ').trim().slice(0, longestTitle).toWellFormed();
      if (name === '') throw new UsageError('A title needs a word.');
      keeping.rename(name);
    },
    logPath: keeping.pathOf('main'),
    logOf: keeping.pathOf,
    hooks: hooks?.listings ?? [],
    withheld: ground.settings.withheld,
    env: ground.env,
    async setModel(name) {
      core.setModel(await chosen.change(name));
    },
    memory: parts.memory.list,
    fileChanges: changes.standing,
    previewRewind: changes.preview,
    async rewind(entryId, {files = true, conversation = true} = {}) {
      if (core.isRunning) throw new UsageError('A turn is running. Stop it first.');
      // Where it is not known what to bring back, nothing is done at all.
      if (files && core.prompts.some(({id}) => id === entryId)) await changes.preview(entryId);
      // Whoever is ended changes no more files.
      const said = conversation ? await core.rewind(entryId) : {content: [], ended: 0};
      return {...said, ...(files ? await changes.rewind(entryId) : nothingRewound)};
    },
    answer: permissions.answer,
    get mode() {
      return mode.get();
    },
    modes: mode.cycle,
    setMode: mode.set,
    rules: rules.list,
    addRule: rules.add,
    removeRule: rules.remove,
    clear() {
      if (!core.isRunning) {
        hooks?.clear();
        mode.forget();
      }
      return core.clear();
    },
    replay: turns => telemetry?.unheard(() => core.replay(turns)) ?? core.replay(turns),
    async close(reason = 'other') {
      const left = processes.live('main');
      if (left > 0) core.tell({type: 'notice', level: 'warning', text: stoppedText(left)});
      await core.close();
      await rules.saved();
      await hooks?.end(reason);
      await processes.close();
      await sandbox?.close();
      await telemetry?.close();
      await keeping.close();
      parts.cancelAtExit();
    },
  };
}

/** Characters. */
const longestTitle = 200;
const nothingRewound = {files: [], refused: [], unwatched: null};

const stoppedText = (count: number): string =>
  `Stopped ${count === 1 ? 'a command that was' : `${count} commands that were`} left running.`;
