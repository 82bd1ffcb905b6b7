/**
 * Keeps a session: a log for its root and one for each agent below it. From its first record on it is locked, so that no
 * second program writes into the same logs.
 */
import type {AgentLog, LogRecord, Store} from '../core/ports.js';
import type {AgentId} from '../core/types.js';
import {atExit} from '../platform/at-exit.js';
import {makeFolder} from '../platform/make-folder.js';
import {takeProcessLock} from '../platform/process-lock.js';
import {codeOf} from '../platform/text-file.js';
import type {Header} from './header.js';
import {createLog, type LogOptions} from './log.js';
import {agentLogPath, lockPath, logPath} from './places.js';
import {type Summary, summarize} from './summary.js';

export interface StoreOptions {
  /** The project's folder of sessions. */
  readonly place: string;
  readonly sessionId: string;
  /** The folder that is worked in. */
  readonly root: string;
  /** Where logs go on that there are already. */
  readonly ends: ReadonlyMap<AgentId, LogEnd>;
  /** What a list says of it so far. */
  readonly summary: Summary;
  /** What is checked out now; null where nothing is. */
  branch(): string | null;
  /** Called once at most: a line for the person. */
  readonly onFault: (line: string) => void;
}

export type LogEnd = Pick<LogOptions, 'next' | 'isCut'>;

export interface SessionStore extends Store {
  /** The file of an agent's log. */
  pathOf(agentId: AgentId): string;
  /** What a list says of it now. */
  summary(): Summary;
  /** Locks it. False if another process has it. */
  take(): boolean;
  /** Resolves when the disk itself has all of it. */
  close(): Promise<void>;
}

export function createStore({place, sessionId, root, ends, onFault, ...options}: StoreOptions): SessionStore {
  const pathOf = (agentId: AgentId): string =>
    agentId === 'main' ? logPath(place, sessionId) : agentLogPath(place, sessionId, agentId);
  let release: (() => void) | null = null;
  let isBroken = false;
  const syncing = new Set<Promise<void>>();
  const logs = new Map<AgentId, AgentLog>();
  let {summary} = options;

  function fail(error: unknown): void {
    if (isBroken) return;
    isBroken = true;
    onFault(
      `This conversation is not kept any more: ${pathOf('main')} cannot be written (${codeOf(error)}). It goes on, in memory only.`,
    );
  }

  function take(): boolean {
    if (release || isBroken) return true;
    try {
      makeFolder(place, 0o700);
      const letGo = takeProcessLock(lockPath(place, sessionId));
      if (letGo === null) return false;
      const cancel = atExit(letGo);
      release = () => {
        cancel();
        letGo();
      };
      return true;
    } catch (error) {
      fail(error);
      return true;
    }
  }

  const headerOf = (agentId: AgentId): Header => ({
    type: 'opened',
    version: 1,
    sessionId,
    agentId,
    root,
    branch: options.branch(),
    at: Date.now(),
  });

  /** With what a list says of the conversation, where a turn ends. */
  function summed(record: LogRecord): object {
    summary = summarize(summary, record);
    if (record.type !== 'turn_ended') return record;
    summary = {...summary, branch: options.branch()};
    return {...record, summary};
  }

  function logOf(agentId: AgentId): AgentLog {
    const open = logs.get(agentId) ?? openLog(agentId);
    logs.set(agentId, open);
    return open;
  }

  function openLog(agentId: AgentId): AgentLog {
    const {next, isCut} = ends.get(agentId) ?? {next: 1, isCut: false};
    const log = createLog({path: pathOf(agentId), next, isCut, header: () => headerOf(agentId), onFault: fail});
    return {
      write(record) {
        take();
        const line = agentId === 'main' ? summed(record) : record;
        if (!isBroken) log.write(line);
      },
      sync() {
        const done = log.sync().then(() => void syncing.delete(done));
        syncing.add(done);
      },
    };
  }

  return {
    pathOf,
    summary: () => summary,
    root: logOf('main'),
    below: logOf,
    take,
    async close() {
      await Promise.all(syncing);
      release?.();
      release = null;
    },
  };
}
