/**
 * Turns a spawn request into a recursive run of the loop, in the foreground or in the background, and brings it to its end.
 * An agent's scope hangs on its spawner's scope; in the foreground the call that waits for it interrupts it. So an interrupt
 * ends foreground children, and background children live on and move up; those that are stopped with an agent end before it.
 */
import {type Agent, type AgentMeans, createAgent} from './agent.js';
import {interruption, whenAborted} from './cancel.js';
import {type Choices, choose, whyGone} from './choose.js';
import {stateOf} from './endings.js';
import {Interrupted, ToolError} from './errors.js';
import {hear} from './hear.js';
import {inherit, selectTools} from './heritage.js';
import {enterTree, leaveTree, openTree} from './isolation.js';
import type {Kinship} from './kinship.js';
import {type Limit, LimitError} from './limits.js';
import type {Member, Members} from './members.js';
import {toReport, unfinished} from './outcome.js';
import type {Model} from './ports.js';
import type {Reports} from './reports.js';
import {runAgent} from './run-agent.js';
import {siblingsOf} from './siblings.js';
import {requestOf, toUser} from './transcript.js';
import type {AgentEnd, AgentSnapshot, Agents, AgentType, SpawnReceipt, SpawnRequest} from './tree.js';
import type {TreeRecord} from './tree-records.js';
import type {AgentId, Mail, RunOutcome} from './types.js';

/** With what may be spawned. */
export interface SpawnMeans extends AgentMeans, Choices {
  /** The system prompt of an agent of that type. */
  systemFor(type: AgentType, model: Model): string | Promise<string>;
}

export interface Spawner {
  spawn(parent: Agent, request: SpawnRequest, call: SpawnCall): Promise<SpawnReceipt>;
  /**
   * Lets an ended agent go on with its history, in the background, below `parent`. Throws `ToolError` for a limit. Without a
   * prompt it goes on with the mail that it gets.
   */
  resume(id: AgentId, parent: Agent, prompt: string | null): void;
}

type Begun = Extract<TreeRecord, {type: 'agent_spawned' | 'agent_resumed'}>;

export interface SpawnCall {
  readonly callId: string;
  readonly signal: AbortSignal;
}

const tooLate = 'No agent was started: you are asked to wrap up. Report what you have.';

export interface SpawnerOptions {
  readonly kinship: Kinship;
  readonly members: Members;
  readonly reports: Reports;
  /** What an agent's calls may do with others. */
  agentsFor(agent: Agent): Agents;
  /** The session ends: whoever runs has not come to an end of its own, and pauses until the session is gone on with. */
  isOver(): boolean;
}

