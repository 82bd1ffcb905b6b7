/**
 * The agents of a session together, and what the calls of each may do with others: start, stop, wait, write. An agent
 * commands those below it; it talks with those above and beside it too.
 */
import type {Agent} from './agent.js';
import {createScope, race} from './cancel.js';
import {whyGone} from './choose.js';
import {type AgentControl, createControl} from './control.js';
import {ToolError} from './errors.js';
import {createKinship} from './kinship.js';
import {createMembers, type Member} from './members.js';
import type {Resumed} from './recall.js';
import {createReports} from './reports.js';
import {createSpawner, type SpawnMeans} from './spawn.js';
import type {AgentReport, AgentSnapshot, Agents, Waited} from './tree.js';
import type {AgentId} from './types.js';
import {createVerbs, type Verbs} from './verbs.js';

export interface AgentTree {
  readonly control: AgentControl;
  /** What the calls of this agent may do with others. */
  agentsFor(agent: Agent): Agents;
  /** The root, and those below it that live or can still go on, as they were started. */
  all(): readonly Agent[];
  readonly endAll: Verbs['endAll'];
  readonly endStartedBy: Verbs['endStartedBy'];
  /** Nothing more will be said: lets go of those who still watch. */
  close(): void;
}

/** @param root it is in the registry already. @param kept the agents of an earlier time, at rest. */
export function createAgents(means: SpawnMeans, root: Agent, kept: Resumed | null): AgentTree {
  const {registry, background, commands, clock} = means;
  const kinship = createKinship(registry);
  const reports = createReports(registry);
  const members = createMembers(registry, reports);
  const isOver = (): boolean => root.scope.signal.aborted;
  const spawner = createSpawner(means, {kinship, members, reports, agentsFor, isOver});
  kept?.recall(kept, means, {root, members, reports});
  const verbs = createVerbs({registry, commands, root, kinship, members});
  const agentOf = (id: AgentId): Agent | null => (id === root.id ? root : (members.find(id)?.agent ?? null));
  const {control, close} = createControl({
    registry,
    background,
    kinship,
    verbs,
    agentOf,
    resume: id => spawner.resume(id, root, null),
  });

  function memberBelow(self: Agent, idOrName: string): Member {
    const {id, state} = kinship.commanded(self.id, idOrName);
    const member = members.find(id);
    if (member) return member;
    throw new ToolError(
      `Agent ${id} ended long ago (${state}): there is nothing to stop or to wait for, and what it said is not kept.`,
    );
  }

  async function endFor(self: Agent, {agent, ended}: Member): Promise<AgentReport> {
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
  function unread({id: self}: Agent, {id, kind, state, endedAt, parentId}: AgentSnapshot): string {
    const end = endedAt === null ? 'is about to end' : `has ended (${state})`;
    const told = `Agent ${id} ${end}: nobody reads this.`;
    if (!kinship.isBelow(id, self))
      return `${told} Only agents above it can let it go on: ask ${parentId}, if it must.`;
    if (!members.find(id)) return `${told} ${whyGone(id, kind, means.types)}`;
    return `${told} ${endedAt === null ? 'Once it has, with' : 'With'} resume it goes on, if no limit is in the way.`;
  }

  async function wait(
    self: Agent,
    ids: readonly string[],
    {mode, timeoutMs, signal}: Parameters<Agents['wait']>[1],
  ): Promise<Waited> {
    const awaited = ids.map(id => memberBelow(self, id));
    const ends = awaited.map(({ended}) => ended);
    const patience = createScope();
    const whenEnded = mode === 'all' ? Promise.all(ends) : Promise.race(ends);
    const whenOver = timeoutMs === null ? [] : [clock.sleep(timeoutMs, patience.signal)];
    const inbox = registry.inbox(self.id);
    const isCalled = (): boolean => inbox.has(({kind}) => kind === 'steer');
    const calls = registry.observe({filter: ({agentId, type}) => agentId === self.id && type === 'mail_queued'});
    async function whenCalled(): Promise<void> {
      for (; !isCalled() && !calls.closed; calls.drain()) await calls.wait(patience.signal);
    }
    try {
      await race(Promise.race<unknown>([whenEnded, ...[...whenOver, whenCalled()].map(muted)]), signal);
    } finally {
      patience.abort();
      calls.close();
    }
    const ended = awaited.filter(({agent}) => registry.find(agent.id)?.endedAt !== null);
    return {ended: await Promise.all(ended.map(member => endFor(self, member))), isCalled: isCalled()};
  }

  function agentsFor(self: Agent): Agents {
    return {
      types: means.types,
      spawn: (request, call) => spawner.spawn(self, request, call),
      async stop(idOrName) {
        const member = memberBelow(self, idOrName);
        const wasLive = registry.find(member.agent.id)?.endedAt === null;
        await verbs.abort(member.agent.id);
        return {...(await endFor(self, member)), wasLive};
      },
      send: (to, text, {resume}) => send(self, to, text, resume),
      wait: (ids, options) => wait(self, ids, options),
      below: () => kinship.below(self.id),
    };
  }

  const all = (): readonly Agent[] => registry.snapshot().flatMap(({id}) => agentOf(id) ?? []);
  return {control, agentsFor, all, endAll: verbs.endAll, endStartedBy: verbs.endStartedBy, close};
}

/** A wait that was given up has nothing to say. */
const muted = (wait: Promise<void>): Promise<void> => wait.catch(() => {});
