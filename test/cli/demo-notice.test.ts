import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type RequestListener, type Server} from 'node:http';
import {promisify} from 'node:util';
import {afterEach, describe, expect, it} from 'vitest';
import {demoNotice, localAdvice, localServers} from '../../src/cli/demo-notice.js';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on a free port of this machine. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const lists =
  (...ids: string[]): RequestListener =>
  (request, response) => {
    if (request.url !== '/v1/models') response.writeHead(404);
    response.end(JSON.stringify({object: 'list', data: ids.map(id => ({id, object: 'model'}))}));
  };

/** Longer than any machine takes to answer itself. */
const amplyMs = 10_000;

/** A port that nobody listens on: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const port = await serve(() => {});
  const server = open.pop();
  server?.close();
  return port;
}

describe('the line that announces the demo model', () => {
  it('says what it is and how to get a real one', async () => {
    const demo = 'No key is set, so the demo model answers: a small offline planner that knows a few phrases';
    const advice = {words: 'Use it:', command: ['A=b', 'agent']} as const;
    expect(demoNotice({advice: null})).toBe(`${demo}. For a real model set ANTHROPIC_API_KEY.`);
    expect(demoNotice({hint: ' (/help lists them)', advice})).toBe(`${demo} (/help lists them). Use it: A=b agent`);
  });
});

describe('the advice to use a model server of this machine', () => {
  it('names a server, the command that uses it, and a model that can talk', async () => {
    const port = await serve(lists('nomic-embed-text', 'qwen3-coder'));
    expect(await localAdvice(amplyMs, [{name: 'Ollama', port, since: 'from 0.14 on'}])).toEqual({
      words: 'Ollama runs here; to use it (from 0.14 on):',
      command: [`ANTHROPIC_BASE_URL=http://localhost:${port}`, 'ANTHROPIC_AUTH_TOKEN=local agent --model qwen3-coder'],
    });
  });

  it('names the first that answers as a model server does', async () => {
    const web = await serve((_, response) => response.end('<html>It works!</html>'));
    const failing = await serve((_, response) => response.writeHead(500).end('{"data": []}'));
    const empty = await serve(lists());
    const silent = await serve(lists('nomic-embed-text'));
    const good = await serve(lists('', 'llama'));
    const advice = await localAdvice(amplyMs, [
      {name: 'a web server', port: web},
      {name: 'a failing one', port: failing},
      {name: 'nobody', port: await closedPort()},
      {name: 'one without models', port: empty},
      {name: 'one whose models cannot talk', port: silent},
      {name: 'llama.cpp', port: good},
    ]);
    expect(advice).toEqual({
      words: 'llama.cpp runs here; to use it:',
      command: [`ANTHROPIC_BASE_URL=http://localhost:${good}`, 'ANTHROPIC_AUTH_TOKEN=local agent --model llama'],
    });
  });

  it.each([
    ['qwen/qwen3-coder:30b', 'qwen/qwen3-coder:30b'],
    ['/models/My Model.gguf', "'/models/My Model.gguf'"],
    ['a;reboot', "'a;reboot'"],
    ["it's $(me)", "'it'\\''s $(me)'"],
  ])('gives the model %s as a shell takes it', async (id, word) => {
    const advice = await localAdvice(amplyMs, [{name: 'Ollama', port: await serve(lists(id))}]);
    expect(advice?.command[1]).toBe(`ANTHROPIC_AUTH_TOKEN=local agent --model ${word}`);
    const {stdout} = await promisify(execFile)('/bin/sh', ['-c', `printf %s ${word}`]);
    expect(stdout).toBe(id);
  });

  it('waits no longer for a server than it is told to', async () => {
    const silent = await serve(() => {});
    expect(await localAdvice(50, [{name: 'a silent one', port: silent}])).toBeNull();
    const late = await serve((request, response) => setTimeout(() => lists('llama')(request, response), 300));
    expect(await localAdvice(amplyMs, [{name: 'a late one', port: late}])).toMatchObject({
      words: 'a late one runs here; to use it:',
    });
  });

  it('asks the default ports of Ollama, LM Studio and llama.cpp', () => {
    expect(localServers.map(({name, port}) => `${name} ${port}`)).toEqual([
      'Ollama 11434',
      'LM Studio 1234',
      'llama.cpp 8080',
    ]);
  });
});
