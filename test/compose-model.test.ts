/** What a session asks its model, when it asks again, and what it leaves when nobody listens any more: over real HTTP and git. */
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createScriptedModel, createSession, type Session, type SessionOptions} from '../src/index.js';
import {createFolder} from './support/folder.js';
import {errorReply, type ModelServer, type Reply, textReply, toolReply} from './support/model-server.js';
import {createSleep, until} from './support/processes.js';
import {gate, runTurn} from './support/runtime.js';
import {serveModel} from './support/serve-model.js';

const serve = (...replies: readonly Reply[]): Promise<ModelServer> => serveModel(replies);

/** A session at a server, in a folder of its own. */
async function open({url}: ModelServer, env: Record<string, string> = {}, options: SessionOptions = {}) {
  const folder = createFolder();
  const own = {PATH: process.env.PATH, HOME: folder, ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: url};
  const session = await createSession({cwd: folder, env: {...own, ...env}, ...options});
  onTestFinished(() => session.close());
  return session;
}

const today = (): string => new Date().toLocaleDateString('sv-SE');

describe('the system text and the tools of a session', () => {
  it('say where it is, and stay what they were whatever becomes of branch and files', async () => {
    const cwd = createFolder();
    const git = (...args: readonly string[]) => execFileSync('git', args, {cwd});
    git('init', '-q', '-b', 'trunk');
    writeFileSync(join(cwd, 'a.txt'), 'a\n');
    const command = 'git checkout -q -b other && touch b.txt';
    const model = createScriptedModel([{calls: [{name: 'Bash', input: {command}}]}, {text: 'ok'}, {text: 'ok'}]);
    const days = [today()];
    const env = {PATH: process.env.PATH, HOME: createFolder(), SHELL: '/bin/sh'};
    const session = await createSession({cwd, env, model, skipPermissions: true});
    onTestFinished(() => session.close());
    await runTurn(session, 'go');
    days.push(today());
    expect(git('status', '--short', '--branch').toString()).toMatch(/ other\n\?\? a\.txt\n\?\? b\.txt/);
    await session.clear();
    await runTurn(session, 'again');
    const [first, ...others] = model.requests.map(({system, tools}) => JSON.stringify([system, tools]));
    expect(others).toEqual([first, first]);
    const {system = ''} = model.requests[0] ?? {};
    const [, date] = /^Date: (.*)$/m.exec(system) ?? [];
    expect(days).toContain(date);
    expect(system).toContain(`\nFolder: ${cwd}\nPlatform: ${process.platform}, shell `);
    expect(system).toContain(`\nModel: ${model.info.name}\n`);
    // A machine that is busy may be too slow to tell the state.
    expect(system).toMatch(/^Git: branch trunk, (1 uncommitted change|state not read)$/m);
  });
});

describe('the model of a session', () => {
  it('is the one of ANTHROPIC_MODEL, unless another is asked for', async () => {
    const server = await serve(textReply('one'), textReply('two'));
    await runTurn(await open(server, {ANTHROPIC_MODEL: 'haiku'}), 'hi');
    await runTurn(await open(server, {ANTHROPIC_MODEL: 'haiku'}, {model: 'opus'}), 'hi');
    const families = server.requests.map(({body}) => /haiku|opus/.exec(body.model)?.[0]);
    expect(families).toEqual(['haiku', 'opus']);
  });
});

