/**
 * What may be done with the agents of a session: the three verbs, waiting and mail, for whoever holds the session and for
 * the calls of each agent. An agent commands those below it; it talks with those above and beside it too.
 */
import type {Agent} from './agent.js';
import {createScope, race} from './cancel.js';
import {ToolError} from './errors.js';
import {createKinship} from './kinship.js';
import type {Mailbox} from './mailbox.js';
import {stopFirst} from './patience.js';
import {createReports} from './reports.js';
import {createSpawner, type Member, type SpawnMeans} from './spawn.js';
import type {AgentControl, AgentReport, AgentSnapshot, Agents} from './tree.js';
import type {AgentId, StampedEvent} from './types.js';

export interface AgentTree {
  readonly control: AgentControl;
  /** What the calls of this agent may do with others. */
  agentsFor(agent: Agent): Agents;
  /**
   * Ends every agent below the root: from now on the root hears nothing of those there were, and none goes on. Resolves
   * when the last process is gone, with how many lived.
   */
  endAll(): Promise<number>;
  /** Nothing more will be said: lets go of those who still watch. */
  close(): void;
}

const wrapUp =
  'You are asked to wrap up. This is your last message, and it can call no tools: report what you did, what you found, and what is left to do.';

/** @param root it is in the registry already. */
export function createAgents(means: SpawnMeans, root: Agent): AgentTree {
  const {registry, commands, clock} = means;
  const kinship = createKinship(registry);
  const reports = createReports(registry);
  const spawner = createSpawner(means, {kinship, reports, agentsFor});
  /** Of those who watch one agent. */
  const followed = new Set<Mailbox<StampedEvent>>();
  const live = (id: AgentId): readonly Member[] =>
    kinship.below(id).flatMap(each => (each.endedAt === null ? (spawner.find(each.id) ?? []) : []));

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

  async function endAll(): Promise<number> {
    for (const {id} of kinship.below(root.id)) registry.silence(id);
    const inbox = registry.inbox(root.id);
    for (const mail of inbox.drain()) if (mail.from === 'user') inbox.push(mail);
    const members = live(root.id);
    for (const {agent} of members) agent.scope.abort();
    const old = kinship.below(root.id);
    await Promise.all(members.map(({gone}) => gone));
    for (const {id} of old) spawner.forget(id);
    return members.length;
  }

  function memberBelow(self: Agent, idOrName: string): Member {
    const {id, state} = kinship.commanded(self.id, idOrName);
    const member = spawner.find(id);
    if (member) return member;
    throw new ToolError(
      `Agent ${id} ended long ago (${state}): there is nothing to stop or to wait for, and what it said is not kept.`,
    );
  }

  async function toReport(self: Agent, {agent, ended}: Member): Promise<AgentReport> {
    const end = await ended;
    const isMailed = reports.isMailed(agent.id, self.id);
    if (!isMailed) reports.fetched(agent.id, self.id);
    return {...end, isMailed};
  }

  function send(self: Agent, to: string, text: string, resume: boolean): ReturnType<Agents['send']> {
    const target = kinship.addressed(self.id, to);
    const {id} = target;
    const from = registry.find(self.id);
    const who = from && from.parentId !== null ? `${self.id} (${from.kind}: ${from.description})` : 'the main agent';
    const message = `Message from ${who}:\n${text}`;
    if (target.endedAt !== null && resume && kinship.isBelow(id, self.id)) {
      const parent = agentOf(target.parentId ?? root.id);
      const isThere = parent && !parent.isClosing && registry.find(parent.id)?.endedAt === null;
      spawner.resume(id, isThere ? parent : self, message);
      return 'resumed';
    }
    const receipt = registry.post({from: self.id, to: id, kind: 'message', text: message, wake: true});
    if (receipt.accepted) return 'queued';
    if (receipt.reason === 'full')
      throw new ToolError(`Agent ${id} has too much unread mail, and takes no more for now. Go on without it.`);
    throw new ToolError(unread(self, target));
  }

  /** Why nobody reads a message to this agent, and who may change that. */
  function unread({id: self}: Agent, {id, state, endedAt, parentId}: AgentSnapshot): string {
    const end = endedAt === null ? 'is about to end' : `has ended (${state})`;
    const told = `Agent ${id} ${end}: nobody reads this.`;
    if (!kinship.isBelow(id, self))
      return `${told} Only agents above it can let it go on: ask ${parentId}, if it must.`;
    if (!spawner.find(id)) return `${told} It ended too long ago to go on.`;
    return `${told} ${endedAt === null ? 'Once it has, with' : 'With'} resume it goes on, if no limit is in the way.`;
  }

  async function wait(
    self: Agent,
    ids: readonly string[],
    {mode, timeoutMs, signal}: Parameters<Agents['wait']>[1],
  ): Promise<readonly AgentReport[]> {
    const members = ids.map(id => memberBelow(self, id));
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
        const member = memberBelow(self, idOrName);
        const wasLive = registry.find(member.agent.id)?.endedAt === null;
        await abort(member.agent.id);
        return {...(await toReport(self, member)), wasLive};
      },
      send: (to, text, {resume}) => send(self, to, text, resume),
      wait: (ids, options) => wait(self, ids, options),
      below: () => kinship.below(self.id),
    };
  }

  const control: AgentControl = {
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
  };
  return {
    control,
    agentsFor,
    endAll,
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
