/** `--fallback-model` as users meet it: what is answered, told and charged, and what of a broken reply is left. */
import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createFolder, jsonLines, runAgent, served} from '../support/agent.js';
import {errorReply, type startedReply, textReply, toEvents, toSse} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

/** Half a reply, then the server says in the stream that it is overloaded. */
const broken = (text: string) =>
  startedReplyThen(text, toSse({type: 'error', error: {type: 'overloaded_error', message: 'Overloaded'}} as never));

function startedReplyThen(text: string, end: string) {
  const events = toEvents([{type: 'text', deltas: [text, ' and more']}]).slice(0, 3);
  return (response: Parameters<ReturnType<typeof startedReply>>[0]) => {
    response.writeHead(200, {'content-type': 'text/event-stream'});
    response.end(events.map(toSse).join('') + end);
  };
}

describe('a fallback model', () => {
  it('answers once the first was overloaded three times; nothing is left of what that had begun to say', async () => {
    const folder = createFolder();
    const server = await serveModel([broken('HALF'), broken('HALF'), broken('HALF'), textReply('All of it.')]);
    const env = {...served(server.url), HOME: folder.path};
    const args = ['-p', 'x', '--model', 'opus', '--fallback-model', 'haiku,sonnet', '--output-format', 'stream-json'];
    const {code, stdout, stderr} = await runAgent(args, {cwd: folder.path, env});
    expect([code, stderr]).toEqual([0, '']);
    const messages = jsonLines(stdout);
    const [init] = messages;
    const result = messages.at(-1);
    const asked = server.requests.map(({body}) => body.model);
    expect(asked.map(name => /opus|haiku/.exec(name)?.[0])).toEqual(['opus', 'opus', 'opus', 'haiku']);
    expect(messages.filter(({subtype}) => subtype === 'informational')).toMatchObject([
      {content: `${asked[0]} is overloaded: ${asked[3]} answers for the rest of this turn.`},
    ]);
    expect(messages.filter(({type}) => type === 'assistant')).toMatchObject([{message: {model: asked[3]}}]);
    expect(result).toMatchObject({subtype: 'success', result: 'All of it.'});
    expect(Object.keys(result?.modelUsage ?? {})).toEqual([asked[0], asked[3]]);
    const sum = Object.values(result?.modelUsage as Record<string, {costUSD: number}>).reduce(
      (all, each) => all + each.costUSD,
      0,
    );
    expect(sum).toBeCloseTo(Number(result?.total_cost_usd), 9);
    const place = folder.path.replace(/[^A-Za-z0-9]+/g, '-');
    const log = readFileSync(`${folder.path}/.agent/sessions/${place}/${init?.session_id}.jsonl`, 'utf8');
    expect(log).toContain('All of it.');
    expect(log).not.toContain('HALF');
  });

  it('is told of on standard error, and does not help with a wrong key', async () => {
    const folder = createFolder();
    const server = await serveModel([errorReply(404, 'not_found_error', 'model: claude-none'), textReply('here')]);
    const args = ['-p', 'x', '--model', 'claude-none', '--fallback-model', 'haiku'];
    const {code, stdout, stderr} = await runAgent(args, {cwd: folder.path, env: served(server.url)});
    expect([code, stdout]).toEqual([0, 'here\n']);
    expect(stderr).toMatch(/^There is no claude-none: claude-haiku-\S+ answers for the rest of this turn\.\n$/);
    const locked = await serveModel([errorReply(401, 'authentication_error', 'no')]);
    const run = await runAgent(args, {cwd: folder.path, env: served(locked.url)});
    expect([run.code, locked.requests.length]).toEqual([1, 1]);
  });

  it('has to be a name', async () => {
    const {path: cwd} = createFolder();
    const run = await runAgent(['-p', 'x', '--fallback-model', 'haiku,'], {cwd});
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('It must be one name, or several with commas between them.');
  });
});

describe('--debug', () => {
  it('writes to standard error, or to a file, and leaves the answer alone', async () => {
    const folder = createFolder();
    const server = await serveModel([textReply('hello'), textReply('hello')]);
    const env = served(server.url);
    const run = await runAgent(['-p', 'x', '--debug', 'api'], {cwd: folder.path, env});
    expect(run.stdout).toBe('hello\n');
    const lines = run.stderr.trimEnd().split('\n');
    const told = lines.map(line =>
      line.replace(/^\S+Z \[api\] (main \w+|http POST http:\/\/127\.0\.0\.1\/v1\/messages\S*( answered 200)?).*/, '$1'),
    );
    expect(told).toEqual([
      'main request_started',
      'http POST http://127.0.0.1/v1/messages',
      'http POST http://127.0.0.1/v1/messages answered 200',
      'main reply_started',
      'main reply_finished',
    ]);
    const quiet = await runAgent(['-p', 'x', '--debug-file', 'debug.log'], {cwd: folder.path, env});
    expect([quiet.stdout, quiet.stderr]).toEqual(['hello\n', '']);
    expect(folder.read('debug.log')).toContain('[api] main request_started step=1\n');
    const none = await runAgent(['-p', 'x', '--debug-file', 'debug.log/below'], {cwd: folder.path, env});
    expect([none.code, none.stderr.split('\n').length]).toEqual([2, 2]);
  });
});