/** @param means what every agent gets. */
export function createSpawner(means: SpawnMeans, options: SpawnerOptions): Spawner {
  const {registry, clock, commands, hooks, newId} = means;
  const {kinship, members, reports, agentsFor, isOver} = options;

  async function spawn(parent: Agent, request: SpawnRequest, {callId, signal}: SpawnCall): Promise<SpawnReceipt> {
    const {name = null, description} = request;
    const {type, model} = await choose(means, request, parent.model);
    const tools = selectTools(await parent.tools, type);
    const background = request.background ?? type.background;
    const place = {parentId: parent.id, callId, kind: type.name, name, description, background};
    const tree = await openTree(means, request, type, parent.place);
    // Nothing is waited for from here on: who was stopped meanwhile starts no others, and no two take one name.
    const fault = name === null ? null : kinship.faultOfName(name);
    const receipt = signal.aborted || parent.isClosing || fault !== null ? null : registry.reserve(place);
    if (!receipt?.accepted) await tree?.close(false);
    if (signal.aborted) throw interruption(signal);
    if (fault !== null) throw new ToolError(`No agent was started: ${fault}. Choose another name, or none.`);
    if (!receipt) return {accepted: false, message: tooLate};
    if (!receipt.accepted) return {accepted: false, message: withRunning(receipt, parent)};
    const {id} = receipt;
    const {budget: limits = {}} = request;
    const isCapped = limits.usd !== undefined || limits.tokens !== undefined;
    const agent = createAgent({
      id,
      scope: parent.scope.child(),
      budget: parent.budget.child(limits, isCapped ? undefined : siblingsOf(parent.conversation.history, callId)),
      tools,
      system: means.systemFor(type, model),
      definitions: null,
      history: [],
      kept: [],
      answeredAt: null,
      log: means.store.below(id),
      model,
      ...inherit(id, type, parent, model),
    });
    agent.tree = tree;
    const begun = {type: 'agent_spawned', at: clock.now(), ...place, limits, model: model.info.id} as const;
    const {ended} = start(agent, request.prompt, begun);
    // Within the abort: nothing below it sends or starts anything more.
    if (!background) void ended.then(whenAborted(signal, () => agent.turn?.abort(interruption(signal))));
    return {accepted: true, id, background, ended};
  }

  /** With those that stand in the way of a limit on how many run. */
  function withRunning({limit, message}: {readonly limit: Limit; readonly message: string}, {id}: Agent): string {
    const isFull = (limit === 'children' || limit === 'live') && registry.liveChildren(id) > 0;
    return isFull ? `${message} ${kinship.running(id)}` : message;
  }

  function resume(id: AgentId, parent: Agent, prompt: string | null): void {
    const member = members.find(id);
    const {name, kind} = snapshotOf(id);
    if (!member) throw new ToolError(whyGone(id, kind, means.types));
    if (parent.isClosing) throw new LimitError(tooLate);
    const fault = name === null ? null : kinship.faultOfName(name, id);
    if (fault !== null) throw new ToolError(`Agent ${id} cannot go on: ${fault}. It can once that one has ended.`);
    const receipt = registry.revive(id, parent.id);
    if (!receipt.accepted) throw new LimitError(withRunning(receipt, parent));
    const {agent} = member;
    const begun = {type: 'agent_resumed', at: clock.now(), parentId: parent.id, run: agent.runs + 1} as const;
    start({...agent, scope: parent.scope.child()}, prompt, begun);
  }

  function start(agent: Agent, prompt: string | null, begun: Begun): Member {
    const ended = toEnd(agent, prompt, begun);
    const member = {agent, ended, gone: ended.then(() => commands.end(agent.id))};
    members.add(member);
    return member;
  }

  /** Never rejects: also a bug ends this agent only. */
  async function toEnd(agent: Agent, task: string | null, begun: Begun): Promise<AgentEnd> {
    const {id} = agent;
    const startedAt = clock.now();
    const turn = agent.scope.child();
    agent.turn = turn;
    agent.isClosing = false;
    agent.runs += 1;
    const [prompt, resumed] = [task ?? '', begun.type === 'agent_resumed'];
    let outcome = unfinished('aborted');
    const {callId, kind, name, description, background, toolCalls: before} = snapshotOf(id);
    try {
      registry.publish(id, {type: 'agent_started', callId, kind, name, description, prompt, background, resumed});
      if (agent.tree) add(agent, await enterTree(agent, agent.tree, resumed), 'runtime');
      for (const mail of agent.unread) add(agent, mail.text, mail);
      if (task !== null) add(agent, task, 'prompt');
      // Last: who has begun has its task.
      agent.log.write({...begun, ...(agent.place.worktree !== undefined && {worktree: agent.place.worktree})});
      const said = await hear({...agent, agentId: id, hooks}, {event: 'SubagentStart', prompt}, turn.signal, kind);
      if (said?.context) add(agent, said.context, 'runtime');
      const settled = (own: RunOutcome): void => {
        outcome = own;
      };
      for await (const event of runAgent(agent, turn, {agents: agentsFor(agent), prompt: null, means, settled}))
        registry.publish(id, event);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof Interrupted)) outcome = {...outcome, reason: 'error', error: {kind: 'bug', message}};
    }
    // Whoever is stopped together with agents below it ends after them.
    await members.childrenStopped(id);
    turn.close();
    agent.turn = null;
    const left = agent.tree && (await leaveTree(agent, agent.tree, means));
    return finish(agent, outcome, {durationMs: clock.now() - startedAt, before, left});
  }

  /** Puts into its history what it reads before its first request. */
  function add({id, conversation}: Agent, text: string, from: 'prompt' | 'runtime' | Mail): void {
    const entry = toUser(newId(), text, from === 'prompt' ? from : from === 'runtime' ? null : requestOf(from));
    const [origin, mail] = typeof from === 'string' ? [from] : (['mail', from] as const);
    conversation.add(entry, origin, mail);
    registry.publish(id, {type: 'entry_appended', entry, origin, ...(mail && {mail})});
  }

  /** @param before calls of earlier runs. @param left what it leaves in a tree of its own. */
  function finish(
    agent: Agent,
    outcome: RunOutcome,
    {before, durationMs, left}: {readonly before: number; readonly durationMs: number; readonly left: string | null},
  ): AgentEnd {
    const state = stateOf(outcome);
    const {id, scope, budget} = agent;
    // Also of one that no run began for.
    budget.close();
    const text = outcome.text || (outcome.error?.message ?? '');
    registry.finish(id, state, text);
    // Agents below it that still live move up, as they do in the registry.
    scope.close();
    registry.publish(id, {type: 'agent_finished', state, text});
    const ended = snapshotOf(id);
    const {background, parentId, toolCalls} = ended;
    const mails = registry.inbox(id).drain();
    const report = left === null ? toReport(outcome) : `${toReport(outcome)}\n\n${left}`;
    const end = {state, outcome, toolCalls: toolCalls - before, durationMs};
    if (!isOver() && parentId !== null) {
      agent.log.write({type: 'agent_ended', at: clock.now(), run: agent.runs, parentId, ...end});
      agent.log.sync();
    }
    agent.unread = mails.filter(mail => mail.kind === 'message' || mail.kind === 'steer');
    // Reports that it did not come to read are for who is left above it.
    if (parentId !== null)
      reports.pass(
        mails.filter(mail => mail.kind === 'agent_finished'),
        parentId,
      );
    if (background) reports.send(ended, agent.runs, report);
    return {id, ...end, report};
  }

  function snapshotOf(id: AgentId): AgentSnapshot {
    const snapshot = registry.find(id);
    if (!snapshot) throw new Error(`There is no agent ${id}.`);
    return snapshot;
  }

  return {spawn, resume};
}
