/**
 * The conversation that a session goes on with: read, brought to rest where a program ended in the middle of it, and written on from
 * there. Loaded only by those that go on with one.
 */
import {existsSync} from 'node:fs';
import {aftermath} from '../core/aftermath.js';
import {isGone, isPaused, type KeptAgent, type KeptTree, toKeptTree} from '../core/kept-tree.js';
import type {Model} from '../core/ports.js';
import {type Resumed, toResumed} from '../core/recall.js';
import type {LogRecord} from '../core/records.js';
import type {AgentId} from '../core/types.js';
import {newId} from '../platform/ids.js';
import {type LoadedSession, loadSession, readSession} from '../store/load.js';
import type {LogEnd, SessionStore} from '../store/store.js';
import {emptySummary, type Summary} from '../store/summary.js';

export interface Opening {
  readonly place: string;
  readonly cwd: string;
  /** Null: the newest. */
  readonly wanted: string | null;
  readonly isCopy: boolean;
  /** The id of a copy. */
  readonly copyId: string;
  open(id: string, from: {readonly summary: Summary; readonly ends: ReadonlyMap<AgentId, LogEnd>}): SessionStore;
}

export interface GoneOn {
  readonly sessionId: string;
  /** The one that it is a copy of; null: it is the same one. */
  readonly copied: string | null;
  readonly store: SessionStore;
  readonly kept: Resumed;
  /** Lines for the person. */
  readonly notes: readonly string[];
}

/** Throws `UsageError` where there is no such session. */
export async function goOn({place, cwd, wanted, isCopy: isAsked, copyId, open}: Opening): Promise<GoneOn> {
  const loaded = await loadSession(place, cwd, wanted);
  const own = open(loaded.id, loaded);
  const isTaken = !own.take();
  const isCopy = isAsked || isTaken;
  const store = isCopy ? open(copyId, {summary: emptySummary, ends: new Map()}) : own;
  if (isCopy) await own.close();
  // A copy has what requests have no more as well. All of it is read at once: the other program may write on.
  const source = isCopy ? await readSession({...loaded, ...loaded.summary, place}, 'conversation') : loaded;
  const logs = new Map<AgentId, readonly LogRecord[]>([['main', source.records], ...source.below]);
  if (isCopy) keep(store, logs);
  const left = toKeptTree(source.records, source.below);
  const added = aftermath(left, newId);
  keep(store, added);
  const tree = added.size === 0 ? left : treeOf(joined(logs, added));
  return {
    sessionId: isCopy ? copyId : loaded.id,
    copied: isCopy ? loaded.id : null,
    store,
    kept: toResumed(withFolders(tree, cwd)),
    notes: notesOf({
      loaded,
      left: isCopy ? toKeptTree(loaded.records, loaded.below) : left,
      tree,
      isTaken,
      pathOf: own.pathOf,
    }),
  };
}

/** Opens the models that its agents had. One that cannot be used any more is left out. */
export async function withModels(
  kept: Resumed,
  own: Model,
  openBeside: (name: string) => Promise<Model>,
): Promise<Resumed> {
  const used = kept.agents.flatMap(agent => (isGone(kept, agent) ? [] : (agent.turn?.model ?? [])));
  const models = new Map<string, Model>();
  for (const id of new Set(used)) {
    const model = id === own.info.id ? null : await openBeside(id).catch(() => null);
    if (model) models.set(id, model);
  }
  return {...kept, models};
}

function keep(store: SessionStore, records: ReadonlyMap<AgentId, readonly LogRecord[]>): void {
  for (const [id, own] of records) {
    const log = id === 'main' ? store.root : store.below(id);
    for (const record of own) log.write(record);
    log.sync();
  }
}

function joined(
  logs: ReadonlyMap<AgentId, readonly LogRecord[]>,
  added: ReadonlyMap<AgentId, readonly LogRecord[]>,
): ReadonlyMap<AgentId, readonly LogRecord[]> {
  return new Map([...logs].map(([id, records]) => [id, [...records, ...(added.get(id) ?? [])]]));
}

function treeOf(logs: ReadonlyMap<AgentId, readonly LogRecord[]>): KeptTree {
  return toKeptTree(logs.get('main') ?? [], new Map([...logs].filter(([id]) => id !== 'main')));
}

/** Where a folder is gone, its agent is back in the one that is worked in. */
function withFolders(tree: KeptTree, cwd: string): KeptTree {
  const placed = <Placed extends KeptAgent>({turn, ...agent}: Placed) => ({
    ...agent,
    turn: turn && {...turn, cwd: existsSync(turn.cwd) ? turn.cwd : cwd},
  });
  return {...tree, root: placed(tree.root), agents: tree.agents.map(placed)};
}

interface Told {
  readonly loaded: LoadedSession;
  /** As it was found. */
  readonly left: KeptTree;
  /** At rest. */
  readonly tree: KeptTree;
  readonly isTaken: boolean;
  pathOf(agentId: AgentId): string;
}

function notesOf({loaded, left, tree, isTaken, pathOf}: Told): readonly string[] {
  const found = left.root.entries.length;
  const bad = loaded.ends.get('main')?.badLines.length ?? 0;
  const isCleared = found + bad === 0 && loaded.records.some(({type}) => type === 'cleared');
  return [
    isCleared
      ? 'The conversation was cleared: it begins anew.'
      : `Loaded ${found} of ${found + bad} messages of the conversation.`,
    ...passedNote(loaded),
    ...agentsNote(left),
    ...unreadNote(tree),
    ...[...loaded.ends].flatMap(([id, {badLines}]) => damageNote(badLines, pathOf(id))),
    ...(isTaken ? ['Another program has that conversation open: this one goes on with a copy of it.'] : []),
  ];
}

function passedNote({passed}: LoadedSession): readonly string[] {
  if (passed === 0) return [];
  const count = passed.toLocaleString('en-US');
  return [`Kept, and not sent again: what was said before it was compacted, ${count} messages in all.`];
}

function agentsNote(tree: KeptTree): readonly string[] {
  const agents = tree.agents.filter(agent => !isGone(tree, agent));
  if (agents.length === 0) return [];
  const paused = agents.filter(agent => isPaused(tree, agent)).map(({id}) => id);
  const all = agents.length === 1 ? 'Its agent is there again' : `Its ${agents.length} agents are there again`;
  if (paused.length === 0) return [`${all}: ${agents.length === 1 ? 'it has' : 'all have'} ended.`];
  const named = paused.length <= 5 ? paused.join(', ') : `${paused.slice(0, 5).join(', ')}, …`;
  return [`${all}; at work when the program ended, and paused now: ${named}. /agents send <id> <text> lets one go on.`];
}

function unreadNote({root}: KeptTree): readonly string[] {
  const count = root.mail.unread.length;
  if (count === 0) return [];
  return [`${count === 1 ? 'A message waits' : `${count} messages wait`} to be read with the next prompt.`];
}

function damageNote(badLines: readonly number[], path: string): readonly string[] {
  const bad = badLines.length;
  if (bad === 0) return [];
  const which = bad === 1 ? `line ${badLines[0]}` : `${bad} lines, the first of them ${badLines[0]},`;
  return [`Damaged, and left out: ${which} of ${path}.`];
}
