/** Agents from the command line: own types, limits, formats, stopping; over real HTTP and real processes. */
import {beforeEach, describe, expect, it} from 'vitest';
import {createTwelve} from '../pty/fixture/twelve.js';
import {createFolder, type Folder, jsonLines, runAgent, served, startAgent} from '../support/agent.js';
import {type ModelServer, type Reply, textReply, toolReply} from '../support/model-server.js';
import {createSleep, until} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder();
});

async function run(replies: readonly Reply[], ...args: readonly string[]) {
  server = await serveModel(replies);
  return runAgent(['-p', 'go', ...args], {cwd: folder.path, env: served(server.url)});
}

const spawn = (input: object = {}): Reply =>
  toolReply([{name: 'Agent', id: 'toolu_1', input: {description: 'look', prompt: 'Look around.', ...input}}]);
const reviewer = JSON.stringify({reviewer: {description: 'reviews', prompt: 'You review.', tools: ['Read']}});
const conversation = [spawn({subagent_type: 'reviewer'}), textReply('All fine.'), textReply('Done.')];

describe('agents from the command line', () => {
  it.each([
    ['text', /^Done\.\n$/],
    ['json', /^\{"type":"result".*"result":"Done\.".*\}\n$/],
  ])('leave the answer as %s alone', async (format, expected) => {
    const {code, stdout, stderr} = await run(conversation, '--agents', reviewer, '--output-format', format);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(expected);
  });

  it('are told of in stream-json: in the first message, and each as it works', async () => {
    const {stdout} = await run(conversation, '--agents', reviewer, '--output-format', 'stream-json');
    const messages = jsonLines(stdout);
    expect(messages[0]).toMatchObject({
      agents: ['general-purpose', 'explore', 'plan', 'reviewer'],
      tools: expect.arrayContaining(['Task', 'TaskOutput', 'TaskStop', 'SendMessage']),
    });
    const shape = messages.map(({type, subtype, parent_tool_use_id: parent}) => [subtype ?? type, parent ?? null]);
    expect(shape).toEqual([
      ['init', null],
      ['assistant', null],
      ['task_started', null],
      ['user', 'toolu_1'],
      ['assistant', 'toolu_1'],
      ['task_updated', null],
      ['task_notification', null],
      ['user', null],
      ['assistant', null],
      ['success', null],
    ]);
  });

  it('of several models are counted by model in the result, whose sums are those of all', async () => {
    const usage = {input_tokens: 1_000, output_tokens: 100};
    const replies = [spawn({subagent_type: 'explore'}), textReply('Found.', {usage}), textReply('Done.', {usage})];
    const {stdout} = await run(replies, '--output-format', 'json');
    const [result] = jsonLines(stdout);
    const models = Object.entries(result?.modelUsage ?? {});
    expect(models.map(([id]) => id)).toEqual([expect.stringMatching(/sonnet/), expect.stringMatching(/haiku/)]);
    expect(models[1]?.[1]).toMatchObject({inputTokens: 1_000, outputTokens: 100});
    const sum = (key: string): number => models.reduce((total, [, used]) => total + used[key], 0);
    expect(result).toMatchObject({usage: {input_tokens: sum('inputTokens'), output_tokens: sum('outputTokens')}});
    expect(sum('costUSD')).toBeCloseTo(Number(result?.total_cost_usd), 10);
    expect(models[1]?.[1].costUSD).toBeGreaterThan(0);
  });

  it('are named in a line if their file is broken, and do without it', async () => {
    folder.write('.claude/agents/bad.md', '---\nname: bad\n---\n');
    const {code, stdout, stderr} = await run([textReply('Done.')]);
    expect([code, stdout]).toEqual([0, 'Done.\n']);
    expect(stderr).toMatch(/^The agent file .*\/bad\.md:1 is skipped: it needs a "description".*\n$/);
  });

  it('that cannot be used are a fault of usage, and nothing is sent', async () => {
    const {code, stderr} = await run([], '--agents', '{"x": {"prompt": "p"}}');
    expect(code).toBe(2);
    expect(stderr).toBe('The agent "x" (--agents) cannot be used: it needs a "description", which is a text.\n');
    expect(server.requests).toEqual([]);
  });

  it('stay within the limits of the options', async () => {
    const {stderr} = await run([spawn(), spawn(), textReply('a'), textReply('b')], '--max-agent-depth', '1');
    expect(stderr).toMatch(/^\[agent-1\] Agent .* was refused: No agent was started: the limit "depth" is 1\./m);
  });

  it('end with the program, and their commands too', async () => {
    const sleep = createSleep();
    server = await serveModel([spawn(), toolReply([{name: 'Bash', id: 'toolu_2', input: {command: sleep.command}}])]);
    const {child, finished} = startAgent(['-p', 'go', '--allowedTools', 'Bash'], {
      cwd: folder.path,
      env: served(server.url),
    });
    await until('the command of the agent runs', () => sleep.pids().length > 0);
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(sleep.pids()).toEqual([]);
  });

  it('end with the program also where they are twelve, three deep, each with a command', async () => {
    const sleep = createSleep();
    const command = `(trap "" TERM; ${sleep.command}) & ${sleep.command}`;
    server = await serveModel(createTwelve({replies: () => 2, command}).answer);
    const {child, finished} = startAgent(['-p', 'go', '--allowedTools', 'Bash'], {
      cwd: folder.path,
      env: served(server.url),
    });
    await until('the commands of all six that work run', () => sleep.pids().length >= 12, 30_000);
    const began = performance.now();
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(sleep.pids()).toEqual([]);
  });
});
