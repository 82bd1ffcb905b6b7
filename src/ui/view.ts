/**
 * The screen's only source: `fold` turns the session's events into a view, agent by agent. Pure; times come in with
 * the event. What is final leaves through `takeSettled`, in order and once; a reply that is taken back leaves nothing.
 */
import type {AgentId, CallInfo, StampedEvent, ToolDisplay} from '../core/types.js';
import {foldItems} from './fold-items.js';
import {type Item, isFinal} from './items.js';
import {addSpending, newTokens, nothingSpent, type Spending} from './spending.js';

export interface View {
  readonly rootId: AgentId | null;
  readonly agents: ReadonlyMap<AgentId, AgentView>;
  /** Oldest first. */
  readonly questions: readonly Question[];
  /** Final items of the root, to be printed and forgotten. */
  readonly settled: readonly Item[];
}

export interface AgentView {
  readonly id: AgentId;
  readonly parentId: AgentId | null;
  readonly depth: number;
  /** From the first item that may still change; what stands before it has been settled. */
  readonly items: readonly Item[];
  readonly run: Run | null;
  /** Of the runs that ended. */
  readonly spent: Spending;
  /** What the last reply's request and answer held, in tokens. */
  readonly contextTokens: number | null;
  /** Processes that its ended commands left running. */
  readonly liveCommands: number;
}

/** A turn under way. */
export interface Run {
  readonly startedAt: number;
  /** The reply that streams. */
  readonly replyId: string | null;
  /** Characters of the reply that streams: text, thinking and input. */
  readonly replyLength: number;
  readonly phase: 'waiting' | 'thinking' | 'writing' | 'working';
  readonly retry: Retry | null;
  /** The kind of failure the person was last told of; null once a reply was whole. */
  readonly trouble: string | null;
  readonly outputTokens: number;
  readonly spent: Spending;
}

export interface Retry {
  readonly attempt: number;
  readonly maxAttempts: number | null;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** What went wrong, as a `ProviderErrorKind`. */
  readonly kind: string;
}

export interface Question extends CallInfo {
  readonly agentId: AgentId;
  readonly preview: ToolDisplay | null;
}

export function createView(): View {
  return {rootId: null, agents: new Map(), questions: [], settled: []};
}

export function rootOf(view: View): AgentView | null {
  return view.rootId === null ? null : (view.agents.get(view.rootId) ?? null);
}

/** What all agents spent so far. */
export function totalSpent(view: View): Spending {
  let total = nothingSpent;
  for (const {spent, run} of view.agents.values())
    total = addSpending(addSpending(total, spent), run?.spent ?? nothingSpent);
  return total;
}

/** Processes that ended commands of all agents left running. */
export function liveCommands(view: View): number {
  return [...view.agents.values()].reduce((sum, agent) => sum + agent.liveCommands, 0);
}

/** The view after the event, which happened at `now` (milliseconds since the epoch). */
export function fold(view: View, event: StampedEvent, now: number): View {
  const before = view.agents.get(event.agentId) ?? createAgent(event);
  const changed = foldRun(
    {
      ...before,
      items: withTrouble(foldItems(before.items, event, before.run?.startedAt ?? now, now), before.run, event),
    },
    event,
    now,
  );
  const isRoot = event.parentId === null;
  const finals = changed.items.findIndex(item => !isFinal(item));
  const count = finals < 0 ? changed.items.length : finals;
  const after = count === 0 ? changed : {...changed, items: changed.items.slice(count)};
  return {
    rootId: isRoot ? event.agentId : view.rootId,
    agents: new Map(view.agents).set(event.agentId, after),
    questions: foldQuestions(view.questions, event),
    settled: isRoot && count > 0 ? [...view.settled, ...changed.items.slice(0, count)] : view.settled,
  };
}

/** Takes out what is final. */
export function takeSettled(view: View): {readonly view: View; readonly items: readonly Item[]} {
  return view.settled.length === 0 ? {view, items: view.settled} : {view: {...view, settled: []}, items: view.settled};
}

function createAgent({agentId, parentId, depth}: StampedEvent): AgentView {
  return {
    id: agentId,
    parentId,
    depth,
    items: [],
    run: null,
    spent: nothingSpent,
    contextTokens: null,
    liveCommands: 0,
  };
}

function foldRun(agent: AgentView, event: StampedEvent, now: number): AgentView {
  const run = agent.run;
  const during = (change: Partial<Run>): AgentView => (run ? {...agent, run: {...run, ...change}} : agent);
  switch (event.type) {
    case 'run_started':
      return {...agent, run: createRun(now)};
    case 'request_started':
      return during({phase: 'waiting', retry: null});
    case 'retry_scheduled': {
      const {attempt, maxAttempts, delayMs, kind} = event;
      return during({phase: 'waiting', trouble: kind, retry: {attempt, maxAttempts, until: now + delayMs, kind}});
    }
    case 'reply_started':
      return during({replyId: event.entryId, replyLength: 0, phase: 'thinking', retry: null});
    case 'text_delta':
      return during({phase: 'writing', replyLength: (run?.replyLength ?? 0) + event.text.length});
    case 'thinking_delta':
      return during({phase: 'thinking', replyLength: (run?.replyLength ?? 0) + event.text.length});
    case 'input_delta':
      return during({phase: 'writing', replyLength: (run?.replyLength ?? 0) + event.json.length});
    case 'reply_finished': {
      const {usage, costUsd} = event;
      const spent = addSpending(run?.spent ?? nothingSpent, {tokens: newTokens(usage), costUsd});
      const outputTokens = (run?.outputTokens ?? 0) + usage.output;
      const ended = during({replyId: null, replyLength: 0, phase: 'working', trouble: null, outputTokens, spent});
      return {...ended, contextTokens: newTokens(usage) + usage.cacheRead};
    }
    case 'reply_retracted':
      return during({replyId: null, replyLength: 0, phase: 'waiting'});
    case 'prefix_changed':
      return event.reason === 'clear' ? {...agent, contextTokens: null} : agent;
    case 'commands_changed':
      return {...agent, liveCommands: event.live};
    case 'run_finished': {
      const spent = {tokens: newTokens(event.usage), costUsd: event.costUsd};
      return {...agent, run: null, spent: addSpending(agent.spent, spent)};
    }
    default:
      return agent;
  }
}

/** The server's whole message, once for each new kind of failure: the countdown has room for the kind only. */
function withTrouble(items: readonly Item[], run: Run | null, event: StampedEvent): readonly Item[] {
  if (event.type !== 'retry_scheduled' || !run || run.trouble === event.kind) return items;
  return [...items, {type: 'notice', id: `trouble:${event.seq}`, level: 'warning', text: event.message}];
}

function createRun(now: number): Run {
  return {
    startedAt: now,
    replyId: null,
    replyLength: 0,
    phase: 'waiting',
    retry: null,
    trouble: null,
    outputTokens: 0,
    spent: nothingSpent,
  };
}

function foldQuestions(questions: readonly Question[], event: StampedEvent): readonly Question[] {
  switch (event.type) {
    case 'question_asked': {
      const {agentId, callId, tool, title, input, preview = null} = event;
      return [...questions, {agentId, callId, tool, title, input, preview}];
    }
    case 'question_answered':
      return questions.filter(({callId, agentId}) => callId !== event.callId || agentId !== event.agentId);
    case 'run_finished':
      return questions.some(({agentId}) => agentId === event.agentId)
        ? questions.filter(({agentId}) => agentId !== event.agentId)
        : questions;
    default:
      return questions;
  }
}
