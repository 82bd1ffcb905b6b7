/**
 * Who is alive, who spawned whom, and what each does: an entry per agent that follows its events, and the limits on spawning.
 * Limits refuse, they never wait. Ended agents stay as tombstones: of those that cannot come back, the last snapshot and nothing
 * else. What is told of agents, and what is written to them, goes through it: to watchers and into inboxes.
 */
import {type Activity, createActivity} from './activity.js';
import {createInboxes, type Inboxes} from './inboxes.js';
import {defaultLimits, type Limit, type RegistryLimits, refuseSpawn} from './limits.js';
import type {KeptMail} from './mail.js';
import type {Clock} from './ports.js';
import {toBorn} from './snapshot.js';
import type {AgentSnapshot} from './tree.js';
import type {TreeRecord} from './tree-records.js';
import type {AgentEvent, AgentId, EndState, StampedEvent} from './types.js';
import {createWatchers, type Watchers} from './watchers.js';

export interface RegistryOptions {
  /** Those that differ from depth 3, live 16, children 8, spawnsPerTurn 32. */
  readonly limits?: Partial<RegistryLimits>;
  readonly clock: Pick<Clock, 'now'>;
  /** Into the log of that agent. */
  keep(id: AgentId, record: TreeRecord): void;
}

interface Registration {
  /** Null for a root, which no limit concerns. */
  readonly parentId: AgentId | null;
  readonly callId: string | null;
  readonly kind: string;
  readonly name: string | null;
  readonly description: string;
  readonly background: boolean;
  /** What is left of the inbox of an earlier time. */
  readonly mail?: KeptMail;
}

type RegistrationReceipt =
  | {readonly accepted: true; readonly id: AgentId}
  | {readonly accepted: false; readonly limit: Limit; readonly message: string};

export interface Registry extends Inboxes, Pick<Watchers, 'observe'> {
  /** Takes a place in the tree. The refusal is for the model: it names the limit and says what to do instead. */
  reserve(request: Registration): RegistrationReceipt;
  /** Puts an event into the session's one order, brings its agent's entry up to date, and tells who watches. */
  publish(id: AgentId, event: AgentEvent): StampedEvent;
  /** Lets the root's tree spawn anew as often as a turn may. */
  beginTurn(rootId: AgentId): void;
  /** Puts an agent of an earlier time, which has ended, back in its place. @param count so much mail came to it. */
  recall(agent: AgentSnapshot, count: number): void;
  /** Brings an ended agent back under this parent, if the limits let it, with an empty inbox. */
  revive(id: AgentId, parentId: AgentId): RegistrationReceipt;
  /**
   * Ends an agent, once: later calls change nothing. Its inbox refuses, what is in stays drainable. Children that still live
   * move up to its parent.
   */
  finish(id: AgentId, state: EndState, result: string): void;
  /** Lets go of an ended agent that nobody will bring back: its snapshot stays. */
  forget(id: AgentId): void;
  liveChildren(id: AgentId): number;
  find(id: AgentId): AgentSnapshot | null;
  /** Every agent there was, parents before children. An agent that did not change is the same object as before. */
  snapshot(): readonly AgentSnapshot[];
}

/** An agent that lives, or can come back. */
interface Member {
  readonly activity: Activity;
  parent: Member | null;
  liveChildren: number;
  /** Of a root: agents started below it in this turn. */
  spawns: number;
}

const isAlive = ({activity}: Member): boolean => activity.snapshot.endedAt === null;

function rootOf(member: Member): Member {
  return member.parent === null ? member : rootOf(member.parent);
}