describe('a request that fails in a way that may pass', () => {
  it.each([
    [false, 10],
    [true, null],
  ])('is tried again, where somebody is there (%s), so often: %s', async (interactive, maxAttempts) => {
    const server = await serve(errorReply(500, 'api_error', 'oops', {'retry-after': '300'}));
    const session = await open(server, {}, {interactive});
    const {events} = await runTurn(session, 'hi', event => {
      if (event.type === 'retry_scheduled') session.interrupt();
    });
    expect(events.filter(({type}) => type === 'retry_scheduled')).toMatchObject([{attempt: 1, maxAttempts}]);
  });

  it('holds back all sessions of its process with that credential, and no other', async () => {
    const overloaded = errorReply(529, 'overloaded_error', 'Overloaded', {'retry-after': '300'});
    const server = await serve(overloaded, textReply('hello'));
    const refused = gate();
    const first = await open(server);
    const turn = runTurn(first, 'hi', ({type}) => {
      if (type === 'retry_scheduled') refused.open();
    });
    await refused.opened;
    const second: Session = await open(server);
    const {events} = await runTurn(second, 'hi', ({type}) => {
      if (type === 'request_held') second.interrupt();
    });
    expect(events.some(({type}) => type === 'request_held')).toBe(true);
    expect(server.requests).toHaveLength(1);
    const other = await open(server, {ANTHROPIC_API_KEY: 'another'});
    expect((await runTurn(other, 'hi')).outcome.text).toBe('hello');
    first.interrupt();
    expect((await turn).outcome.reason).toBe('aborted');
  });
});

describe('the models that take over', () => {
  const overloaded = errorReply(529, 'overloaded_error', 'Overloaded', {'retry-after': '300'});
  const unknown = errorReply(404, 'not_found_error', 'model: claude-none');
  const asked = ({requests}: ModelServer) => requests.map(({body}) => /opus|haiku|none/.exec(body.model)?.[0]);

  it('answer a turn while the first is overloaded; the next turn is the first one’s again', async () => {
    const server = await serve(overloaded, textReply('from haiku'), textReply('from opus'));
    const session = await open(server, {ANTHROPIC_API_KEY: 'own-1'}, {model: 'opus', fallbackModels: ['haiku']});
    const {outcome, events} = await runTurn(session, 'hi');
    expect(outcome.text).toBe('from haiku');
    expect(events.find(({type}) => type === 'model_replaced')).toMatchObject({reason: 'overloaded'});
    // It is held back for minutes: nobody waits for that, as long as another one answers.
    const haiku = textReply('from haiku again');
    const other = await serve(unknown, haiku);
    const second = await open(other, {ANTHROPIC_API_KEY: 'own-2'}, {model: 'claude-none', fallbackModels: ['haiku']});
    expect((await runTurn(second, 'hi')).outcome.text).toBe('from haiku again');
    expect((await runTurn(second, 'hi')).outcome.reason).toBe('error');
    expect([asked(server), asked(other)]).toEqual([
      ['opus', 'haiku'],
      ['none', 'haiku', 'none'],
    ]);
  });

  it('can be set; the option goes before, and what cannot be used is said before anything starts', async () => {
    const server = await serve(unknown, textReply('ok'));
    const settings = JSON.stringify({model: 'claude-none', fallbackModel: ['haiku']});
    expect((await runTurn(await open(server, {}, {settings}), 'hi')).outcome.text).toBe('ok');
    await expect(open(server, {}, {model: 'opus', fallbackModels: ['opus']})).rejects.toThrow(
      /^claude-opus-\S+ cannot take over from itself\. Give another fallback model\.$/,
    );
    await expect(open(server, {}, {fallbackModels: ['claude-none'], maxBudgetUsd: 1})).rejects.toThrow(
      'The price of "claude-none" is not known',
    );
    // The demo model answers by itself.
    const demo = await open(server, {ANTHROPIC_API_KEY: ''}, {settings: JSON.stringify({fallbackModel: 'haiku'})});
    expect(demo.model.id).toBe('demo');
  });
});

describe('a reader that breaks off', () => {
  it('leaves no process of the command that ran', async () => {
    const sleep = createSleep();
    const command = `${sleep.command} & echo begun; wait`;
    const server = await serve(toolReply([{name: 'Bash', input: {command}}]));
    const session = await open(server, {}, {skipPermissions: true});
    for await (const event of session.send('run it')) {
      if (event.type !== 'tool_progress') continue;
      await until('it runs', () => sleep.pids().length === 1);
      break;
    }
    expect(sleep.pids()).toEqual([]);
    expect(session.isRunning).toBe(false);
  });
});
