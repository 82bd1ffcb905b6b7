/**
 * Agents in words, for a screen that is read line by line. Every line says whose it is, and of agents below agents where
 * that one stands: `[agent explore "who writes it", at depth 2 below explore "map callers": running, Read a.ts, 14 seconds]`
 */
import type {AgentSnapshot} from '../../core/tree.js';
import type {EndState} from '../../core/types.js';
import {nameOf, resultLine, secondsIn} from '../agent-lines.js';
import {lastWords, whyEnded} from '../ending.js';
import {cost, plural} from '../format.js';
import {workedMs} from '../spending.js';
import {truncate} from '../text/width.js';
import type {View} from '../view.js';
import {doing} from './agent-state.js';

const stateWords: Readonly<Record<AgentSnapshot['state'], string>> = {
  queued: 'queued',
  thinking: 'running',
  tool: 'running',
  asking: 'waits for you',
  waiting: 'waits for its agents',
  parked: 'waits for the server',
  idle: 'idle',
  paused: 'paused',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

/** What an agent that lives does, and for how long it has been there. */
export function agentWords(view: View, agent: AgentSnapshot, now: number): string {
  const state = stateWords[agent.state];
  const said = doing(view, agent, now);
  const parts = [state, ...(said === '' || said === agent.state ? [] : [said]), secondsIn(workedMs(agent, now))];
  return line(view, agent, parts);
}

/** What an agent came to that has ended, and if it was not done, why. `text`: what its parent gets, of which one row is told. */
export function endWords(
  view: View,
  agent: AgentSnapshot & {readonly state: EndState},
  text: string,
  columns: number,
): string {
  const {id, state, toolCalls, startedAt, costUsd} = agent;
  const result = truncate(resultLine(lastWords(view, id, text)), columns - 4, '...');
  const how = whyEnded(view, id, state) || stateWords[state];
  const said = result === '' ? [] : [`"${result}"`];
  const seconds = secondsIn(workedMs(agent, startedAt));
  return line(view, agent, [how, ...said, plural(toolCalls, 'tool'), seconds, cost(costUsd)]);
}

function line({known, rootId}: View, agent: AgentSnapshot, parts: readonly string[]): string {
  const parent = agent.parentId === null || agent.parentId === rootId ? undefined : known.get(agent.parentId);
  const place = parent ? [`at depth ${agent.depth} below ${nameOf(parent)}`] : [];
  const background = agent.background ? ['in the background'] : [];
  return `[agent ${[nameOf(agent), ...place, ...background].join(', ')}: ${parts.join(', ')}]`;
}
