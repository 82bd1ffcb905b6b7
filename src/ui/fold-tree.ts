/**
 * How agents begin and end on the screen of those above them: the call that waits for one stays open until it has
 * ended, and what it came to stands there; of an agent in the background, it stands where it ended.
 */
import type {AgentSnapshot} from '../core/tree.js';
import type {StampedEvent} from '../core/types.js';
import {nameOf} from './agent-lines.js';
import {lastWords, whyEnded} from './ending.js';
import {closeItems} from './fold-items.js';
import type {AgentItem, CallItem, Item} from './items.js';
import {tokensIn, workedMs} from './spending.js';
import {type AgentView, agentOf, rootOf, type View, withAgent} from './view.js';

type Event<Type extends StampedEvent['type']> = StampedEvent & {readonly type: Type};

/** The spawning call, if it is there, is about the agent from now on. */
export function withBegun(view: View, {agentId, parentId, callId, background}: Event<'agent_started'>): View {
  const again = view.ended.get(agentId);
  const alive = again ? withoutEnd(view, again) : view;
  const parent = parentId === null ? null : agentOf(alive, parentId);
  if (!parent || background || callId === null) return alive;
  const about = (call: CallItem): CallItem => (call.id === callId ? {...call, agent: {id: agentId, end: null}} : call);
  return withAgent(alive, {...parent, items: changeCalls(parent.items, about)});
}

/** An ended agent goes on. */
function withoutEnd(view: View, agent: AgentView): View {
  const ended = new Map(view.ended);
  ended.delete(agent.id);
  return withAgent({...view, ended}, agent);
}

/** Nothing of the agent is open any more, and those above it are told, once. */
export function withEnded(view: View, event: Event<'agent_finished'>): View {
  const agent = view.agents.get(event.agentId);
  if (!agent || agent.parentId === null) return view;
  const agents = new Map(view.agents);
  agents.delete(agent.id);
  const ended = new Map(view.ended).set(agent.id, agent);
  const left = withAgent({...view, agents, ended}, {...agent, run: null, items: agent.items.map(closed)});
  const known = view.known.get(agent.id);
  const host = hostOf(left, agent);
  if (!known || !host) return left;
  const after = withAgent(left, told(host, toAgentItem(left, event, known, agent.below)));
  const root = rootOf(after);
  return root ? withAgent(after, {...root, items: [...root.items, ...unread(agent, known)]}) : after;
}

/** What the person wrote to an agent and it did not read any more: said once, where it is seen. */
function unread({items}: AgentView, agent: AgentSnapshot): readonly Item[] {
  return items.flatMap((item): Item[] => {
    if (item.type !== 'mail' || item.state !== 'queued' || item.from !== 'user') return [];
    const text = `${nameOf(agent)} ended before it could read: ${item.text}`;
    return [{type: 'notice', id: `unread:${item.id}`, level: 'warning', text}];
  });
}

/** Who hears of an agent's end: the nearest above it that has not ended itself. */
function hostOf(view: View, {parentId}: AgentView): AgentView | null {
  let id = parentId;
  while (id !== null) {
    const host = view.agents.get(id);
    if (host) return host;
    id = view.ended.get(id)?.parentId ?? view.rootId;
  }
  return null;
}

function told(host: AgentView, end: AgentItem): AgentView {
  const below = host.parentId === null ? host.below : [...host.below, end];
  const isAwaited = host.items.some(item => item.type === 'call' && item.agent?.id === end.agentId);
  const items = isAwaited
    ? changeCalls(host.items, call =>
        call.agent?.id === end.agentId ? {...call, agent: {id: end.agentId, end}} : call,
      )
    : [...host.items, end];
  return {...host, items, below};
}

function changeCalls(items: readonly Item[], change: (call: CallItem) => CallItem): readonly Item[] {
  return items.map(item => (item.type === 'call' ? change(item) : item));
}

function closed(item: Item): Item {
  const [whole = item] = closeItems([item]);
  return whole.type === 'mail' && whole.state === 'queued' ? {...whole, state: 'undelivered'} : whole;
}

function toAgentItem(
  view: View,
  {seq, state, text}: Event<'agent_finished'>,
  agent: AgentSnapshot,
  below: readonly AgentItem[],
): AgentItem {
  const {id, kind, description, toolCalls, usage, costUsd, startedAt} = agent;
  return {
    type: 'agent',
    id: `agent:${seq}`,
    agentId: id,
    kind,
    description,
    state,
    toolCalls,
    durationMs: workedMs(agent, startedAt),
    tokens: tokensIn(usage),
    costUsd,
    why: whyEnded(view, id, state),
    text: lastWords(view, id, text),
    below,
  };
}
