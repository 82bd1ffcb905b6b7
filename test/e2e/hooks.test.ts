/** Hooks as scripts and programs meet them: settings in the home, the command, its messages and exit codes. */
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Finished, type Folder, jsonLines, runAgent, served, startAgent} from '../support/agent.js';
import {type ModelServer, type Reply, textReply, toolReply} from '../support/model-server.js';
import {createSleep, until} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({});
});

type Rows = Readonly<Record<string, string>>;

/** One command for each event, for whatever it is about. */
async function run(hooks: Rows, replies: readonly Reply[], args: readonly string[]): Promise<Finished> {
  const rows = Object.entries(hooks).map(([event, command]) => [event, [{hooks: [{type: 'command', command}]}]]);
  folder.write('home/settings.json', JSON.stringify({hooks: Object.fromEntries(rows)}));
  server = await serveModel(replies);
  const env = {...served(server.url), AGENT_HOME: join(folder.path, 'home')};
  return runAgent(args, {cwd: folder.path, env});
}

const stream = ['-p', 'go', '--output-format', 'stream-json'];
const bash = toolReply([{name: 'Bash', input: {command: 'touch made'}, id: 'toolu_a'}]);

describe('hooks in a stream of messages', () => {
  it('are told of from the first to the last, if that is asked for', async () => {
    const hooks = {
      SessionStart: 'echo hello',
      PreToolUse: 'echo no >&2; exit 2',
      Stop: 'exit 1',
      SessionEnd: 'cat >/dev/null',
    };
    const {code, stdout} = await run(hooks, [bash, textReply('Done.')], [...stream, '--include-hook-events']);
    const told = jsonLines(stdout).filter(({subtype}) => String(subtype).startsWith('hook_'));
    const facts = (name: string) => ({
      type: 'system',
      hook_id: expect.any(String),
      hook_name: name,
      hook_event: name.split(':')[0],
      uuid: expect.any(String),
      session_id: expect.any(String),
    });
    const both = (name: string, ended: object) => [
      {...facts(name), subtype: 'hook_started'},
      {...facts(name), subtype: 'hook_response', output: '', stdout: '', stderr: '', ...ended},
    ];
    expect(told).toEqual([
      ...both('SessionStart:startup', {output: 'hello\n', stdout: 'hello\n', exit_code: 0, outcome: 'success'}),
      ...both('PreToolUse:Bash', {output: 'no\n', stderr: 'no\n', exit_code: 2, outcome: 'error'}),
      ...both('Stop', {exit_code: 1, outcome: 'error'}),
      ...both('SessionEnd:other', {exit_code: 0, outcome: 'success'}),
    ]);
    const [started, ended] = told;
    expect(started?.hook_id).toBe(ended?.hook_id);
    expect(jsonLines(stdout).at(-1)).toMatchObject({type: 'result', subtype: 'success'});
    expect(code).toBe(0);
  });

  it('are not told of if nobody asks; what went wrong with one is', async () => {
    const {stdout} = await run({Stop: 'echo broken >&2; exit 1'}, [textReply('Done.')], stream);
    const lines = jsonLines(stdout);
    expect(lines.filter(({subtype}) => String(subtype).startsWith('hook_'))).toEqual([]);
    expect(lines.filter(({subtype}) => subtype === 'informational')).toEqual([
      expect.objectContaining({
        level: 'warning',
        content: expect.stringMatching(/The Stop hook .* exit code 1: broken/),
      }),
    ]);
  });
});

describe('a prompt that a hook does not let pass', () => {
  const hooks = {UserPromptSubmit: 'echo secrets >&2; exit 2'};
  const said =
    'UserPromptSubmit operation blocked by hook:\n[echo secrets >&2; exit 2]: secrets\n\nOriginal prompt: go';

  it('makes no request, and is a success without a turn', async () => {
    const {code, stdout} = await run(hooks, [], stream);
    const [, informational, result] = jsonLines(stdout);
    expect(informational).toMatchObject({subtype: 'informational', content: said});
    expect(result).toMatchObject({type: 'result', subtype: 'success', is_error: false, result: said, num_turns: 0});
    expect([code, server.requests.length]).toEqual([0, 0]);
  });

  it('is no answer: as text it stands on standard error', async () => {
    expect(await run(hooks, [], ['-p', 'go'])).toEqual({code: 0, signal: null, stdout: '', stderr: `${said}\n`});
  });
});

describe('a turn that a hook ends', () => {
  it('is a success without an answer, after the call and without another request', async () => {
    const hooks = {PostToolUse: `echo '{"continue": false, "stopReason": "enough"}'`};
    const args = [...stream, '--allowedTools', 'Bash'];
    const {code, stdout} = await run(hooks, [bash, textReply('never')], args);
    expect(jsonLines(stdout).at(-1)).toMatchObject({subtype: 'success', is_error: false, result: '', num_turns: 1});
    expect([code, folder.has('made'), server.requests.length]).toEqual([0, true, 1]);
  });
});

describe('a hook that runs when the program ends', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)('does not outlive it: %s', async signal => {
    const sleep = createSleep();
    const hooks = {PreToolUse: [{hooks: [{type: 'command', command: `setsid ${sleep.command} & ${sleep.command}`}]}]};
    folder.write('home/settings.json', JSON.stringify({hooks}));
    server = await serveModel([bash]);
    const env = {...served(server.url), AGENT_HOME: join(folder.path, 'home')};
    const {child, finished} = startAgent(['-p', 'go'], {cwd: folder.path, env});
    // The shell, whose command names them, and both.
    await until('the hook runs', () => sleep.pids().length > 2);
    child.kill(signal);
    await finished;
    await until('nothing of it is left', () => sleep.pids().length === 0);
  });
});

describe('a hook that fails', () => {
  it('is named on standard error, also at the very end', async () => {
    const hooks = {Stop: 'exit 3', SessionEnd: '/no/such/program'};
    const {code, stdout, stderr} = await run(hooks, [textReply('Done.')], ['-p', 'go']);
    expect([code, stdout]).toEqual([0, 'Done.\n']);
    expect(stderr.split('\n')).toEqual([
      'Warning: The Stop hook exit 3 failed with exit code 3. The run goes on without it.',
      expect.stringMatching(/^Warning: The SessionEnd:other hook \/no\/such\/program was not found \(exit code 127\)/),
      '',
    ]);
  });
});
