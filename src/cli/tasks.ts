/**
 * The agents below the root as the tasks of stream-json: which call started each, and the messages that say when it
 * starts, works and ends.
 */
import type {AgentEvent, AgentId, StampedEvent, Usage} from '../core/types.js';
import {addUsage, noUsage} from '../core/usage.js';
import type {SystemMessage, TaskFacts} from './messages.js';

/** What a message of an agent below the root carries beside its content. */
export interface Sender {
  readonly parent_tool_use_id: string | null;
  readonly subagent_type?: string;
  readonly task_description?: string;
}

export interface Tasks {
  /** The messages that an event stands for, beside what the agent says. */
  follow(event: StampedEvent): readonly SystemMessage[];
  senderOf(agentId: AgentId): Sender;
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, {type: Type}>;

interface Task {
  readonly facts: TaskFacts;
  readonly startedAt: number;
  usage: Usage;
  /** Why its last run failed or was stopped. */
  fault: string | null;
  /** Where a limit ended that, and nobody killed it: whether it did something before. */
  limited: 'done' | 'failed' | null;
  /** Calls that ran, or run. */
  toolUses: number;
  /** Calls that run, by id. */
  readonly running: Set<string>;
}

const root: Sender = {parent_tool_use_id: null};

/** How a task ended, as its update says it, and as the notification of its end does. */
export const patches = {done: 'completed', failed: 'failed', stopped: 'killed'} as const;
export const statuses = {done: 'completed', failed: 'failed', stopped: 'stopped'} as const;

/** Readers of this format know no limits of an agent's own: one that met them has completed, and its summary says what it did not. */
function toLimited({reason, steps}: Of<'run_finished'>): Task['limited'] {
  if (reason !== 'max_steps' && reason !== 'budget') return null;
  return steps > 0 ? 'done' : 'failed';
}

/** @param now milliseconds since the epoch. @param logOf the file that keeps what the agent does; null if none does. */
export function createTasks(now: () => number, logOf: (agentId: AgentId) => string | null): Tasks {
  const tasks = new Map<AgentId, Task>();

  const usageOf = ({usage, toolUses, startedAt}: Task) => ({
    total_tokens: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
    tool_uses: toolUses,
    duration_ms: Math.round(now() - startedAt),
  });

  function start(event: StampedEvent & Of<'agent_started'>): readonly SystemMessage[] {
    const {agentId, callId, parentId, depth, kind, description, prompt, resumed} = event;
    const known = tasks.get(agentId);
    if (resumed && known) {
      return [{type: 'system', subtype: 'task_updated', ...known.facts, patch: {status: 'running'}}];
    }
    const isBelowRoot = depth <= 1;
    const facts: TaskFacts = {
      task_id: agentId,
      tool_use_id: callId,
      description,
      subagent_type: kind,
      spawn_depth: depth,
      parent_task_id: isBelowRoot ? null : parentId,
    };
    tasks.set(agentId, {
      facts,
      startedAt: now(),
      usage: noUsage,
      fault: null,
      limited: null,
      toolUses: 0,
      running: new Set(),
    });
    return [{type: 'system', subtype: 'task_started', ...facts, task_type: 'local_agent', prompt}];
  }

  function end(task: Task, {state, text}: Of<'agent_finished'>): readonly SystemMessage[] {
    const {facts, fault, limited} = task;
    const known = limited ?? state;
    const summary = fault === null || fault === text ? text : `${fault}\n\n${text}`.trimEnd();
    return [
      {type: 'system', subtype: 'task_updated', ...facts, patch: {status: patches[known], end_time: now()}},
      {
        type: 'system',
        subtype: 'task_notification',
        ...facts,
        status: statuses[known],
        output_file: logOf(facts.task_id) ?? '',
        summary,
        usage: usageOf(task),
      },
    ];
  }

  return {
    follow(event) {
      if (event.type === 'agent_started') return start(event);
      const task = tasks.get(event.agentId);
      if (task === undefined) return [];
      switch (event.type) {
        case 'reply_finished':
          task.usage = addUsage(task.usage, event.usage);
          return [];
        case 'tool_started':
          task.toolUses += 1;
          task.running.add(event.callId);
          return [
            {
              type: 'system',
              subtype: 'task_progress',
              ...task.facts,
              usage: usageOf(task),
              last_tool_name: event.tool,
            },
          ];
        case 'tool_finished':
          // A limit says no to what has started: that did not run.
          if (task.running.delete(event.callId) && event.outcome === 'denied') task.toolUses -= 1;
          return [];
        case 'run_finished':
          task.fault = event.error?.message ?? null;
          task.limited = toLimited(event);
          return [];
        case 'agent_finished':
          return end(task, event);
        default:
          return [];
      }
    },
    senderOf(agentId) {
      const facts = tasks.get(agentId)?.facts;
      if (facts === undefined) return root;
      const {tool_use_id, subagent_type, description} = facts;
      return {parent_tool_use_id: tool_use_id, subagent_type, task_description: description};
    },
  };
}
