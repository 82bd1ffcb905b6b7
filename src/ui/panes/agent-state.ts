/** What an agent is doing, as a mark, and in a few words. */
import type {AgentSnapshot} from '../../core/tree.js';
import {waitState} from '../activity.js';
import {resultLine} from '../agent-lines.js';
import {whyEnded} from '../ending.js';
import {plural} from '../format.js';
import {revealLine} from '../text/reveal.js';
import type {StyleName, Theme} from '../theme.js';
import {agentOf, type View} from '../view.js';
import {liveChildren} from './tree.js';

/** More of what an agent does or said is never shown. */
const longest = 400;

export interface MarkOptions {
  readonly theme: Theme;
  readonly spinner: string;
}

/** A style and a glyph. */
export function stateMark(
  view: View,
  agent: AgentSnapshot,
  {theme: {glyphs}, spinner}: MarkOptions,
): readonly [StyleName, string] {
  const state = stateOf(view, agent);
  switch (state) {
    case 'queued':
    case 'idle':
      return ['dim', glyphs.queued];
    case 'thinking':
    case 'tool':
      return ['accent', spinner];
    case 'asking':
      return ['waiting', glyphs.asks];
    case 'waiting':
      return ['dim', glyphs.waits];
    case 'parked':
      return ['waiting', glyphs.parked];
    case 'done':
      return ['good', glyphs.done];
    case 'failed':
      return ['bad', glyphs.failed];
    case 'stopped':
    case 'paused':
      return ['waiting', glyphs.stopped];
    default:
      return state satisfies never;
  }
}

/** Its state; one whose calls only wait for other agents waits. */
export function stateOf(view: View, agent: AgentSnapshot): AgentSnapshot['state'] {
  return foregroundAwaited(view, agent) > 0 ? 'waiting' : agent.state;
}

/** `Read token.ts`, `wrapping up after Bash make`, `wrapping up, waiting for 2 agents`, `retrying in 42 s (overloaded, 3rd try)`, `"12 tests in 3 files"`. */
export function doing(view: View, agent: AgentSnapshot, now: number): string {
  const said = occupation(view, agent, now);
  if (agent.endedAt !== null || !agentOf(view, agent.id)?.isWindingDown) return said;
  if (agent.state === 'thinking') return 'wrapping up';
  // It reports when its call has come to an end.
  return stateOf(view, agent) === 'tool' ? `wrapping up after ${said}` : `wrapping up, ${said}`;
}

/** For how many milliseconds its call runs; null under a second, and while that waits for other agents. */
export function doingFor(view: View, agent: AgentSnapshot, now: number): number | null {
  const elapsed = now - agent.since;
  return agent.state === 'tool' && elapsed >= 1_000 && foregroundAwaited(view, agent) === 0 ? elapsed : null;
}

function occupation(view: View, agent: AgentSnapshot, now: number): string {
  const {state, activity} = agent;
  const said = revealLine(activity, longest);
  switch (state) {
    case 'parked': {
      const wait = agentOf(view, agent.id)?.run?.wait;
      return wait ? waitState(wait, now) : said;
    }
    case 'waiting':
      return waitingFor(liveChildren(view, agent.id).length) || said || state;
    case 'tool':
      return waitingFor(foregroundAwaited(view, agent)) || said;
    case 'done':
    case 'failed':
    case 'stopped': {
      const why = whyEnded(view, agent.id, state);
      if (why !== '') return why;
      const result = resultLine(activity.slice(0, longest));
      return result === '' ? state : `"${result}"`;
    }
    case 'paused':
      return 'paused: the program ended';
    case 'queued':
    case 'thinking':
    case 'asking':
    case 'idle':
      return said || state;
    default:
      return state satisfies never;
  }
}

function waitingFor(count: number): string {
  return count === 0 ? '' : `waiting for ${plural(count, 'agent')}`;
}

/** How many agents its calls wait for, if it has nothing else to do. */
function foregroundAwaited(view: View, agent: AgentSnapshot): number {
  if (agent.state !== 'tool' || runsOther(view, agent)) return 0;
  return liveChildren(view, agent.id).filter(({background}) => !background).length;
}

/** Whether a call runs that is not about an agent. */
function runsOther(view: View, {id}: AgentSnapshot): boolean {
  const items = agentOf(view, id)?.items ?? [];
  return items.some(item => item.type === 'call' && item.state === 'running' && item.agent === null);
}
