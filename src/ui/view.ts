/**
 * What was said and done, agent by agent, as data. What is final leaves through `takeSettled`, in order and once. Which
 * agents there are, and each one's state and figures, the registry says: `known` are its snapshots.
 */
import type {Offer, PermissionMode} from '../core/question.js';
import type {AgentSnapshot} from '../core/tree.js';
import type {AgentId, CallInfo, EndReason, ToolDisplay} from '../core/types.js';
import {type Run, streamed} from './fold-run.js';
import {type AgentItem, type Item, isFinal, type MailItem} from './items.js';
import {addSpending, type Figures, nothingSpent, type Spending, toSpending} from './spending.js';
import type {Todo} from './todos.js';

/** Items among which a message is looked for. */
const lately = 50;

export interface View {
  readonly rootId: AgentId | null;
  /** Those that have not ended, the root among them. */
  readonly agents: ReadonlyMap<AgentId, AgentView>;
  readonly ended: ReadonlyMap<AgentId, AgentView>;
  /** Every agent there was, parents before children, as of the last events. */
  readonly known: ReadonlyMap<AgentId, AgentSnapshot>;
  /** Agents that the person stopped, until they go on. */
  readonly stopped: ReadonlySet<AgentId>;
  /** What each agent had spent when the last turn ended. */
  readonly counted: ReadonlyMap<AgentId, Spending>;
  /** Oldest first. */
  readonly questions: readonly Question[];
  /** Final items of the root, to be printed. */
  readonly settled: readonly Item[];
}

export interface AgentView {
  readonly id: AgentId;
  readonly parentId: AgentId | null;
  readonly depth: number;
  /** From the first item that may still change. */
  readonly items: readonly Item[];
  /** What stands before them. */
  readonly past: Past | null;
  readonly run: Run | null;
  /** It was asked to report and end. */
  readonly isWindingDown: boolean;
  /** How its last run ended. */
  readonly ending: Ending | null;
  /** Of the runs that ended. */
  readonly spent: Spending;
  /** What the last reply's request and answer held, in tokens. */
  readonly contextTokens: number | null;
  /** Processes that its ended commands left running. */
  readonly liveCommands: number;
  /** Commands of its that go on in the background, by id. */
  readonly background: readonly string[];
  /** The steps of its task. */
  readonly todos: readonly Todo[];
  /** The agents below it that ended, in that order. */
  readonly below: readonly AgentItem[];
}

/** How a run ended: its reason, and what was said of it; empty where there is no more to say. */
export interface Ending {
  readonly reason: EndReason;
  readonly message: string;
}

/** Final items, the newest first: appending costs the same however many there are. */
export interface Past {
  readonly item: Item;
  readonly before: Past | null;
}

export interface Question extends CallInfo {
  readonly agentId: AgentId;
  readonly preview: ToolDisplay | null;
  /** Why it is asked; empty if nobody said. */
  readonly reason: string;
  /** What a yes may be remembered as. */
  readonly offers: readonly Offer[];
  /** In which of these to go on, a yes may say: then it is a plan that is asked about. */
  readonly modes: readonly PermissionMode[];
}

export function createView(): View {
  return {
    rootId: null,
    agents: new Map(),
    ended: new Map(),
    known: new Map(),
    stopped: new Set(),
    counted: new Map(),
    questions: [],
    settled: [],
  };
}

export function rootOf(view: View): AgentView | null {
  return view.rootId === null ? null : (view.agents.get(view.rootId) ?? null);
}

export function agentOf(view: View, id: AgentId): AgentView | null {
  return view.agents.get(id) ?? view.ended.get(id) ?? null;
}

/** What the person wrote to the agent last, if that is not long ago. */
export function lastMail({items, past}: AgentView): MailItem | null {
  const last = [...items];
  for (let link = past; link && last.length < lately; link = link.before) last.unshift(link.item);
  return last.flatMap(item => (item.type === 'mail' && item.from === 'user' ? [item] : [])).at(-1) ?? null;
}

/** What all agents spent so far. */
export function totalSpent(view: View): Figures {
  const spent = [...spentByAll(view).values()].reduce(addSpending, nothingSpent);
  return withStreams(view, [...view.agents.values(), ...view.ended.values()], spent);
}

/** What these agents spent so far, as the registry says it. */
export function figuresOf(view: View, agents: readonly AgentSnapshot[]): Figures {
  return withStreams(view, agents, agents.map(toSpending).reduce(addSpending, nothingSpent));
}

function withStreams(view: View, agents: readonly {readonly id: AgentId}[], spent: Spending): Figures {
  const streams = agents.flatMap(({id}) => {
    const run = agentOf(view, id)?.run;
    return run?.replyUsage ? [streamed(run)] : [];
  });
  return {...streams.reduce(addSpending, spent), isEstimate: streams.length > 0};
}

/**
 * What each agent spent itself, in all its runs. Of those below the root the registry says it: of what they spent before
 * the session went on, no event tells. Of the root one does.
 */
export function spentByAll({rootId, agents, ended, known}: View): ReadonlyMap<AgentId, Spending> {
  const all = new Map<AgentId, Spending>();
  for (const {id, spent, run} of [...agents.values(), ...ended.values()])
    all.set(id, addSpending(spent, run?.spent ?? nothingSpent));
  for (const agent of known.values())
    if (agent.id !== rootId && agent.parentId !== null) all.set(agent.id, toSpending(agent));
  return all;
}

/** Commands of all agents that run beside their turns: in the background, and what ended ones left running. */
export function liveCommands(view: View): number {
  return [...view.agents.values(), ...view.ended.values()].reduce((sum, agent) => sum + commandsBeside(agent), 0);
}

export const commandsBeside = ({liveCommands, background}: AgentView): number => liveCommands + background.length;

/** Takes out what is final. */
export function takeSettled(view: View): {readonly view: View; readonly items: readonly Item[]} {
  return view.settled.length === 0 ? {view, items: view.settled} : {view: {...view, settled: []}, items: view.settled};
}

/** The view with an agent as it is now; what of its items has become final is past. */
export function withAgent(view: View, changed: AgentView): View {
  const open = changed.items.findIndex(item => !isFinal(item));
  const finals = open < 0 ? changed.items : changed.items.slice(0, open);
  const past = finals.reduce<Past | null>((before, item) => ({item, before}), changed.past);
  const agent = finals.length === 0 ? changed : {...changed, items: changed.items.slice(finals.length), past};
  if (view.ended.has(agent.id)) return {...view, ended: new Map(view.ended).set(agent.id, agent)};
  const agents = new Map(view.agents).set(agent.id, agent);
  if (agent.parentId !== null) return {...view, agents};
  const settled = finals.length === 0 ? view.settled : [...view.settled, ...finals];
  return {...view, rootId: agent.id, agents, settled};
}
