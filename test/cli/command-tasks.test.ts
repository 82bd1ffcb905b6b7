import {describe, expect, it} from 'vitest';
import {createCommandTasks} from '../../src/cli/command-tasks.js';
import type {AgentEvent} from '../../src/core/types.js';

const root = {agentId: 'main', parentId: null, depth: 0, seq: 1};
const below = {agentId: 'agent-1', parentId: 'main', depth: 1, seq: 2};
const moved: AgentEvent = {
  type: 'command_moved',
  taskId: 'b-1',
  callId: 'toolu_1',
  command: 'npm run dev',
  description: 'Start the server',
  path: '/tmp/out',
};
const ended = (state: 'done' | 'failed' | 'stopped', exitCode: number | null): AgentEvent => ({
  type: 'command_ended',
  taskId: 'b-1',
  command: 'npm run dev',
  state,
  exitCode,
});

describe('a command in the background', () => {
  it('is a task that starts, is updated, and ends with a notification', () => {
    let now = 1_000;
    const tasks = createCommandTasks(() => now);
    const facts = {
      type: 'system',
      task_id: 'b-1',
      tool_use_id: 'toolu_1',
      description: 'Start the server',
      spawn_depth: 0,
      parent_task_id: null,
    };
    expect(tasks.follow({...moved, ...root})).toEqual([
      {...facts, subtype: 'task_started', task_type: 'local_bash', prompt: 'npm run dev'},
    ]);
    now = 3_500;
    expect(tasks.follow({...ended('failed', 2), ...root})).toEqual([
      {...facts, subtype: 'task_updated', patch: {status: 'failed', end_time: 3_500}},
      {
        ...facts,
        subtype: 'task_notification',
        status: 'failed',
        output_file: '/tmp/out',
        summary: 'Background command "Start the server" ended with exit code 2',
        usage: {total_tokens: 0, tool_uses: 0, duration_ms: 2_500},
      },
    ]);
    expect(tasks.follow({...ended('failed', 2), ...root})).toEqual([]);
  });

  it('of an agent names it as the task above, and the command where there are no other words', () => {
    const tasks = createCommandTasks(() => 0);
    const [started] = tasks.follow({...moved, ...below, description: '', path: null});
    expect(started).toMatchObject({description: 'npm run dev', spawn_depth: 1, parent_task_id: 'agent-1'});
    const [, told] = tasks.follow({...ended('stopped', null), ...below});
    expect(told).toMatchObject({
      status: 'stopped',
      output_file: '',
      summary: 'Background command "npm run dev" was stopped',
    });
  });
});
