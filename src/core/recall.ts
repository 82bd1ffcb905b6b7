/**
 * Brings back the agents of an earlier time: each in its place in the tree, with what it spent and what is left of its budget, as
 * it ended or paused where the program ended first. None runs; those that a message resumes go on with their own history.
 */
import {type Agent, createAgent} from './agent.js';
import {begin} from './begin.js';
import type {Bill} from './bill.js';
import type {Budget} from './budget.js';
import {inherit, selectTools} from './heritage.js';
import {isGone, isPaused, type KeptAgent, type KeptTree, plus} from './kept-tree.js';
import type {Members} from './members.js';
import {toReport, unfinished} from './outcome.js';
import type {Model} from './ports.js';
import type {Reports} from './reports.js';
import {toRecalled} from './snapshot.js';
import type {SpawnMeans} from './spawn.js';
import type {AgentEnd, AgentType} from './tree.js';
import type {AgentId} from './types.js';

export interface Recalling {
  readonly root: Agent;
  readonly members: Members;
  readonly reports: Reports;
}

/** What a session goes on with. What brings it back comes along: others do without that code. */
export interface Resumed extends KeptTree {
  readonly recall: (tree: KeptTree, means: SpawnMeans, recalling: Recalling) => void;
}

/** @param tree at rest: none of its agents runs. */
export const toResumed = (tree: KeptTree): Resumed => ({...tree, recall});

function recall(tree: KeptTree, means: SpawnMeans, {root, members, reports}: Recalling): void {
  const {registry, newId} = means;
  const spent = spentBelow(tree);
  const recalled = new Map<AgentId, Agent>([[root.id, root]]);
  /** Paused agents last: of many those are let go of first that stand first. */
  const later: (() => void)[] = [];

  for (const kept of tree.agents) {
    const place = placeOf(kept);
    registry.recall(toRecalled(kept, place), kept.mail.count);
    const type = means.types.find(({name}) => name === kept.spawned?.kind);
    // Elsewhere than in its own tree it would change what it was kept away from.
    if (isGone(tree, kept) || !type || kept.worktree !== null) continue;
    const agent = toAgent(kept, type);
    recalled.set(kept.id, agent);
    const add = (): void => members.add({agent, ended: Promise.resolve(toEnd(kept)), gone: Promise.resolve()});
    if (isPaused(tree, kept)) later.push(add);
    else add();
  }
  for (const add of later) add();
  const mailed = mailedBy(tree);
  for (const {id, runs} of tree.agents) {
    const [snapshot, readers] = [registry.find(id), mailed.get(id)];
    if (snapshot && readers) reports.recall(snapshot, runs, readers);
  }

  function placeOf({spawned, parentId}: KeptAgent): Parameters<typeof toRecalled>[1] {
    const starter = registry.find(spawned?.parentId ?? '');
    const above = registry.find(parentId ?? '') ?? starter;
    return {parentId: above?.id ?? root.id, depth: (starter?.depth ?? 0) + 1};
  }

  function toAgent(kept: KeptAgent, type: AgentType): Agent {
    const {id, spawned, turn, mail} = kept;
    const parent = recalled.get(spawned?.parentId ?? '') ?? root;
    const model = modelOf(turn?.model ?? spawned?.model, parent);
    const inherited = inherit(id, type, parent, model);
    const agent = createAgent({
      id,
      scope: parent.scope.child(),
      budget: budgetOf(kept, parent),
      tools: muted(Promise.resolve(parent.tools).then(tools => selectTools(tools, type))),
      ...begin(kept, kept.beginning ? '' : muted(Promise.resolve(means.systemFor(type, model))), newId),
      log: means.store.below(id),
      model,
      ...inherited,
      place: {...inherited.place, ...(turn && {cwd: turn.cwd})},
      ...(turn && {effort: model.info.effortLevels.find(level => level === turn.effort) ?? null}),
    });
    agent.scope.close();
    agent.runs = kept.runs;
    agent.unread = mail.unread.filter(({kind}) => isPaused(tree, kept) || kind !== 'agent_finished');
    return agent;
  }

  function modelOf(id: string | undefined, {model}: Agent): Model {
    if (id === undefined || id === model.info.id) return model;
    return id === root.model.info.id ? root.model : (tree.models.get(id) ?? model);
  }

  function budgetOf({id, spawned, ms}: KeptAgent, parent: Agent): Budget {
    const earlier = {...(spent.get(id) ?? root.budget.spent()), ms};
    const budget = parent.budget.child(spawned?.limits ?? {}, undefined, earlier);
    budget.close();
    return budget;
  }
}

/** Whoever never needs it has not waited for it. */
function muted<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** By each agent and all that were started below it. */
function spentBelow({agents}: KeptTree): ReadonlyMap<AgentId, Bill> {
  const sums = new Map(agents.map(({id, spent}) => [id, spent]));
  for (const {id, spawned} of agents.toReversed()) {
    const [own, above] = [sums.get(id), sums.get(spawned?.parentId ?? '')];
    if (own && above && spawned) sums.set(spawned.parentId, plus(above, own));
  }
  return sums;
}

/** To whom the report of each agent's last run was mailed. */
function mailedBy({root, agents}: KeptTree): ReadonlyMap<AgentId, ReadonlySet<AgentId>> {
  const last = new Map(agents.map(({id, runs}) => [id, runs]));
  const readers = new Map<AgentId, Set<AgentId>>();
  for (const {id, reports} of [root, ...agents])
    for (const {from, run} of reports)
      if (last.get(from) === run) readers.set(from, (readers.get(from) ?? new Set()).add(id));
  return readers;
}

function toEnd({id, ended, run}: KeptAgent): AgentEnd {
  const outcome = ended?.outcome ?? unfinished('aborted');
  const state = ended === null || ended.state === 'paused' ? 'stopped' : ended.state;
  const {toolCalls, durationMs} = ended ?? {toolCalls: run.toolCalls, durationMs: 0};
  return {id, state, outcome, report: toReport(outcome), toolCalls, durationMs};
}
