import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type RequestListener, type Server} from 'node:http';
import {promisify} from 'node:util';
import {afterEach, describe, expect, it} from 'vitest';
import {demoNotice, localServers} from '../../src/cli/demo-notice.js';

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

/** A port that nobody listens on: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const port = await serve(() => {});
  const server = open.pop();
  server?.close();
  return port;
}

describe('the line that announces the demo model', () => {
  it('says what it is and how to get a real one', async () => {
    expect(await demoNotice('', [{name: 'Ollama', port: await closedPort()}])).toBe(
      'No key is set, so the demo model answers: a small offline planner that knows a few phrases. ' +
        'For a real model set ANTHROPIC_API_KEY.',
    );
  });

  it('names a server of this machine, the command that uses it, and a model that can talk', async () => {
    const port = await serve(lists('nomic-embed-text', 'qwen3-coder'));
    expect(await demoNotice('', [{name: 'Ollama', port, since: 'from 0.14 on'}])).toContain(
      'Ollama runs here; to use it (from 0.14 on): ' +
        `ANTHROPIC_BASE_URL=http://localhost:${port} ANTHROPIC_AUTH_TOKEN=local agent --model qwen3-coder`,
    );
  });

  it('names the first that answers as a model server does', async () => {
    const web = await serve((_, response) => response.end('<html>It works!</html>'));
    const failing = await serve((_, response) => response.writeHead(500).end('{"data": []}'));
    const empty = await serve(lists());
    const silent = await serve(lists('nomic-embed-text'));
    const good = await serve(lists('', 'llama'));
    const notice = await demoNotice('', [
      {name: 'a web server', port: web},
      {name: 'a failing one', port: failing},
      {name: 'nobody', port: await closedPort()},
      {name: 'one without models', port: empty},
      {name: 'one whose models cannot talk', port: silent},
      {name: 'llama.cpp', port: good},
    ]);
    expect(notice).toContain(`llama.cpp runs here; to use it: ANTHROPIC_BASE_URL=http://localhost:${good}`);
    expect(notice).toMatch(/agent --model llama$/);
  });

  it.each([
    ['qwen/qwen3-coder:30b', 'qwen/qwen3-coder:30b'],
    ['/models/My Model.gguf', "'/models/My Model.gguf'"],
    ['a;reboot', "'a;reboot'"],
    ["it's $(me)", "'it'\\''s $(me)'"],
  ])('gives the model %s as a shell takes it', async (id, word) => {
    const notice = await demoNotice('', [{name: 'Ollama', port: await serve(lists(id))}]);
    expect(notice.endsWith(`agent --model ${word}`)).toBe(true);
    const {stdout} = await promisify(execFile)('/bin/sh', ['-c', `printf %s ${word}`]);
    expect(stdout).toBe(id);
  });

  it('does not wait for a server that is silent', async () => {
    const silent = await serve(() => {});
    expect(await demoNotice('', [{name: 'a silent one', port: silent}])).toContain('set ANTHROPIC_API_KEY');
  });

  it('asks the default ports of Ollama, LM Studio and llama.cpp', () => {
    expect(localServers.map(({name, port}) => `${name} ${port}`)).toEqual([
      'Ollama 11434',
      'LM Studio 1234',
      'llama.cpp 8080',
    ]);
  });
});
