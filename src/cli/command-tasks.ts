/** Commands in the background as the tasks of stream-json: when each leaves its call, and when it ends. */
import type {AgentEvent, StampedEvent} from '../core/types.js';
import type {CommandFacts, SystemMessage} from './messages.js';
import {patches, statuses} from './tasks.js';

type Ended = Extract<AgentEvent, {type: 'command_ended'}>;

interface Command {
  readonly facts: CommandFacts;
  readonly path: string | null;
  readonly startedAt: number;
}

/** @param now milliseconds since the epoch. */
export function createCommandTasks(now: () => number): {follow(event: StampedEvent): readonly SystemMessage[]} {
  const commands = new Map<string, Command>();

  function end({facts, path, startedAt}: Command, {state, exitCode}: Ended): readonly SystemMessage[] {
    const usage = {total_tokens: 0, tool_uses: 0, duration_ms: Math.round(now() - startedAt)};
    const how = state === 'stopped' ? 'was stopped' : `ended with exit code ${exitCode ?? 'unknown'}`;
    return [
      {type: 'system', subtype: 'task_updated', ...facts, patch: {status: patches[state], end_time: now()}},
      {
        type: 'system',
        subtype: 'task_notification',
        ...facts,
        status: statuses[state],
        output_file: path ?? '',
        summary: `Background command "${facts.description}" ${how}`,
        usage,
      },
    ];
  }

  return {
    follow(event) {
      if (event.type === 'command_moved') {
        const {taskId: task_id, callId: tool_use_id, command, path, agentId, depth} = event;
        const facts: CommandFacts = {
          task_id,
          tool_use_id,
          description: event.description || command,
          spawn_depth: depth,
          parent_task_id: depth === 0 ? null : agentId,
        };
        commands.set(task_id, {facts, path, startedAt: now()});
        return [{type: 'system', subtype: 'task_started', ...facts, task_type: 'local_bash', prompt: command}];
      }
      if (event.type !== 'command_ended') return [];
      const command = commands.get(event.taskId);
      commands.delete(event.taskId);
      return command ? end(command, event) : [];
    },
  };
}
