/** Commands in the background of a one-shot run: told of as tasks, and gone with the program. */
import {describe, expect, it} from 'vitest';
import {createFolder, jsonLines, runAgent, served} from '../support/agent.js';
import {textReply, toolReply} from '../support/model-server.js';
import {createSleep} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';

describe('a command in the background of a one-shot run', () => {
  it('does not hold it up, is stopped at its end, and leaves the result the last line', async () => {
    const sleep = createSleep();
    const {path} = createFolder();
    const call = {name: 'Bash', input: {command: sleep.command, run_in_background: true, description: 'Wait'}};
    const server = await serveModel([toolReply([call]), textReply('Started.')]);
    const {code, stdout} = await runAgent(
      ['-p', 'go', '--output-format', 'stream-json', '--dangerously-skip-permissions'],
      {
        cwd: path,
        env: {...served(server.url), HOME: path},
      },
    );
    expect(code).toBe(0);
    expect(sleep.pids()).toEqual([]);
    const lines = jsonLines(stdout);
    expect(lines.at(-1)).toMatchObject({type: 'result', subtype: 'success', result: 'Started.'});
    expect(lines.filter(({subtype}) => String(subtype).startsWith('task_'))).toMatchObject([
      {subtype: 'task_started', task_type: 'local_bash', description: 'Wait', spawn_depth: 0},
      {subtype: 'task_updated', patch: {status: 'killed'}},
      {subtype: 'task_notification', status: 'stopped'},
    ]);
  });

  it('is said to be stopped where somebody reads', async () => {
    const sleep = createSleep();
    const {path} = createFolder();
    const call = {name: 'Bash', input: {command: sleep.command, run_in_background: true}};
    const server = await serveModel([toolReply([call]), textReply('Started.')]);
    const {stdout, stderr, code} = await runAgent(['-p', 'go', '--dangerously-skip-permissions'], {
      cwd: path,
      env: {...served(server.url), HOME: path},
    });
    expect([code, stdout]).toEqual([0, 'Started.\n']);
    expect(stderr).toMatch(/^The background command b-\w+ ended \(stopped\): sleep [\d.]+\n$/);
    expect(sleep.pids()).toEqual([]);
  });
});
