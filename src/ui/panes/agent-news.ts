/**
 * What is told of agents where the screen is read line by line: that each began, what it does now and then, and what it
 * came to, when it did, so that an end stands after all that is said of the agent, and of those below it.
 */
import type {AgentId, StampedEvent} from '../../core/types.js';
import type {View} from '../view.js';
import {agentWords, endWords} from './agent-words.js';

export interface AgentNews {
  /** The ends among the events, to be told. `view` is that after them; a result's line has so many columns. */
  hear(events: readonly StampedEvent[], view: View, columns: number): void;
  /** The ends that were not told yet: up to that of an agent, or all. */
  ends(upTo?: AgentId): string[];
  /**
   * That an agent began or waits, at once; what else it does, not more often than anybody wants to hear, and not at all
   * while `isQuiet`. Called now and then, also without events.
   */
  doings(view: View, now: number, isQuiet: boolean): string[];
}

/** Between two lines on what an agent does, if that has changed. */
const changedMs = 5_000;
/** And if it still does the same. */
const sameMs = 30_000;

export function createAgentNews(): AgentNews {
  const told = new Map<AgentId, {readonly state: string; readonly activity: string; readonly at: number}>();
  let ended: {readonly id: AgentId; readonly words: string}[] = [];

  return {
    hear(events, view, columns) {
      for (const event of events) {
        const agent = event.type === 'agent_finished' ? view.known.get(event.agentId) : undefined;
        if (event.type !== 'agent_finished' || !agent) continue;
        told.delete(agent.id);
        ended.push({id: agent.id, words: endWords(view, {...agent, state: event.state}, event.text, columns)});
      }
    },
    ends(upTo) {
      const count = upTo === undefined ? ended.length : ended.findIndex(({id}) => id === upTo) + 1;
      const due = ended.slice(0, count);
      ended = ended.slice(count);
      return due.map(({words}) => words);
    },
    doings(view, now, isQuiet) {
      return [...view.known.values()].flatMap(agent => {
        if (agent.parentId === null || agent.endedAt !== null) return [];
        const last = told.get(agent.id);
        const isNews = last?.state !== agent.state && (agent.state === 'asking' || agent.state === 'parked');
        const pause = last?.activity === agent.activity ? sameMs : changedMs;
        if (last && !isNews && (isQuiet || now - last.at < pause)) return [];
        told.set(agent.id, {state: agent.state, activity: agent.activity, at: now});
        return [agentWords(view, agent, now)];
      });
    },
  };
}
