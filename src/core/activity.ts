/**
 * What one agent is and does, as it follows from its events: the entry that watchers see. Each change makes a new
 * object, frozen: what was handed out stays as it was.
 */
import {firstLine} from './first-line.js';
import {addSpending} from './spending.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentEvent, EndState} from './types.js';
import type {Spending} from './usage.js';

export interface Activity {
  readonly snapshot: AgentSnapshot;
  /** @param now milliseconds since the epoch. */
  follow(event: AgentEvent, now: number): void;
  /** The agent's last change of state; only usage and cost still follow its events.  */
  end(state: EndState, result: string, endedAt: number): void;
  /** What does not follow from its events. */
  set(change: Partial<AgentSnapshot>): void;
}

type Occupation = Pick<AgentSnapshot, 'state' | 'activity'>;

export function createActivity(born: AgentSnapshot): Activity {
  let snapshot = Object.freeze(born);
  /** Calls that run or wait for an answer, by id, the oldest first. */
  const calls = new Map<string, Occupation>();
  /** What was spent before the run under way. */
  let before: Spending = born;
  const become = (change: Partial<AgentSnapshot>): void => {
    snapshot = Object.freeze({...snapshot, ...change});
  };
  return {
    get snapshot() {
      return snapshot;
    },
    follow(event, now) {
      const change = changeBy(event);
      if (change === null) return;
      const {since, endedAt, ...old} = snapshot;
      const {state, activity} = endedAt === null ? {...old, ...change} : old;
      const isSame = state === old.state && activity === old.activity;
      become({...change, state, activity, since: isSame ? since : now});
    },
    end: (state, result, endedAt) => become({state, activity: firstLine(result), since: endedAt, endedAt}),
    set: become,
  };

  /** It waits for a person if any of its calls does, else runs its newest call, else it thinks. */
  function occupation(thinking = 'thinking'): Occupation {
    const all = [...calls.values()];
    return all.find(({state}) => state === 'asking') ?? all.at(-1) ?? {state: 'thinking', activity: thinking};
  }

  /** Null for the many events that change nothing: this stands in the way of every delta. */
  function changeBy(event: AgentEvent): Partial<AgentSnapshot> | null {
    switch (event.type) {
      case 'run_started':
        before = snapshot;
        return {state: 'thinking', activity: 'starting'};
      case 'request_started':
      case 'reply_started':
      case 'reply_retracted':
        calls.clear();
        return occupation();
      case 'retry_scheduled':
        return {state: 'parked', activity: `waiting to retry: ${firstLine(event.message)}`};
      case 'request_held':
        return {state: 'parked', activity: `held back: ${firstLine(event.message)}`};
      case 'block_started':
        return event.block.type === 'text' ? occupation('writing') : null;
      case 'compaction_started':
        return occupation('compacting');
      case 'reply_finished':
      case 'model_replaced':
      case 'compaction_finished':
      case 'compaction_failed':
        return addSpending(snapshot, event);
      case 'question_asked':
        calls.set(event.callId, {state: 'asking', activity: `asks: ${event.tool} ${event.title}`});
        return occupation();
      case 'tool_started':
        calls.set(event.callId, {state: 'tool', activity: `${event.tool} ${event.title}`});
        return {...occupation(), toolCalls: snapshot.toolCalls + 1};
      case 'waiting_for_budget':
        return {state: 'queued', activity: 'waiting for budget'};
      case 'waiting_for_agents':
        return {state: 'waiting', activity: `waiting for ${event.count} ${event.count === 1 ? 'agent' : 'agents'}`};
      case 'question_answered':
      case 'tool_finished': {
        const isVain = calls.delete(event.callId) && 'outcome' in event && event.outcome === 'denied'; // by a limit
        return {...occupation(), toolCalls: snapshot.toolCalls - (isVain ? 1 : 0)};
      }
      case 'run_finished':
        before = addSpending(before, event); // not the replies' sums: these hold what retracted ones cost as well
        return {state: 'idle', activity: firstLine(event.error?.message ?? ''), ...before};
      default:
        return null;
    }
  }
}
