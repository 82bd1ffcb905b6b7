/**
 * What may be done with the agents of a session: the three verbs, waiting and mail, for whoever holds the session and for
 * the calls of each agent. An agent commands those below it; it talks with those above and beside it too.
 */
import type {Agent} from './agent.js';
import {createScope, race} from './cancel.js';
import {ToolError} from './errors.js';
import type {Mailbox} from './mailbox.js';
import {stopFirst} from './patience.js';
import {createSpawner, type Member, type SpawnMeans} from './spawn.js';
import type {AgentControl, AgentReport, AgentSnapshot, Agents} from './tree.js';
import type {AgentId, StampedEvent} from './types.js';

export interface AgentTree extends AgentControl {
  /** What the calls of this agent may do with others. */
  agentsFor(agent: Agent): Agents;
  /** Nothing more will be said: lets go of those who still watch. */
  close(): void;
}

const wrapUp =
  'You are asked to wrap up. This is your last message, and it can call no tools: report what you did, what you found, and what is left to do.';

/** @param root it is in the registry already. */
export function createAgents(means: SpawnMeans, root: Agent): AgentTree {
  const {registry, commands, clock} = means;
  const spawner = createSpawner(means, agent => ({agents: agentsFor(agent)}));

  /** Of those who watch one agent. */
  const followed = new Set<Mailbox<StampedEvent>>();
  const parentOf = (id: AgentId): AgentId | null => registry.find(id)?.parentId ?? null;
  function isBelow(id: AgentId, above: AgentId): boolean {
    const parent = parentOf(id);
    return parent !== null && (parent === above || isBelow(parent, above));
  }
  const below = (id: AgentId): readonly AgentSnapshot[] => registry.snapshot().filter(each => isBelow(each.id, id));
  const live = (id: AgentId): readonly Member[] =>
    below(id).flatMap(each => (each.endedAt === null ? (spawner.find(each.id) ?? []) : []));

  const agentOf = (id: AgentId): Agent | null => (id === root.id ? root : (spawner.find(id)?.agent ?? null));

  function interrupt(id: AgentId): void {
    agentOf(id)?.turn?.abort();
  }

  function windDown(id: AgentId): void {
    const turns = [agentOf(id), ...live(id).map(({agent}) => agent)].filter(agent => agent?.turn);
    for (const agent of turns) {
      if (!agent) continue;
      agent.isClosing = true;
      registry.post({from: 'user', to: agent.id, kind: 'wind_down', text: wrapUp, wake: true});
    }
  }

  async function abort(id: AgentId): Promise<void> {
    const members = [...live(id), spawner.find(id) ?? []].flat();
    // Of the root the turn only: it goes on with the next prompt.
    if (id === root.id) root.turn?.abort();
    for (const {agent} of members) agent.scope.abort();
    await Promise.all([...members.map(({gone}) => gone), ...(id === root.id ? [commands.end(id)] : [])]);
  }

  /** Whom the model means. A name that was used more than once means the last. */
  function named(idOrName: string): AgentSnapshot {
    const all = registry.snapshot();
    const found = all.find(({id}) => id === idOrName) ?? all.findLast(({name}) => name === idOrName);
    if (found) return found;
    throw new ToolError(`There is no agent "${idOrName}". Use the id that its start gave you.`);
  }

  function belowOf(self: Agent, idOrName: string): Member {
    const {id} = named(idOrName);
    const member = spawner.find(id);
    if (!isBelow(id, self.id))
      throw new ToolError(`Agent ${id} is not one of yours: only its own parents may do that.`);
    if (!member) throw new ToolError(`Agent ${id} ended long ago.`);
    return member;
  }

  async function toReport(self: Agent, {agent, ended}: Member): Promise<AgentReport> {
    const snapshot = registry.find(agent.id);
    return {...(await ended), isMailed: snapshot?.background === true && snapshot.parentId === self.id};
  }

  function send(self: Agent, to: string, text: string, resume: boolean): ReturnType<Agents['send']> {
    const target = named(to);
    const {id} = target;
    const isNear = isBelow(id, self.id) || isBelow(self.id, id) || parentOf(id) === parentOf(self.id);
    if (!isNear || id === self.id) throw new ToolError(`Agent ${id} is none that you may write to.`);
    const from = registry.find(self.id);
    const who = from && from.parentId !== null ? `${self.id} (${from.kind}: ${from.description})` : 'the main agent';
    const message = `Message from ${who}:\n${text}`;
    if (target.endedAt !== null && resume && isBelow(id, self.id)) {
      const parent = agentOf(target.parentId ?? root.id);
      const isThere = parent && !parent.isClosing && registry.find(parent.id)?.endedAt === null;
      spawner.resume(id, isThere ? parent : self, message);
      return 'resumed';
    }
    const receipt = registry.post({from: self.id, to: id, kind: 'message', text: message, wake: true});
    if (receipt.accepted) return 'queued';
    if (receipt.reason === 'full')
      throw new ToolError(`Agent ${id} has too much unread mail. Wait until it has read it.`);
    throw new ToolError(`Agent ${id} has ended (${target.state}): nobody reads this. With resume it goes on.`);
  }

  async function wait(
    self: Agent,
    ids: readonly string[],
    {mode, timeoutMs, signal}: Parameters<Agents['wait']>[1],
  ): Promise<readonly AgentReport[]> {
    const members = ids.map(id => belowOf(self, id));
    const ends = members.map(({ended}) => ended);
    const patience = createScope();
    const isOver = timeoutMs === null ? [] : [clock.sleep(timeoutMs, patience.signal).catch(() => {})];
    try {
      await race(Promise.race<unknown>([mode === 'all' ? Promise.all(ends) : Promise.race(ends), ...isOver]), signal);
    } finally {
      patience.abort();
    }
    const ended = members.filter(({agent}) => registry.find(agent.id)?.endedAt !== null);
    return Promise.all(ended.map(member => toReport(self, member)));
  }

  function agentsFor(self: Agent): Agents {
    return {
      types: means.types,
      spawn: (request, call) => spawner.spawn(self, request, call),
      async stop(idOrName) {
        const member = belowOf(self, idOrName);
        await abort(member.agent.id);
        return toReport(self, member);
      },
      send: (to, text, {resume}) => send(self, to, text, resume),
      wait: (ids, options) => wait(self, ids, options),
      below: () => below(self.id),
    };
  }

  return {
    snapshot: registry.snapshot,
    events(id) {
      const box = registry.observe({filter: ({agentId}) => agentId === id});
      for (const old of followed) if (old.closed) followed.delete(old);
      followed.add(box);
      return stopFirst(
        follow(box, () => registry.find(id)?.endedAt !== null),
        () => box.close(),
      );
    },
    interrupt,
    windDown,
    abort,
    send: (id, text) => registry.post({from: 'user', to: id, kind: 'steer', text, wake: true}),
    agentsFor,
    close() {
      for (const box of followed) box.close();
    },
  };
}

/** @param isOver whether nothing more will come. */
async function* follow(box: Mailbox<StampedEvent>, isOver: () => boolean): AsyncGenerator<StampedEvent, void> {
  const {signal} = createScope();
  try {
    while (true) {
      for (const event of box.drain()) {
        yield event;
        if (event.type === 'agent_finished') return;
      }
      if (!box.isEmpty()) continue;
      if (box.closed || isOver()) return;
      await box.wait(signal);
    }
  } finally {
    box.close();
  }
}
