/** The library as its users meet it: `createSession` over real HTTP, real files and real processes. */
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, realpathSync} from 'node:fs';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {
  createRecordedModel,
  createScriptedModel,
  createSession,
  type ModelRequest,
  type ScriptedReply,
  type SessionOptions,
  type Tool,
  UsageError,
} from '../src/index.js';
import {errorReply, type Reply, rawReply, textReply, toolReply} from './support/model-server.js';
import {createSleep, until} from './support/processes.js';
import {makeTool, outline, runTurn} from './support/runtime.js';
import {serveModel} from './support/serve-model.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'compose-test-')));
const home = join(folder, 'home');

afterAll(() => rm(folder, {recursive: true, force: true}));

/** A session whose model answers with these replies, in a folder of its own. */
async function open(replies: readonly Reply[], options: SessionOptions = {}) {
  const server = await serveModel(replies);
  const cwd = await mkdtemp(join(folder, 'work-'));
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AGENT_HOME: home,
    ANTHROPIC_API_KEY: 'test',
    ANTHROPIC_BASE_URL: server.url,
  };
  const session = await createSession({cwd, env, ...options});
  return {server, session, cwd: session.cwd};
}

describe('createSession', () => {
  it('edits a file through the real wire, with the tools that were allowed', async () => {
    const {session, cwd, server} = await open(
      [
        toolReply([{name: 'Read', input: {file_path: 'a.txt'}, id: 'toolu_a'}]),
        toolReply([
          {name: 'Edit', input: {file_path: 'a.txt', old_string: 'wrold', new_string: 'world'}, id: 'toolu_b'},
        ]),
        textReply('Fixed.'),
      ],
      {allowedTools: ['Edit']},
    );
    await writeFile(join(cwd, 'a.txt'), 'hello wrold\n');
    const {outcome} = await runTurn(session, 'fix the typo');
    await session.close();
    expect(outcome).toMatchObject({reason: 'completed', text: 'Fixed.', steps: 3});
    expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toBe('hello world\n');
    expect(server.requests[0]?.body.model).toMatch(/sonnet/);
    expect(server.requests[0]?.body.tools?.map(tool => 'name' in tool && tool.name)).toEqual(session.tools);
  });

  it('keeps the prefix of every request byte for byte, but for the cache marks', async () => {
    const replies = [1, 2, 3].map(step => toolReply([{name: 'Glob', input: {pattern: '*'}, id: `toolu_${step}`}]));
    const {session, server} = await open([...replies, textReply('done')]);
    await runTurn(session, 'look');
    await session.close();
    const bodies = server.requests.map(({body}) => {
      const bare = JSON.parse(JSON.stringify(body, (key, value) => (key === 'cache_control' ? undefined : value)));
      return JSON.stringify([bare.system, bare.tools, bare.messages]).slice(0, -2);
    });
    expect(bodies).toHaveLength(4);
    for (const [index, body] of bodies.entries()) expect(body.startsWith(bodies[index - 1] ?? '')).toBe(true);
  });

  it('stays within fourteen kilobytes for the first request, tools and system prompt included', async () => {
    const {session, server} = await open([textReply('hi')]);
    await runTurn(session, 'hi');
    await session.close();
    expect(server.requests[0]?.text.length).toBeLessThan(14_000);
  });

  it('refuses what nobody can be asked about, and tells the flag that would allow it', async () => {
    const {session, cwd, server} = await open([
      toolReply([{name: 'Bash', input: {command: 'touch made'}}]),
      textReply('I could not.'),
    ]);
    await runTurn(session, 'make it');
    await session.close();
    expect(JSON.stringify(server.requests[1]?.body.messages)).toMatch(/--allowedTools/);
    await expect(readFile(join(cwd, 'made'))).rejects.toThrow(/ENOENT/);
  });

  it('asks when somebody is there, shows what would be done, and does what is answered', async () => {
    const write = (id: string, file: string) =>
      toolReply([{name: 'Write', input: {file_path: file, content: 'x\n'}, id}]);
    const {session, cwd} = await open([write('toolu_1', 'yes.txt'), write('toolu_2', 'no.txt'), textReply('done')], {
      interactive: true,
    });
    const {events} = await runTurn(session, 'write two files', event => {
      if (event.type !== 'question_asked') return;
      expect(event.preview?.diff).toMatchObject({added: 1, removed: 0});
      const isFirst = event.callId === 'toolu_1';
      expect(session.answer(event.callId, isFirst ? {verdict: 'allow'} : {verdict: 'deny', message: 'no'})).toBe(true);
    });
    await session.close();
    expect(outline(events).filter(line => line.startsWith('tool_finished'))).toEqual([
      'tool_finished toolu_1 ok',
      'tool_finished toolu_2 denied',
    ]);
    expect(await readFile(join(cwd, 'yes.txt'), 'utf8')).toBe('x\n');
    await expect(readFile(join(cwd, 'no.txt'))).rejects.toThrow(/ENOENT/);
  });

  it('tells how much a command left running, and leaves nothing when it is closed', async () => {
    const sleep = createSleep();
    const {session} = await open(
      [toolReply([{name: 'Bash', input: {command: `${sleep.command} &`}}]), textReply('started')],
      {
        skipPermissions: true,
      },
    );
    const watcher = session.observe();
    await runTurn(session, 'start it');
    await until('the sleep runs', () => sleep.pids().length > 0);
    expect(watcher.drain().flatMap(event => (event.type === 'commands_changed' ? [event.live] : []))).toEqual([1]);
    await session.close();
    expect(sleep.pids()).toEqual([]);
  });

  it('says when it is closed how many commands that were left running it stops, and nothing of those that ended', async () => {
    const [sleep, brief] = [createSleep(), createSleep()];
    const start = toolReply([{name: 'Bash', input: {command: `${sleep.command} & ${brief.command} &`}}]);
    const again = toolReply([{name: 'Bash', input: {command: `${brief.command} &`}, id: 'toolu_2'}]);
    const {session} = await open([start, again, textReply('started')], {skipPermissions: true});
    await runTurn(session, 'start them');
    const watcher = session.observe({filter: ({type}) => type === 'notice'});
    await until('all run', () => brief.pids().length === 2 && sleep.pids().length === 1);
    for (const pid of brief.pids()) process.kill(pid);
    await until('the others are gone', () => brief.pids().length === 0);
    await session.close();
    expect(watcher.drain()).toMatchObject([{level: 'warning', text: 'Stopped a command that was left running.'}]);
  });

  it('leaves no listener and no file of its own when it is closed', async () => {
    const listeners = process.listenerCount('exit');
    const {session} = await open([toolReply([{name: 'Bash', input: {command: 'seq 20000'}}]), textReply('counted')], {
      skipPermissions: true,
    });
    await runTurn(session, 'count');
    const [kept = ''] = /\/[^ ]+\.log/.exec(JSON.stringify(session.history)) ?? [];
    expect(existsSync(kept)).toBe(true);
    await session.close();
    expect(existsSync(kept)).toBe(false);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  it('fails at once, in one line, when the key is wrong', async () => {
    const {session, server} = await open([errorReply(401, 'authentication_error', 'invalid x-api-key')]);
    const {outcome} = await runTurn(session, 'hi');
    await session.close();
    expect(outcome).toMatchObject({reason: 'error', error: {kind: 'authentication', status: 401}});
    expect(outcome.error?.message).toMatch(/^[^\n]*ANTHROPIC_API_KEY[^\n]*$/);
    expect(server.requests).toHaveLength(1);
  });

  it('does not wait without end for a web page to become an answer, not even in a conversation', async () => {
    const page = rawReply(200, 'text/html', '<!doctype html><title>Sign in to the guest network</title>');
    const {session, server} = await open(
      Array.from({length: 9}, () => page),
      {interactive: true},
    );
    const {outcome} = await runTurn(session, 'hi');
    await session.close();
    expect(outcome).toMatchObject({reason: 'error', error: {kind: 'garbage', status: 200}});
    expect(outcome.error?.message).toMatch(
      /^\S+ answered 200 with a web page \("Sign in to the guest network"\) instead of events\. .*log in with a browser; else check ANTHROPIC_BASE_URL \(\S+\)\. Gave up after 3 more attempts\.$/,
    );
    expect(server.requests).toHaveLength(4);
  });

  it('waits when a server asks for more time than a timer takes', async () => {
    const {session} = await open(
      [errorReply(500, 'api_error', 'come back in a month', {'retry-after': '2592000'}), textReply('too soon')],
      {interactive: true},
    );
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const {outcome} = await runTurn(session, 'hi', event => {
      if (event.type === 'retry_scheduled') setImmediate(() => session.interrupt());
    });
    await session.close();
    process.removeListener('warning', note);
    // Node warns of a timer that is too long, and fires it after a millisecond.
    expect(warnings).toEqual([]);
    expect(outcome.reason).toBe('aborted');
  });

  it('changes the model by name, and keeps the conversation', async () => {
    const {session, server} = await open([textReply('one'), textReply('two')]);
    await runTurn(session, 'first');
    await session.setModel('haiku');
    await runTurn(session, 'second');
    await session.close();
    expect(server.requests.map(({body}) => body.model)).toEqual([
      expect.stringMatching(/sonnet/),
      expect.stringMatching(/haiku/),
    ]);
    expect(server.requests[1]?.body.messages).toHaveLength(3);
  });

  it('records a conversation, and replays it without the server', async () => {
    const file = join(folder, 'recorded.jsonl');
    const {session} = await open([textReply('recorded words')], {recordTo: file});
    await runTurn(session, 'hi');
    await session.close();
    const lines = await readFile(file, 'utf8');
    expect(lines).not.toMatch(/x-api-key|ANTHROPIC_API_KEY/);
    const {system} = JSON.parse(lines.split('\n')[1] ?? '').request;
    const replayed = await createSession({
      cwd: folder,
      env: {AGENT_HOME: home},
      model: createRecordedModel(file),
      systemPrompt: system,
    });
    expect((await runTurn(replayed, 'hi')).outcome.text).toBe('recorded words');
    await replayed.close();
  });

  it('replays a conversation whose results name files of the run, on another day and after a change in the folder', async () => {
    const cwd = await mkdtemp(join(folder, 'work-'));
    execFileSync('git', ['init', '-q'], {cwd});
    const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: home};
    const file = join(folder, 'named.jsonl');
    const script = ({messages}: ModelRequest): ScriptedReply => {
      const [log] = JSON.stringify(messages.at(-1)).match(/\/[^\s"]+\.log\b/) ?? [];
      if (messages.length === 1) return {calls: [{name: 'Bash', input: {command: 'sleep 50 & echo lib'}}]};
      return log === undefined ? {text: 'It says lib.'} : {calls: [{name: 'Read', input: {file_path: log}}]};
    };
    const turn = async (options: SessionOptions): Promise<readonly unknown[]> => {
      const session = await createSession({cwd, env, skipPermissions: true, ...options});
      const {outcome, events} = await runTurn(session, 'read the log');
      await session.close();
      const outcomes = events.flatMap(event => (event.type === 'tool_finished' ? [event.outcome] : []));
      return [outcomes, outcome.error ?? null, outcome.text];
    };
    const expected = [['ok', 'ok'], null, 'It says lib.'];
    expect(await turn({model: createScriptedModel(script), recordTo: file})).toEqual(expected);
    await writeFile(join(cwd, 'newfile'), '');
    expect(await turn({model: createRecordedModel(file), appendSystemPrompt: 'It is another day.'})).toEqual(expected);
  });

  it('takes a model and tools of the caller’s own', async () => {
    const model = createScriptedModel([{calls: [{name: 'Glob', input: {pattern: '*.none'}}]}, {text: 'nothing there'}]);
    const session = await createSession({cwd: folder, env: {PATH: process.env.PATH, AGENT_HOME: home}, model});
    expect((await runTurn(session, 'look')).outcome.text).toBe('nothing there');
    await session.close();
  });
});

describe('what createSession refuses', () => {
  const env = {PATH: process.env.PATH, AGENT_HOME: home};
  const refusal = async (options: SessionOptions): Promise<string> => {
    const error = await createSession({cwd: folder, env, ...options}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    return error instanceof Error ? error.message : '';
  };

  it('is a model that needs a key where there is none', async () => {
    expect(await refusal({model: 'opus'})).toMatch(/ANTHROPIC_API_KEY.*demo/);
  });

  it('is refused in the same words while the conversation goes on: they help there too', async () => {
    const session = await createSession({cwd: folder, env});
    const told = await session.setModel('nonsense').catch(String);
    expect(told).toBe(`UsageError: ${await refusal({model: 'nonsense'})}`);
    expect(told).toContain('--model demo');
    await session.close();
  });

  it('is a tool that does not exist, by either list', async () => {
    expect(await refusal({allowedTools: ['Edits']})).toMatch(/no tool "Edits".*Edit/);
    expect(await refusal({disallowedTools: ['Nope']})).toMatch(/no tool "Nope"/);
  });

  it('is a tool by a name that no request can hold', async () => {
    const tool = (name: string): Tool => ({...makeTool('Own', 'reads', () => 'done'), name});
    for (const name of ['my tool', '', 'é', 'x'.repeat(129)]) {
      expect(await refusal({tools: [tool(name)]})).toContain(`A tool cannot have the name "${name}": `);
    }
    const session = await createSession({cwd: folder, env, tools: [tool('mcp__my-server__tool')]});
    await session.close();
  });

  it('is a budget in dollars for a model without a known price', async () => {
    const keyed = {...env, ANTHROPIC_API_KEY: 'test'};
    expect(await refusal({env: keyed, model: 'my-own-model', maxBudgetUsd: 1})).toMatch(/--max-budget-usd/);
  });

  it('is an effort that the model does not know', async () => {
    const keyed = {...env, ANTHROPIC_API_KEY: 'test'};
    expect(await refusal({env: keyed, model: 'claude-haiku-4-5', effort: 'max'})).toMatch(/low, medium, high/);
  });

  it('is an address that is none', async () => {
    const keyed = {...env, ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: 'notaurl'};
    expect(await refusal({env: keyed})).toMatch(/^ANTHROPIC_BASE_URL is "notaurl"[^\n]*$/);
  });

  it('is a folder that is gone, and settings that are broken', async () => {
    const gone = join(folder, 'gone');
    await mkdir(gone);
    await rm(gone, {recursive: true});
    expect(await refusal({cwd: gone})).toMatch(/gone, does not exist/);
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'settings.json'), '{"model": }');
    expect(await refusal({env: {...env, AGENT_HOME: broken}})).toMatch(/settings\.json:1:11/);
  });
});

describe('an effort that has no effect', () => {
  const warnings = async (options: SessionOptions): Promise<readonly string[]> => {
    const {session} = await open([], options);
    await session.close();
    expect(session.effort).toBeNull();
    return session.warnings;
  };

  it('is told where the model is not known, or has no levels', async () => {
    expect(await warnings({model: 'my-own-model', effort: 'high'})).toEqual([
      'Of my-own-model no levels of effort are known, so the effort "high" has no effect.',
    ]);
    expect(await warnings({model: 'demo', effort: 'high'})).toEqual([expect.stringContaining('has no effect')]);
  });

  it('is told where the settings wish for one that the model does not know, but not where it has none', async () => {
    const settings = '{"effort": "max"}';
    expect(await warnings({model: 'claude-haiku-4-5', settings})).toEqual([
      expect.stringMatching(/^The effort "max" of the settings has no effect: .*low, medium, high\.$/),
    ]);
    expect(await warnings({model: 'my-own-model', settings})).toEqual([]);
  });
});

describe('settings of a session', () => {
  const settings = (content: object): string => JSON.stringify(content);
  const write = async (cwd: string, content: object): Promise<void> => {
    await mkdir(join(cwd, '.agent'), {recursive: true});
    await writeFile(join(cwd, '.agent/settings.json'), settings(content));
  };
  const printed = async (command: string, options: SessionOptions): Promise<unknown> => {
    const bash = [toolReply([{name: 'Bash', input: {command}}]), textReply('Done.')];
    const {session, server} = await open(bash, {allowedTools: ['Bash'], ...options});
    await runTurn(session, 'Go.');
    await session.close();
    return server.requests[1]?.body.messages.at(-1)?.content;
  };

  it('reach its commands, keys among them that they give on purpose, but not the key of agent itself', async () => {
    const keys = {OPENAI_API_KEY: 'purpose', ANTHROPIC_API_KEY: 'secret'};
    const given = settings({env: {GREETING: 'hello', ...keys, PATH: process.env.PATH}});
    const result = JSON.stringify(
      await printed('echo "<$GREETING $OPENAI_API_KEY$ANTHROPIC_API_KEY>"', {settings: given}),
    );
    expect(result).toContain('<hello purpose>');
  });

  it('say the address and the key where they are the person’s own', async () => {
    const other = await serveModel([textReply('Hello.')]);
    const env = {ANTHROPIC_BASE_URL: other.url, ANTHROPIC_API_KEY: 'from settings'};
    const {session, server} = await open([], {settings: settings({env, model: 'haiku'})});
    await runTurn(session, 'Hi.');
    expect([server.requests.length, other.requests[0]?.headers['x-api-key']]).toEqual([0, 'from settings']);
    expect([session.model.name, session.env.ANTHROPIC_BASE_URL]).toEqual([expect.stringMatching(/haiku/i), other.url]);
    await session.close();
  });

  it('of a folder have no effect until it is trusted, and the session says which', async () => {
    const cwd = await mkdtemp(join(folder, 'work-'));
    await write(cwd, {env: {GREETING: 'hello', ANTHROPIC_BASE_URL: 'http://127.0.0.1:1'}, modle: 1});
    const {session} = await open([textReply('Hi.')], {cwd});
    expect(session.withheld).toMatchObject([{kind: 'env', text: 'GREETING=hello'}]);
    expect(session.warnings).toEqual([
      expect.stringContaining('there is no setting "modle"'),
      expect.stringContaining('sets env.ANTHROPIC_BASE_URL in vain'),
    ]);
    expect((await runTurn(session, 'Hi.')).outcome.reason).toBe('completed');
    await session.close();
    expect(JSON.stringify(await printed('echo "<$GREETING>"', {cwd}))).toContain('<>');
    expect(JSON.stringify(await printed('echo "<$GREETING>"', {cwd, trust: true}))).toContain('<hello>');
    expect(JSON.stringify(await printed('echo "<$GREETING>"', {cwd, settingSources: ['project']}))).toContain(
      '<hello>',
    );
    expect(JSON.stringify(await printed('echo "<$GREETING>"', {cwd, askTrust: async () => true}))).toContain('<hello>');
    expect(JSON.stringify(await printed('echo "<$GREETING>"', {cwd}))).toContain('<hello>');
  });

  it('can forbid to skip permissions', async () => {
    const given = settings({permissions: {disableBypassPermissionsMode: 'disable'}});
    await expect(open([], {settings: given, skipPermissions: true})).rejects.toThrow(
      new UsageError('The settings forbid to skip permissions (permissions.disableBypassPermissionsMode).'),
    );
  });
});