export function createRegistry({limits: given, clock, keep}: RegistryOptions): Registry {
  const limits = {...defaultLimits, ...given};
  const members = new Map<AgentId, Member>();
  /** Of every agent there was, in the order of their starts. */
  const snapshots = new Map<AgentId, AgentSnapshot>();
  const watchers = createWatchers();
  const {open, forget: drop, ...mails} = createInboxes({publish, isKnown: id => snapshots.has(id), keep});
  let live = 0;
  let named = 0;
  let seq = 0;
  return {
    reserve,
    recall,
    revive,
    ...mails,
    publish,
    observe: watchers.observe,
    beginTurn(rootId) {
      memberOf(rootId).spawns = 0;
    },
    finish,
    forget(id) {
      if (isAlive(memberOf(id))) return;
      members.delete(id);
      drop(id);
    },
    liveChildren: id => members.get(id)?.liveChildren ?? 0,
    find: id => snapshots.get(id) ?? null,
    snapshot: () => [...snapshots.values()],
  };

  function memberOf(id: AgentId): Member {
    const member = members.get(id);
    if (member === undefined) throw new Error(`There is no agent ${id}.`);
    return member;
  }

  /** Takes a place below `parent`, or says which limit is in the way. */
  function take(parent: Member): ReturnType<typeof refuseSpawn> {
    const root = rootOf(parent);
    const {depth} = parent.activity.snapshot;
    const refusal = refuseSpawn({depth, children: parent.liveChildren, live, spawns: root.spawns}, limits);
    if (refusal) return refusal;
    live += 1;
    parent.liveChildren += 1;
    root.spawns += 1;
    return null;
  }

  function newId(): AgentId {
    do named += 1;
    while (snapshots.has(`agent-${named}`));
    return `agent-${named}`;
  }

  function reserve({parentId, mail, ...identity}: Registration): RegistrationReceipt {
    const parent = parentId === null ? null : memberOf(parentId);
    if (parent && !isAlive(parent)) throw new Error(`Agent ${parentId} has ended: it cannot start another.`);
    const refusal = parent && take(parent);
    if (refusal) return {accepted: false, ...refusal};
    const id = parent ? newId() : 'main';
    const depth = parent ? parent.activity.snapshot.depth + 1 : 0;
    const activity = createActivity(toBorn({...identity, id, parentId, depth}, clock.now()));
    enter({activity, parent, liveChildren: 0, spawns: 0});
    open(id, mail);
    return {accepted: true, id};
  }

  function enter(member: Member): void {
    const {snapshot} = member.activity;
    snapshots.set(snapshot.id, snapshot);
    members.set(snapshot.id, member);
  }

  function recall(agent: AgentSnapshot, count: number): void {
    const parent = memberOf(agent.parentId ?? 'main');
    enter({activity: createActivity(agent), parent, liveChildren: 0, spawns: 0});
    open(agent.id, {unread: [], count});
    mails.inbox(agent.id).close();
  }

  function revive(id: AgentId, parentId: AgentId): RegistrationReceipt {
    const member = memberOf(id);
    const parent = memberOf(parentId);
    if (isAlive(member)) throw new Error(`Agent ${id} has not ended.`);
    const refusal = take(parent);
    if (refusal) return {accepted: false, ...refusal};
    member.parent = parent;
    open(id);
    const now = clock.now();
    const {earlierMs, startedAt, endedAt} = member.activity.snapshot;
    const times = {startedAt: now, endedAt: null, earlierMs: earlierMs + (endedAt ?? now) - startedAt};
    change(member, {parentId, background: true, state: 'queued', activity: '', since: now, ...times});
    return {accepted: true, id};
  }

  function publish(id: AgentId, event: AgentEvent): StampedEvent {
    const before = snapshots.get(id);
    if (before === undefined) throw new Error(`There is no agent ${id}.`);
    const {parentId, depth} = before;
    seq += 1;
    const activity = members.get(id)?.activity;
    activity?.follow(event, clock.now());
    if (activity && activity.snapshot !== before) snapshots.set(id, activity.snapshot);
    // Not a spread: over so many shapes of event that takes several times as long.
    const stamped = Object.assign({agentId: id, parentId, depth, seq}, event);
    watchers.tell(stamped);
    return stamped;
  }

  function change({activity}: Member, facts: Partial<AgentSnapshot>): void {
    activity.set(facts);
    snapshots.set(activity.snapshot.id, activity.snapshot);
  }

  function finish(id: AgentId, state: EndState, result: string): void {
    const member = memberOf(id);
    if (!isAlive(member)) return;
    member.activity.end(state, result, clock.now());
    snapshots.set(id, member.activity.snapshot);
    mails.inbox(id).close();
    const {parent} = member;
    if (parent === null) return;
    live -= 1;
    parent.liveChildren -= 1;
    for (const child of member.liveChildren > 0 ? members.values() : []) {
      if (child.parent !== member || !isAlive(child)) continue;
      child.parent = parent;
      change(child, {parentId: parent.activity.snapshot.id});
      member.liveChildren -= 1;
      parent.liveChildren += 1;
    }
  }
}
