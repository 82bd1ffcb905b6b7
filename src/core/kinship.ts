/**
 * How the agents of a tree stand to each other, whom one of them means by an id or a name, and what it is told when that
 * one is not for it. Whatever a refusal advises, whoever reads it may do.
 */
import {ToolError} from './errors.js';
import type {Registry} from './registry.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId} from './types.js';

export interface Kinship {
  isBelow(id: AgentId, above: AgentId): boolean;
  /** All agents below this one, ended ones too. */
  below(id: AgentId): readonly AgentSnapshot[];
  /** Whom a person means, who may reach all. */
  find(idOrName: string): AgentSnapshot | undefined;
  /** Whom `self` may stop and wait for: one below it. Throws `ToolError` for any other. */
  commanded(self: AgentId, idOrName: string): AgentSnapshot;
  /** Whom `self` may write to: one above, below or beside it. Throws `ToolError` for any other. */
  addressed(self: AgentId, idOrName: string): AgentSnapshot;
  /** A line that lists those that live: below this one, or all. */
  running(below?: AgentId): string;
  /** What keeps a new agent, or `goingOn` one that ended, from bearing this name: null if nothing does. */
  faultOfName(name: string, goingOn?: AgentId): string | null;
}

/** Agents that a refusal lists. */
const maxListed = 20;
const looksLikeId = /^(main|agent-\d+)$/;

const isLive = ({endedAt}: AgentSnapshot): boolean => endedAt === null;
const toLabel = ({id, name}: AgentSnapshot): string => (name === null ? id : `${id} ("${name}")`);

export function createKinship({find, snapshot}: Pick<Registry, 'find' | 'snapshot'>): Kinship {
  const parentOf = (id: AgentId): AgentId | null => find(id)?.parentId ?? null;

  function isBelow(id: AgentId, above: AgentId): boolean {
    const parent = parentOf(id);
    return parent !== null && (parent === above || isBelow(parent, above));
  }

  const isNear = (id: AgentId, self: AgentId): boolean =>
    isBelow(id, self) || isBelow(self, id) || (id !== self && parentOf(id) === parentOf(self));

  /** Of several that bear the name the one that may be reached, of those the one that lives, else the last to have ended. */
  function meant(idOrName: string, isReached: (id: AgentId) => boolean): AgentSnapshot | undefined {
    const known = find(idOrName);
    if (known) return known;
    const named = snapshot().filter(({name}) => name === idOrName);
    const reached = named.filter(({id}) => isReached(id));
    const rank = ({endedAt}: AgentSnapshot): number => endedAt ?? Infinity;
    const later = (one: AgentSnapshot, other: AgentSnapshot): AgentSnapshot => (rank(other) >= rank(one) ? other : one);
    const candidates = reached.length > 0 ? reached : named;
    return candidates.length > 0 ? candidates.reduce(later) : undefined;
  }

  /** @param heading what stands before the list of those that live and may be reached. */
  function list(heading: string, isReached: (id: AgentId) => boolean): string {
    const labels = snapshot()
      .filter(agent => isLive(agent) && isReached(agent.id))
      .map(toLabel);
    if (labels.length === 0) return `${heading}: none.`;
    return `${heading}: ${labels.slice(0, maxListed).join(', ')}${labels.length > maxListed ? ', …' : ''}.`;
  }

  function commanded(self: AgentId, idOrName: string): AgentSnapshot {
    const isReached = (id: AgentId): boolean => isBelow(id, self);
    const target = meant(idOrName, isReached);
    if (target && isReached(target.id)) return target;
    const yours = list('Yours that run now', isReached);
    if (!target) throw new ToolError(`There is no agent "${idOrName}". ${yours}`);
    const who = target.id === self ? 'you' : 'not below you';
    throw new ToolError(`Agent ${target.id} is ${who}: you can stop, and wait for, only agents below you. ${yours}`);
  }

  function addressed(self: AgentId, idOrName: string): AgentSnapshot {
    const isReached = (id: AgentId): boolean => isNear(id, self);
    const target = meant(idOrName, isReached);
    if (target && isReached(target.id)) return target;
    const others = list('You may write to', isReached);
    if (!target) throw new ToolError(`There is no agent "${idOrName}". ${others}`);
    const who = target.id === self ? 'you' : 'neither above nor below nor beside you';
    throw new ToolError(`Agent ${target.id} is ${who}: it gets no message from you. ${others}`);
  }

  function faultOfName(name: string, goingOn?: AgentId): string | null {
    if (looksLikeId.test(name)) return `the name "${name}" reads like the id of an agent`;
    const holder = snapshot().find(agent => agent.name === name && isLive(agent) && agent.id !== goingOn);
    if (!holder) return null;
    const {id, kind, description} = holder;
    return `the name "${name}" is that of ${id} (${kind}: ${description}), which still runs`;
  }

  return {
    isBelow,
    below: id => snapshot().filter(each => isBelow(each.id, id)),
    find: idOrName => meant(idOrName, () => true),
    commanded,
    addressed,
    running: above =>
      above === undefined ? list('Agents now', () => true) : list('Yours that run now', id => isBelow(id, above)),
    faultOfName,
  };
}
