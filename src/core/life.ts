/** What an agent's records say of its place in the tree: its runs, its mail, what it asked, what it saw. */
import type {KeptMail} from './mail.js';
import type {LogRecord} from './records.js';
import {blocksOf, textOf} from './transcript.js';
import type {AgentEnded, TreeRecord} from './tree-records.js';
import type {AgentId, Entry, Mail} from './types.js';

export type Spawned = Extract<TreeRecord, {type: 'agent_spawned'}>;

export interface Life {
  /** Null for a root, and where that line is lost. */
  readonly spawned: Spawned | null;
  /** Who was above it last. */
  readonly parentId: AgentId | null;
  readonly runs: number;
  /** The working tree that it had beside the project's, which a restart does not give back. */
  readonly worktree: string | null;
  /** How its last run ended; null: it had not when the program ended. */
  readonly ended: AgentEnded | null;
  /** Since it was started, or resumed. Milliseconds since the epoch. */
  readonly run: {
    readonly startedAt: number;
    readonly lastAt: number;
    readonly toolCalls: number;
    readonly said: string;
  };
  /** Of all its runs. */
  readonly toolCalls: number;
  readonly ms: number;
  readonly mail: KeptMail;
  /** Reports of other agents that came to it, read or not. */
  readonly reports: readonly Mail[];
  /** Calls that wait for a person. */
  readonly asking: ReadonlySet<string>;
  /** Calls that had a result, ever. */
  readonly answered: ReadonlySet<string>;
  /** Hashes of what it knows of files, by path. */
  readonly seen: ReadonlyMap<string, string>;
  /** Agents that ended with what was cleared or taken back. */
  readonly dropped: ReadonlySet<AgentId>;
}

export function toLife(records: readonly LogRecord[]): Life {
  let spawned = null as Spawned | null;
  let ended = null as AgentEnded | null;
  let parentId = null as AgentId | null;
  let runs = 0;
  let worktree = null as string | null;
  let msBefore = 0;
  let [startedAt, lastAt] = [0, 0];
  let calls = new Set<string>();
  const callsBefore = new Set<string>();
  let texts = new Map<string, string>();
  let unread: Mail[] = [];
  let count = 0;
  const reports = new Map<string, Mail>();
  const asking = new Set<string>();
  const answered = new Set<string>();
  const seen = new Map<string, string>();
  const dropped = new Set<AgentId>();

  function begin(at: number, run: number): void {
    msBefore += lastAt - startedAt;
    startedAt = lastAt = at;
    for (const id of calls) callsBefore.add(id);
    calls = new Set();
    texts = new Map();
    ended = null;
    runs = Math.max(runs, run);
  }

  function take(entry: Entry, origin: string): void {
    if (origin === 'reply') texts.set(entry.id, textOf(entry.message));
    for (const block of blocksOf(entry.message)) if (block.type === 'tool_result') answered.add(block.tool_use_id);
  }

  for (const record of records) {
    switch (record.type) {
      case 'agent_spawned':
        begin(record.at, 1);
        [spawned, parentId, worktree] = [record, record.parentId, record.worktree ?? null];
        break;
      case 'agent_resumed':
        begin(record.at, record.run);
        [parentId, worktree] = [record.parentId, record.worktree ?? null];
        break;
      case 'agent_ended':
        [ended, parentId, runs] = [record, record.parentId, Math.max(runs, record.run)];
        break;
      case 'mail_queued':
        count = Math.max(count, record.mail.seq);
        if (record.mail.kind === 'agent_finished') reports.set(record.mail.id, record.mail);
        if (!unread.some(({id, text}) => id === record.mail.id && text === record.mail.text)) unread.push(record.mail);
        break;
      case 'mail_read':
        count = Math.max(count, record.seq);
        unread = unread.filter(({id}) => id !== record.mailId);
        break;
      case 'mail_withdrawn':
        unread = unread.filter(({id}) => id !== record.mailId);
        break;
      case 'entry':
        take(record.entry, record.origin);
        break;
      case 'call':
        if (record.outcome !== 'denied') calls.add(record.callId);
        asking.delete(record.callId);
        break;
      case 'question_asked':
        asking.add(record.callId);
        break;
      case 'question_answered':
        asking.delete(record.callId);
        break;
      case 'file_seen':
        if (record.hash === null) seen.delete(record.path);
        else seen.set(record.path, record.hash);
        break;
      case 'cleared':
        unread = [];
        break;
      case 'agents_dropped':
        for (const id of record.agents) dropped.add(id);
        break;
    }
    // After a beginning has closed the run before it: what lies between the two is no time of either.
    if ('at' in record) lastAt = Math.max(lastAt, record.at);
  }
  const said = [...texts.values()].filter(Boolean).join('\n\n');
  return {
    spawned,
    parentId,
    runs,
    worktree,
    ended,
    run: {startedAt, lastAt, toolCalls: calls.size, said},
    toolCalls: new Set([...callsBefore, ...calls]).size,
    ms: msBefore + lastAt - startedAt,
    // Who was asked to wrap up then is not asked to now.
    mail: {unread: unread.filter(({kind}) => kind !== 'wind_down'), count},
    reports: [...reports.values()],
    asking,
    answered,
    seen,
    dropped,
  };
}
