/** Conversations that are gone on with: by the flags, over real HTTP, from the files that a program left, however it ended. */
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, type StartOptions, served, startAgent} from '../support/agent.js';
import {
  type ModelServer,
  type Reply,
  type ServedRequest,
  silentReply,
  textReply,
  toolReply,
} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let home: Folder;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\ntwo\n'});
  home = createFolder();
});

const serve = (...replies: readonly Reply[]): Promise<ModelServer> => serveModel(replies);

const within = ({url}: ModelServer, env: StartOptions['env'] = {}): StartOptions => ({
  cwd: folder.path,
  env: {...served(url), HOME: home.path, ...env},
});

const sessions = (): string => join(home.path, '.agent', 'sessions');
const logs = (): readonly string[] =>
  existsSync(sessions())
    ? readdirSync(sessions(), {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.jsonl'))
    : [];

/** What a request says of the tools, of the system and of the messages, without the marks of the prompt cache. */
function partsOf({body}: ServedRequest): {readonly beginning: string; readonly messages: string} {
  const plain = (value: unknown): string =>
    JSON.stringify(value, (key, each) => (key === 'cache_control' ? undefined : each));
  return {beginning: plain([body.system, body.tools]), messages: plain(body.messages)};
}

const words = ({requests}: ModelServer): string => JSON.stringify(requests.at(-1)?.body.messages);

describe('a conversation', () => {
  it('goes on where it was left, with the bytes of before', async () => {
    const first = await serve(toolReply([{name: 'Read', input: {file_path: 'notes.txt'}}]), textReply('Two lines.'));
    await runAgent(['-p', 'how long is notes.txt?', '--effort', 'low'], within(first));
    const second = await serve(textReply('As I said.'));
    const run = await runAgent(['-c', '-p', 'and now?'], within(second));
    expect(run).toMatchObject({
      code: 0,
      stdout: 'As I said.\n',
      stderr: 'Loaded 4 of 4 messages of the conversation.\n',
    });
    const [before, after] = [first.requests[1], second.requests[0]].map(each => each && partsOf(each));
    expect(after?.beginning).toBe(before?.beginning);
    expect(after?.messages.startsWith(before?.messages.slice(0, -1) ?? '-')).toBe(true);
    expect(logs()).toHaveLength(1);
    expect(statSync(join(sessions(), logs()[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('tells hooks that it is gone on with, and where each agent is kept', async () => {
    const spawn = toolReply([{name: 'Agent', input: {description: 'look', prompt: 'Look.'}}]);
    const server = await serve(spawn, textReply('I looked.'), textReply('One.'), textReply('Two.'));
    const run = [{hooks: [{type: 'command', command: '{ cat; echo; } >> heard.jsonl'}]}];
    home.write('.agent/settings.json', JSON.stringify({hooks: {SessionStart: run, SubagentStop: run}}));
    await runAgent(['-p', 'first'], within(server));
    await runAgent(['-c', '-p', 'second'], within(server));
    const heard = folder
      .read('heard.jsonl')
      .trim()
      .split(/\n+/)
      .map(line => JSON.parse(line));
    const path =
      logs()
        .map(name => join(sessions(), name))
        .find(name => !name.includes('/agents/')) ?? '';
    const below = path.replace(/\.jsonl$/, '/agents/agent-1.jsonl');
    expect(existsSync(below)).toBe(true);
    expect(heard).toMatchObject([
      {source: 'startup', transcript_path: path},
      {hook_event_name: 'SubagentStop', transcript_path: path, agent_transcript_path: below},
      {source: 'resume', transcript_path: path},
    ]);
    expect(heard[2].session_id).toBe(heard[0].session_id);
  });

  it('is told something else on demand, and keeps what was said', async () => {
    const server = await serve(textReply('One.'), textReply('Two.'));
    await runAgent(['-p', 'first'], within(server));
    await runAgent(['-c', '-p', 'second', '--system-prompt', 'You are a poet.'], within(server));
    expect(JSON.stringify(server.requests[1]?.body.system)).toContain('You are a poet.');
    expect(words(server)).toMatch(/first.*One.*second/);
  });

  it('is found by its id, the beginning of that, or words in it; else the choice is shown', async () => {
    const server = await serve(...['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map(text => textReply(text)));
    await runAgent(['-p', 'count the apples', '--session-id', 'aaaa1111'], within(server));
    await runAgent(['-p', 'count the pears', '--session-id', 'Bbbb2222'], within(server));
    await runAgent(['-r', 'apples', '-p', 'again'], within(server));
    expect(words(server)).toMatch(/apples.*One.*again/);
    await runAgent(['-r', 'bbbb', '-p', 'again'], within(server));
    expect(words(server)).toMatch(/pears.*Two.*again/);
    await runAgent(['-r', 'Three.', '-p', 'more'], within(server));
    expect(words(server)).toMatch(/apples.*Three.*more/);
    const many = await runAgent(['-r', 'count', '-p', 'x'], within(server));
    expect([many.code, many.stderr]).toEqual([
      2,
      '2 conversations fit "count"; give the beginning of one\'s id:\n  aaaa1111  count the apples\n  Bbbb2222  count the pears\n',
    ]);
    // These stand in the system prompt of each.
    expect(await runAgent(['-r', 'a coding agent', '-p', 'x'], within(server))).toMatchObject({code: 2});
    const none = await runAgent(['-r', 'plums', '-p', 'x'], within(server));
    expect([none.code, none.stderr.split('\n')[0]]).toEqual([
      2,
      'No conversation of this folder has the id "plums" or those words. There are:',
    ]);
  });

  it('knows the agents of before, and takes none of their names again', async () => {
    const spawn = toolReply([{name: 'Agent', input: {description: 'look', prompt: 'Look.'}}]);
    const looked = textReply('I looked.', {usage: {output_tokens: 1_000}});
    const server = await serve(spawn, looked, textReply('Good.'), spawn, looked, textReply('Fine.'));
    const first = await runAgent(['-p', 'let one look', '--output-format', 'json'], within(server));
    const second = await runAgent(['-c', '-p', 'and another', '--output-format', 'json'], within(server));
    expect(
      logs()
        .filter(name => name.includes('agents/'))
        .map(name => name.replace(/.*\//, '')),
    ).toEqual(['agent-1.jsonl', 'agent-2.jsonl']);
    const [before, after] = [first, second].map(({stdout}) => JSON.parse(stdout).total_cost_usd);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeCloseTo(2 * before, 9);
  });

  it('of a given id is begun once', async () => {
    const server = await serve(textReply('One.'));
    const args = ['-p', 'hi', '--session-id', 'mine'];
    await runAgent(args, within(server));
    expect(await runAgent(args, within(server))).toMatchObject({
      code: 2,
      stderr: 'There is a conversation mine already. Go on with it by --resume, or choose another id.\n',
    });
    expect(await runAgent(['-p', 'hi', '--session-id', '../x'], within(server))).toMatchObject({code: 2});
  });

  it('of another folder is none to go on with', async () => {
    const other = createFolder();
    const server = await serve(textReply('One.'));
    await runAgent(['-p', 'hi'], within(server));
    const run = await runAgent(['-c', '-p', 'x'], {...within(server), cwd: other.path});
    expect(run).toMatchObject({code: 2, stdout: ''});
    expect(run.stderr).toBe('There is no conversation of this folder to go on with. Start one: agent\n');
  });

  it('is copied on demand, and stays as it is then', async () => {
    const server = await serve(textReply('One.'), textReply('Two.'), textReply('Three.'));
    await runAgent(['-p', 'first', '--session-id', 'original'], within(server));
    const path = join(sessions(), logs()[0] ?? '');
    const before = readFileSync(path, 'utf8');
    await runAgent(['-c', '--fork-session', '--session-id', 'copy', '-p', 'second'], within(server));
    expect(words(server)).toMatch(/first.*One.*second/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    await runAgent(['-r', 'copy', '-p', 'third'], within(server));
    expect(words(server)).toMatch(/first.*One.*second.*Two.*third/);
  });

  it('that another program has open is gone on with in a copy, and that is said', async () => {
    const first = await serve(textReply('One.'), silentReply);
    await runAgent(['-p', 'first', '--session-id', 'original'], within(first));
    const open = startAgent(['-c', '-p', 'wait'], within(first));
    await first.request(1);
    const second = await serve(textReply('Two.'));
    const run = await runAgent(['-c', '-p', 'meanwhile'], within(second));
    expect(run).toMatchObject({code: 0, stdout: 'Two.\n'});
    expect(run.stderr).toMatch(/^Another program has that conversation open: this one goes on with a copy of it\.$/m);
    open.child.kill('SIGTERM');
    expect((await open.finished).code).toBe(143);
    expect(logs()).toHaveLength(2);
  });

  it('is not found by the searches of another, also where it lies in the folder', async () => {
    const env = {HOME: folder.path};
    const server = await serve(
      textReply('One.'),
      toolReply([
        {name: 'Grep', input: {pattern: 'a rare word'}, id: 'grep'},
        {name: 'Glob', input: {pattern: '**/*.jsonl'}, id: 'glob'},
      ]),
      textReply('Done.'),
    );
    await runAgent(['-p', 'a rare word'], within(server, env));
    folder.write('mine.jsonl', 'a rare word\n');
    // Nor are the lines that --debug wrote of it.
    folder.write('.agent/debug/one.log', 'a rare word\n');
    await runAgent(['-p', 'look'], within(server, env));
    const results = JSON.stringify(server.requests.at(-1)?.body.messages.at(-1));
    expect(results).toContain('mine.jsonl');
    expect(results).not.toMatch(/sessions|debug/);
  });

  it('is not kept without a lock that others can see, which goes with the program whatever ends it', async () => {
    const server = await serve(silentReply, textReply('One.'));
    const open = startAgent(['-p', 'first', '--session-id', 'mine'], within(server));
    await server.request(0);
    const locks = (): readonly string[] =>
      readdirSync(sessions(), {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.lock'));
    expect(locks()).toHaveLength(1);
    open.child.kill('SIGTERM');
    expect((await open.finished).code).toBe(143);
    expect(locks()).toEqual([]);
    const run = await runAgent(['-c', '-p', 'second'], within(server));
    expect(run).toMatchObject({code: 0, stdout: 'One.\n', stderr: 'Loaded 1 of 1 messages of the conversation.\n'});
  });

  it.each([
    [['--fork-session'], '--fork-session copies a conversation: say which, by --continue or --resume.'],
    [
      ['-c', '--no-session-persistence'],
      'A conversation that is gone on with is kept. Leave out --no-session-persistence, or begin a new one.',
    ],
    [
      ['--session-id', 'a b'],
      '"a b" cannot be the id of a conversation: one has letters, digits, - and _, begins with a letter or digit, and is no longer than 100.',
    ],
  ])('is not begun with %j', async (flags, words) => {
    const server = await serve(textReply('One.'));
    const run = await runAgent(['-p', 'hi', ...flags], within(server));
    expect(run).toMatchObject({code: 2, stdout: '', stderr: `${words}\n`});
    expect(logs()).toEqual([]);
  });

  it('leaves nothing on disk where that is asked for', async () => {
    const server = await serve(textReply('One.'));
    await runAgent(['-p', 'hi', '--no-session-persistence'], within(server));
    expect(logs()).toEqual([]);
  });

  it('goes on in memory where it cannot be written, which is said once', async () => {
    home.write('file', '');
    const server = await serve(toolReply([{name: 'Read', input: {file_path: 'notes.txt'}}]), textReply('Done.'));
    const run = await runAgent(['-p', 'hi'], within(server, {AGENT_HOME: join(home.path, 'file')}));
    expect(run).toMatchObject({code: 0, stdout: 'Done.\n'});
    expect(run.stderr).toMatch(
      /^Warning: This conversation is not kept any more: .* cannot be written \(ENOTDIR\)\..*\n$/,
    );
  });
});

describe('a program that was killed', () => {
  it('leaves what it had told of; nothing is done a second time', async () => {
    const first = await serve(
      toolReply([{name: 'Bash', input: {command: 'echo once >> ran.txt'}}]),
      toolReply([{name: 'Bash', input: {command: 'echo twice >> ran.txt; exec sleep 60'}}]),
    );
    const program = startAgent(['-p', 'run it', '--allowedTools', 'Bash'], within(first));
    await first.request(1);
    const log = join(sessions(), logs()[0] ?? '');
    // Until the second call is under way.
    await expect
      .poll(() => (folder.has('ran.txt') ? folder.read('ran.txt') : ''), {timeout: 10_000})
      .toBe('once\ntwice\n');
    program.child.kill('SIGKILL');
    expect((await program.finished).signal).toBe('SIGKILL');
    expect(readFileSync(log, 'utf8').endsWith('\n')).toBe(true);
    const second = await serve(textReply('I see.'));
    const run = await runAgent(['-c', '-p', 'what happened?'], within(second));
    expect(run).toMatchObject({code: 0, stdout: 'I see.\n'});
    expect(words(second)).toMatch(/run it.*echo once.*echo twice.*Interrupted: the call did not finish.*what happened/);
    expect(folder.read('ran.txt')).toBe('once\ntwice\n');
  });
});
