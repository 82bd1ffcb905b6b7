/** The program as scripts use it: arguments, pipes, exit codes; over real HTTP, on a real folder. */
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, jsonLines, runAgent, served, startAgent} from '../support/agent.js';
import {errorReply, type ModelServer, type Reply, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\ntwo\nthree\n'});
});

async function serve(...replies: readonly Reply[]): Promise<ModelServer> {
  server = await serveModel(replies);
  return server;
}

/** What the person said in the first request. */
const promptTexts = ({requests}: ModelServer): readonly string[] => {
  const content = requests[0]?.body.messages[0]?.content ?? [];
  return typeof content === 'string'
    ? [content]
    : content.map(block => (block.type === 'text' ? block.text : block.type));
};

describe('one answer', () => {
  it('is all there is on standard output, and standard error is silent', async () => {
    const {url} = await serve(textReply('It is a list of numbers.'));
    expect(await runAgent(['-p', 'what is notes.txt?'], {cwd: folder.path, env: served(url)})).toEqual({
      code: 0,
      signal: null,
      stdout: 'It is a list of numbers.\n',
      stderr: '',
    });
  });

  it.each([
    ['an argument', ['-p', 'explain'], '', ['explain']],
    ['piped', [], 'explain\n', ['explain\n']],
    ['piped, with -p', ['-p'], 'explain\n', ['explain\n']],
    ['both', ['-p', 'explain'], 'Error: no\n', ['explain', '<stdin>\nError: no\n</stdin>']],
    ['an argument without -p and without a terminal', ['explain', 'it'], '', ['explain it']],
  ])('comes to a prompt that is %s', async (_, args, stdin, texts) => {
    const {url} = await serve(textReply('Done.'));
    const {code, stdout} = await runAgent(args, {cwd: folder.path, env: served(url), stdin});
    expect([code, stdout]).toEqual([0, 'Done.\n']);
    expect(promptTexts(server)).toEqual(texts);
  });

  it('reads what is piped however late it comes, and says what it waits for', async () => {
    const {url} = await serve(textReply('Late.'));
    const {child, finished} = startAgent(['-p', 'explain'], {cwd: folder.path, env: served(url), stdin: null});
    child.stderr.once('data', () => child.stdin.end('late data\n'));
    const {code, stderr} = await finished;
    expect([code, stderr]).toEqual([0, expect.stringContaining('Waiting for standard input')]);
    expect(promptTexts(server)).toEqual(['explain', '<stdin>\nlate data\n</stdin>']);
  });

  it.each([
    ['with -p', ['-p'], 'Standard input is empty. One-shot mode needs a prompt'],
    ['without', [], 'Standard input is empty. A conversation needs a terminal'],
  ])('says that what was piped is empty: %s', async (_, args, fault) => {
    const {code, stderr} = await runAgent(args, {cwd: folder.path});
    expect([code, stderr]).toEqual([2, expect.stringContaining(fault)]);
  });

  it('may come to a prompt of 10 MB', async () => {
    const {url} = await serve(textReply('Long.'));
    const stdin = 'a line of a long log\n'.repeat(500_000);
    const env = {...served(url), ANTHROPIC_MODEL: 'a-model-with-an-unknown-window'};
    const {code, stdout} = await runAgent(['-p', 'explain'], {cwd: folder.path, env, stdin});
    expect([code, stdout]).toEqual([0, 'Long.\n']);
    expect(promptTexts(server)[1]?.length).toBeGreaterThan(10_000_000);
  });

  it('comes of the system prompt and the effort that were asked for', async () => {
    const {url, requests} = await serve(textReply('Bonjour.'), textReply('Hello.'));
    const options = {cwd: folder.path, env: served(url)};
    const more = ['--append-system-prompt', 'To French.'];
    await runAgent(['-p', 'hello', '--system-prompt', 'Translate.', ...more, '--effort', 'low'], options);
    await runAgent(['-p', 'hello', ...more], options);
    const [whole, added] = requests.map(({body}) => (body.system as readonly {readonly text: string}[])[0]?.text);
    expect(whole).toBe('Translate.\n\nTo French.');
    expect(added).toMatch(/^You are agent, [\s\S]*\nFolder: [\s\S]*\n\nTo French\.$/);
    expect(requests.map(({body}) => body.output_config)).toEqual([{effort: 'low'}, undefined]);
  });

  it('changes the file it was allowed to, and no other tool runs', async () => {
    const path = join(folder.path, 'notes.txt');
    const {url, requests} = await serve(
      toolReply([{name: 'Read', input: {file_path: path}}]),
      toolReply([
        {name: 'Edit', input: {file_path: path, old_string: 'two', new_string: '2'}, id: 'edit'},
        {name: 'Bash', input: {command: `echo no > ${folder.path}/canary`}, id: 'bash'},
      ]),
      textReply('Changed.'),
    );
    const run = await runAgent(['-p', 'fix', '--allowedTools', 'Edit'], {cwd: folder.path, env: served(url)});
    expect([run.code, run.stdout]).toEqual([0, 'Changed.\n']);
    expect(run.stderr).toMatch(/^Bash .* was refused: .*--allowedTools "Edit\(\/canary\)"/);
    expect(folder.read('notes.txt')).toBe('one\n2\nthree\n');
    expect(folder.has('canary')).toBe(false);
    const results = requests[2]?.body.messages.at(-1)?.content;
    expect(results).toMatchObject([{tool_use_id: 'edit'}, {tool_use_id: 'bash', is_error: true}]);
  });

  it('says on standard error that it stopped a command that was left running', async () => {
    const {url} = await serve(toolReply([{name: 'Bash', input: {command: 'sleep 600 &'}}]), textReply('Started.'));
    const run = await runAgent(['-p', 'start it', '--allowedTools', 'Bash'], {cwd: folder.path, env: served(url)});
    expect(run).toMatchObject({code: 0, stdout: 'Started.\n'});
    expect(run.stderr).toBe('Warning: Stopped a command that was left running.\n');
  });

  it('says on standard error what it does when asked to be verbose', async () => {
    const path = join(folder.path, 'notes.txt');
    const {url} = await serve(toolReply([{name: 'Read', input: {file_path: path}}]), textReply('Read.'));
    const {stdout, stderr} = await runAgent(['-p', 'read', '--verbose'], {cwd: folder.path, env: served(url)});
    expect(stdout).toBe('Read.\n');
    expect(stderr).toContain('Read notes.txt');
    expect(stderr).toMatch(/2 steps, .* tokens in/);
  });
});

