/**
 * The agents below the root that live or can still go on with their history, each in the run that is under way or was its
 * last. Of those before them only their place in the registry is left.
 */
import type {Agent} from './agent.js';
import type {Registry} from './registry.js';
import type {Reports} from './reports.js';
import type {AgentEnd} from './tree.js';
import type {AgentId} from './types.js';

export interface Member {
  readonly agent: Agent;
  readonly ended: Promise<AgentEnd>;
  /** The last of its processes too. */
  readonly gone: Promise<void>;
}

export interface Members {
  /** Null for the root, for whom there never was, and for whom there is no memory any more. */
  find(id: AgentId): Member | null;
  /** A run begins. It is kept beyond its end, until many others have ended. */
  add(member: Member): void;
  /** Once it has ended it cannot go on. */
  forget(id: AgentId): void;
  /** Settles when none of its children is being stopped any more; those that are not live on. */
  childrenStopped(id: AgentId): Promise<void>;
}

/** Ended agents that can still go on. */
const maxKept = 32;

export function createMembers(registry: Pick<Registry, 'find' | 'forget'>, reports: Pick<Reports, 'forget'>): Members {
  /** The last to have begun stands last. */
  const members = new Map<AgentId, Member>();

  function forget(id: AgentId): void {
    if (members.delete(id)) registry.forget(id);
    reports.forget(id);
  }

  function forgetOldest(): void {
    const ended = [...members.keys()].filter(id => registry.find(id)?.endedAt !== null);
    for (const id of ended.slice(0, Math.max(0, ended.length - maxKept))) forget(id);
  }

  return {
    find: id => members.get(id) ?? null,
    add(member) {
      const {id} = member.agent;
      members.delete(id);
      members.set(id, member);
      void member.ended.then(forgetOldest);
    },
    forget,
    async childrenStopped(id) {
      const isStopping = ({agent}: Member): boolean =>
        agent.turn?.signal.aborted === true && registry.find(agent.id)?.parentId === id;
      const next = (): Member | undefined => [...members.values()].find(isStopping);
      for (let child = next(); child; child = next()) await child.ended;
    },
  };
}
