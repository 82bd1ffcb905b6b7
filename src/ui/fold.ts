/**
 * The screen's only source of what was said and done: `fold` turns the session's events into a view, agent by agent.
 * Pure; times come in with the event. A reply that is taken back leaves nothing.
 */
import type {AgentId, StampedEvent} from '../core/types.js';
import {foldItems} from './fold-items.js';
import {foldRun, type Run} from './fold-run.js';
import {withBegun, withEnded} from './fold-tree.js';
import {withTurnEnd} from './fold-turn.js';
import type {Item} from './items.js';
import {addSpending, nothingSpent, tokensIn} from './spending.js';
import {foldTodos} from './todos.js';
import {unsaid} from './unsaid.js';
import {type AgentView, agentOf, type Question, type View, withAgent} from './view.js';

/** The view after the event, which happened at `now` (milliseconds since the epoch). */
export function fold(view: View, event: StampedEvent, now: number): View {
  const before = agentOf(view, event.agentId) ?? createAgent(event);
  const questions = foldQuestions(view.questions, event);
  const {stopped} = view;
  const heard = {...view, questions, stopped: event.type === 'run_started' ? without(stopped, event.agentId) : stopped};
  const agent = foldAgent(before, event, now);
  const isTurnEnd = event.type === 'run_finished' && event.parentId === null;
  const turn = isTurnEnd ? withTurnEnd(heard, agent) : {view: heard, root: agent};
  const after = withAgent(turn.view, turn.root);
  if (event.type === 'agent_started') return withBegun(after, event);
  return event.type === 'agent_finished' ? withEnded(after, event) : after;
}

function without(stopped: ReadonlySet<AgentId>, id: AgentId): ReadonlySet<AgentId> {
  return stopped.has(id) ? new Set([...stopped].filter(each => each !== id)) : stopped;
}

function createAgent({agentId, parentId, depth}: StampedEvent): AgentView {
  return {
    id: agentId,
    parentId,
    depth,
    items: [],
    past: null,
    run: null,
    isWindingDown: false,
    ending: null,
    spent: nothingSpent,
    contextTokens: null,
    liveCommands: 0,
    background: [],
    todos: [],
    below: [],
  };
}

function foldAgent(agent: AgentView, event: StampedEvent, now: number): AgentView {
  const {parentId, depth} = event;
  const items = foldItems(agent.items, withoutTold(event, agent.run), agent.run?.startedAt ?? now, now);
  const run = foldRun(agent.run, event, now);
  const todos = foldTodos(agent.todos, event);
  const after = {...agent, parentId, depth, items: withTrouble(items, agent.run, event), run, todos};
  switch (event.type) {
    case 'run_started':
      return {...after, isWindingDown: false, ending: null};
    case 'mail_queued':
      return event.mail.kind === 'wind_down' ? {...after, isWindingDown: true} : after;
    case 'reply_finished':
      return {...after, contextTokens: tokensIn(event.usage)};
    case 'compaction_finished':
    case 'results_cleared':
      return {...after, contextTokens: event.after};
    case 'prefix_changed':
      return event.reason === 'clear' || event.reason === 'rewind' ? {...after, contextTokens: null} : after;
    case 'command_moved':
      return {...after, background: [...agent.background, event.taskId]};
    case 'command_ended':
      return {...after, background: agent.background.filter(id => id !== event.taskId)};
    case 'commands_changed':
      return {...after, liveCommands: event.live};
    case 'run_finished': {
      const spent = {tokens: tokensIn(event.usage), costUsd: event.costUsd};
      const ending = {reason: event.reason, message: event.error?.message ?? ''};
      return {...after, ending, spent: addSpending(agent.spent, spent)};
    }
    default:
      return after;
  }
}

/** An end by a failure that the person has been told of says only what is new. */
function withoutTold(event: StampedEvent, run: Run | null): StampedEvent {
  if (event.type !== 'run_finished' || !event.error) return event;
  return {...event, error: {...event.error, message: unsaid(event.error.message, run?.trouble?.message ?? null)}};
}

/** The server's whole message, once for each new kind of failure: the countdown has room for the kind only. */
function withTrouble(items: readonly Item[], run: Run | null, event: StampedEvent): readonly Item[] {
  if (event.type !== 'retry_scheduled' || !run || run.trouble?.kind === event.kind) return items;
  return [...items, {type: 'notice', id: `trouble:${event.seq}`, level: 'warning', text: event.message}];
}

function foldQuestions(questions: readonly Question[], event: StampedEvent): readonly Question[] {
  switch (event.type) {
    case 'question_asked': {
      const {agentId, callId, tool, title, input, preview = null, reason = '', offers = [], modes = []} = event;
      return [...questions, {agentId, callId, tool, title, input, preview, reason, offers, modes}];
    }
    case 'question_answered':
      return questions.filter(({callId, agentId}) => callId !== event.callId || agentId !== event.agentId);
    case 'run_finished':
    case 'agent_finished':
      return questions.some(({agentId}) => agentId === event.agentId)
        ? questions.filter(({agentId}) => agentId !== event.agentId)
        : questions;
    default:
      return questions;
  }
}