describe('the machine-readable formats', () => {
  it('json is the result alone', async () => {
    const {url} = await serve(textReply('Done.', {usage: {input_tokens: 10, output_tokens: 5}}));
    const {stdout} = await runAgent(['-p', 'x', '--output-format', 'json'], {cwd: folder.path, env: served(url)});
    expect(jsonLines(stdout)).toMatchObject([
      {
        type: 'result',
        subtype: 'success',
        is_error: false,
        result: 'Done.',
        num_turns: 1,
        usage: {input_tokens: 10, output_tokens: 5},
      },
    ]);
  });

  it('stream-json tells the whole run, a message a line, the result last', async () => {
    const path = join(folder.path, 'notes.txt');
    const {url} = await serve(
      toolReply([{name: 'Read', input: {file_path: path}, id: 'call'}], {text: 'I read it.', id: 'msg_1'}),
      textReply('Two\u2028lines.', {id: 'msg_2'}),
    );
    const args = ['-p', 'x', '--output-format', 'stream-json', '--verbose'];
    const {code, stdout, stderr} = await runAgent(args, {cwd: folder.path, env: served(url)});
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('\u2028');
    const messages = jsonLines(stdout);
    expect(messages).toMatchObject([
      {type: 'system', subtype: 'init', cwd: folder.path, permissionMode: 'default', apiKeySource: 'ANTHROPIC_API_KEY'},
      {type: 'assistant', message: {id: 'msg_1', content: [{type: 'text', text: 'I read it.'}]}},
      {type: 'assistant', message: {id: 'msg_1', content: [{type: 'tool_use', id: 'call', name: 'Read'}]}},
      {type: 'user', message: {content: [{type: 'tool_result', tool_use_id: 'call'}]}},
      {type: 'assistant', message: {id: 'msg_2', content: [{type: 'text', text: 'Two\u2028lines.'}]}},
      {type: 'result', subtype: 'success', result: 'Two\u2028lines.', num_turns: 2, terminal_reason: 'completed'},
    ]);
    expect(messages[0]).toMatchObject({
      tools: expect.arrayContaining(['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob']),
      model: expect.stringMatching(/^claude-sonnet-/),
      claude_code_version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      agents: expect.arrayContaining(['explore']),
      ...{mcp_servers: [], slash_commands: [], skills: [], plugins: [], output_style: 'default'},
    });
    expect(new Set(messages.map(({session_id}) => session_id)).size).toBe(1);
    expect(new Set(messages.map(({uuid}) => uuid)).size).toBe(messages.length);
  });

  it('with partial messages the raw stream events can be put together again', async () => {
    const {url} = await serve(textReply('Hello.'));
    const args = ['-p', 'x', '--output-format', 'stream-json', '--include-partial-messages'];
    const {stdout} = await runAgent(args, {cwd: folder.path, env: served(url)});
    const events = jsonLines(stdout).flatMap(({event}) => (event === undefined ? [] : [event as {type: string}]));
    expect(events.map(({type}) => type)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });
});

describe('the exit code', () => {
  const usage = async (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    stdin: string | Uint8Array = '',
  ) => {
    const {code, stdout, stderr} = await runAgent(args, {cwd: folder.path, env, stdin});
    expect({code, stdout, lines: stderr.trimEnd().split('\n').length}).toEqual({code: 2, stdout: '', lines: 1});
    return stderr;
  };

  it('is 1 when the server refuses, with its reason in one line', async () => {
    const {url} = await serve();
    const {code, stdout, stderr} = await runAgent(['-p', 'x'], {cwd: folder.path, env: served(url)});
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('the test has no reply for request 0');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is 1 for a model that the server does not know, and the nearest that is known is named', async () => {
    const {url} = await serve(errorReply(404, 'not_found_error', 'model: sonet'));
    const {code, stderr} = await runAgent(['-p', 'x', '--model', 'sonet'], {cwd: folder.path, env: served(url)});
    expect(code).toBe(1);
    expect(stderr).toMatch(/sonet.*Did you mean sonnet\?\n$/);
  });

  it('is 1 for a prompt that fills the window of its model, before any request', async () => {
    const {url, requests} = await serve();
    const stdin = 'a line of a long log\n'.repeat(500_000);
    const run = await runAgent(['-p', 'x', '--model', 'haiku'], {cwd: folder.path, env: served(url), stdin});
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/fills the window/);
    expect(requests).toHaveLength(0);
  });

  it('is 2 for an option, a tool or a rule that it does not know', async () => {
    expect(await usage(['-p', 'x', '--modle', 'opus'])).toContain('--model');
    expect(await usage(['-p', 'x', '--allowedTools', 'Edti'])).toContain('Edit');
    expect(await usage(['-p', 'x', '--disallowedTools', 'Edit()'])).toContain('its parentheses are empty');
    expect(await usage(['-p', 'x', '--permission-mode', 'careful'])).toContain('acceptEdits');
  });

  it('is 2 without a key for a model that needs one, naming the variable and the demo model', async () => {
    const line = await usage(['-p', 'x', '--model', 'opus']);
    expect(line).toContain('ANTHROPIC_API_KEY');
    expect(line).toContain('--model demo');
  });

  it('is 2 for a key or a custom header that no request can carry', async () => {
    const key = {ANTHROPIC_API_KEY: 'sk-1\nsk-2'};
    expect(await usage(['-p', 'x'], key)).toContain('ANTHROPIC_API_KEY holds more than one line');
    const headers = {ANTHROPIC_API_KEY: 'k', ANTHROPIC_CUSTOM_HEADERS: 'X-A: b\nnonsense'};
    expect(await usage(['-p', 'x'], headers)).toContain('ANTHROPIC_CUSTOM_HEADERS, line 2,');
  });

  it('is 2 without a prompt and without a terminal, and the one-shot form is shown', async () => {
    expect(await usage([])).toContain('agent -p "look around this repository"');
    expect(await usage(['-p'])).toContain('agent -p "look around this repository"');
    expect(await usage(['-p', ' '], {}, '\n')).toContain('agent -p');
    expect(await usage([])).not.toContain('npx');
    expect(await usage([], {npm_command: 'exec'})).toContain('npx agent -p "look around this repository"');
  });

  it('is 2 for piped input that is no text', async () => {
    expect(await usage(['-p', 'x'], {}, Buffer.from('\x7fELF\0\0\x01', 'latin1'))).toContain('not text');
  });

  it('is 2 for a broken settings file, named with line and column', async () => {
    folder.write('.agent/settings.json', '{\n  "model": opus\n}');
    expect(await usage(['-p', 'x'])).toContain(`${folder.path}/.agent/settings.json:2:12`);
  });

  it('is 2 in a folder that does not exist any more', async () => {
    const gone = createFolder();
    const script = `cd ${gone.path} && rmdir ${gone.path} && exec "$0" "$@"`;
    const {code, stdout, stderr} = await runAgent(['-p', 'x'], {cwd: folder.path, through: script});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/folder.*does not exist/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is 3 at the limit of steps, after the last tool ran', async () => {
    const path = join(folder.path, 'notes.txt');
    const {url} = await serve(toolReply([{name: 'Read', input: {file_path: path}}]));
    const args = ['-p', 'x', '--max-turns', '1'];
    const run = await runAgent(args, {cwd: folder.path, env: served(url)});
    expect([run.code, run.stdout]).toEqual([3, '']);
    expect(run.stderr).toContain('--max-turns');
  });

  it('is 3 at the limit of dollars, before a request that could pass it', async () => {
    const {url, requests} = await serve(textReply('x'));
    const args = ['-p', 'x', '--model', 'opus', '--max-budget-usd', '0.0001', '--output-format', 'json'];
    const {code, stdout} = await runAgent(args, {cwd: folder.path, env: served(url)});
    expect(code).toBe(3);
    expect(jsonLines(stdout)).toMatchObject([{subtype: 'error_max_budget_usd', is_error: true}]);
    expect(requests).toHaveLength(0);
  });
});
