/** Agents in words, for a screen that is read line by line: `[agent explore "map callers": running, Read token.ts, 14 seconds]` */
import type {AgentSnapshot} from '../../core/tree.js';
import {nameOf, secondsIn} from '../agent-lines.js';
import type {View} from '../view.js';
import {doing} from './agent-state.js';

const stateWords: Readonly<Record<AgentSnapshot['state'], string>> = {
  queued: 'queued',
  thinking: 'running',
  tool: 'running',
  asking: 'waits for you',
  waiting: 'waits for its agents',
  parked: 'waits to retry',
  idle: 'idle',
  done: 'done',
  failed: 'failed',
  stopped: 'stopped',
};

/** What an agent that lives does, and for how long it has been there. */
export function agentWords(view: View, agent: AgentSnapshot, now: number): string {
  const state = stateWords[agent.state];
  const said = doing(view, {...agent, since: now}, now);
  const parts = [state, ...(said === '' || said === agent.state ? [] : [said]), secondsIn(now - agent.startedAt)];
  return `[agent ${nameOf(agent)}: ${parts.join(', ')}]`;
}
