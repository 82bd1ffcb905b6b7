import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, request as send} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import type {Duplex} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {afterEach, describe, expect, it} from 'vitest';
import type {Environment} from '../../src/platform/environment.js';
import {createAnthropicModel} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {ask, failureOf, textOf} from '../support/asking.js';
import {runProgram} from '../support/child-program.js';
import {realClock} from '../support/clock.js';
import {textReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

const certificate = fileURLToPath(new URL('../support/fixtures/test-only.cert.pem', import.meta.url));
const tls = {
  cert: readFileSync(certificate),
  key: readFileSync(fileURLToPath(new URL('../support/fixtures/test-only.key.pem', import.meta.url))),
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(texts: readonly string[], options?: typeof tls) {
  const server = await serveModel(
    texts.map(text => textReply(text)),
    options,
  );
  return {server, port: Number(new URL(server.url).port)};
}

/** A proxy that fetches (`plain`) and tunnels (`tunnels`), and takes every host for this machine. */
async function startProxy() {
  const plain: {readonly url: string; readonly headers: IncomingMessage['headers']}[] = [];
  const tunnels: {readonly host: string; readonly authorization: string}[] = [];
  const sockets = new Set<Duplex>();
  const proxy = createServer((message, response) => {
    plain.push({url: message.url ?? '', headers: message.headers});
    const {port, pathname} = new URL(message.url ?? '');
    const onward = send({port, path: pathname, method: 'POST', headers: message.headers}, answer => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    message.pipe(onward);
  });
  proxy.keepAliveTimeout = 0;
  proxy.on('connect', (message, socket, head) => {
    const [, port = ''] = (message.url ?? '').split(':');
    tunnels.push({host: message.url ?? '', authorization: message.headers['proxy-authorization'] ?? ''});
    const onward = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {});
    }
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return {plain, tunnels, address: await listen(proxy)};
}

/** Its address, without a scheme; it goes with the test. */
async function listen(proxy: Server): Promise<string> {
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  closing.push(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

const modelWith = (env: Environment) =>
  createAnthropicModel({
    info: lookUp('sonnet'),
    credential: {type: 'key', value: 'k', source: 'ANTHROPIC_API_KEY'},
    env,
    clock: realClock,
  });

/** Asks twice, prints what came, and ends without a word to the connection. */
const program = `
  import {createAnthropicModel} from './src/providers/anthropic.js';
  import {findCredential} from './src/providers/credential.js';
  import {lookUp} from './src/providers/catalog.js';
  import {ask, textOf} from './test/support/asking.js';
  import {realClock} from './test/support/clock.js';

  const env = process.env;
  const model = createAnthropicModel({info: lookUp('sonnet'), credential: findCredential(env), env, clock: realClock});
  try {
    for (let step = 0; step < 2; step += 1) console.log(textOf(await ask(model)));
  } catch (error) {
    console.log(error.kind, error.message);
  }
`;

describe('our fetch', () => {
  it('never holds the process open, though the server would keep the connection for ever', async () => {
    const {server} = await serve(['one', 'two']);
    const ended = await runProgram(program, {ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url});
    expect(ended).toEqual({code: 0, stdout: 'one\ntwo\n', stderr: ''});
    expect(server.connections).toBe(1);
  });

  it('fails at once where a server does not speak TLS, and says what to set', async () => {
    const {server} = await serve(['never']);
    const secure = server.url.replace('http:', 'https:');
    const {kind, isTransient, message} = await failureOf(ask(modelWith({ANTHROPIC_BASE_URL: secure})));
    expect([kind, isTransient]).toEqual(['network', false]);
    expect(message.replace(/\(E\w+\)/, '(CODE)')).toBe(
      `What answers at ${secure} does not speak TLS (CODE). If it speaks plain HTTP, set ANTHROPIC_BASE_URL to ${server.url}.`,
    );
  });

  it('trusts the certificates of NODE_EXTRA_CA_CERTS', async () => {
    const {server} = await serve(['one', 'two'], tls);
    const env = {ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url, NODE_EXTRA_CA_CERTS: certificate};
    expect(await runProgram(program, env)).toEqual({code: 0, stdout: 'one\ntwo\n', stderr: ''});
    expect(server.connections).toBe(1);
  });

  it('refuses a certificate that nobody vouches for, once, and names the variable that helps', async () => {
    const {server} = await serve(['never'], tls);
    const {kind, isTransient, message} = await failureOf(ask(modelWith({ANTHROPIC_BASE_URL: server.url})));
    expect([kind, isTransient]).toEqual(['network', false]);
    expect(message).toMatch(
      /^The certificate of 127\.0\.0\.1:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. .*NODE_EXTRA_CA_CERTS/,
    );
    expect(server.requests).toEqual([]);
  });

  it('tunnels https through HTTPS_PROXY, with its login, over one tunnel for many requests', async () => {
    const {server, port} = await serve(['one', 'two'], tls);
    const proxy = await startProxy();
    const env = {
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_BASE_URL: `https://api.test:${port}`,
      HTTPS_PROXY: `http://me:p%40ss@${proxy.address}`,
      NODE_EXTRA_CA_CERTS: certificate,
    };
    expect(await runProgram(program, env)).toEqual({code: 0, stdout: 'one\ntwo\n', stderr: ''});
    expect(proxy.tunnels).toEqual([
      {host: `api.test:${port}`, authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`},
    ]);
    expect(server.requests.length).toBe(2);
  });

  it('has http fetched by HTTP_PROXY, with its login', async () => {
    const {server, port} = await serve(['one', 'two']);
    const proxy = await startProxy();
    const env = {ANTHROPIC_BASE_URL: `http://api.test:${port}/gateway`, HTTP_PROXY: `me:p%40ss@${proxy.address}`};
    expect((await failureOf(ask(modelWith(env)))).kind).toBe('not_found');
    const root = modelWith({...env, ANTHROPIC_BASE_URL: `http://api.test:${port}`});
    expect([textOf(await ask(root)), textOf(await ask(root))]).toEqual(['one', 'two']);
    expect(proxy.plain.map(({url}) => url)).toEqual([
      `http://api.test:${port}/gateway/v1/messages`,
      `http://api.test:${port}/v1/messages`,
      `http://api.test:${port}/v1/messages`,
    ]);
    expect(proxy.plain[1]?.headers).toMatchObject({
      host: `api.test:${port}`,
      'proxy-authorization': `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    });
    expect(server.requests.length).toBe(2);
  });

  it('goes past the proxy where NO_PROXY says so', async () => {
    const proxy = await startProxy();
    const env = {ANTHROPIC_BASE_URL: 'http://api.invalid', HTTP_PROXY: proxy.address, NO_PROXY: 'api.invalid'};
    expect((await failureOf(ask(modelWith(env)))).message).toMatch(/^The host api\.invalid cannot be found/);
    expect(proxy.plain).toEqual([]);
  });

  it('says which proxy does not answer, without its login', async () => {
    const {address} = await startProxy();
    await closing.pop()?.();
    for (const [name, url] of [
      ['HTTPS_PROXY', 'https://api.test'],
      ['HTTP_PROXY', 'http://api.test'],
    ] as const) {
      const model = modelWith({ANTHROPIC_BASE_URL: url, [name]: `http://me:secret@${address}`});
      expect(await failureOf(ask(model))).toMatchObject({
        kind: 'network',
        message: `The proxy http://${address} cannot be reached (ECONNREFUSED). Check ${name}, or except api.test with NO_PROXY.`,
      });
    }
  });

  it('says that a web page may be the proxy’s', async () => {
    const proxy = createServer((_, response) => void response.end('<html><title>Who are you?</title></html>'));
    const address = await listen(proxy);
    const env = {ANTHROPIC_BASE_URL: 'http://api.test', HTTP_PROXY: address};
    expect((await failureOf(ask(modelWith(env)))).message).toBe(
      `api.test answered 200 with a web page ("Who are you?") instead of events. If the proxy http://${address} or the network wants a login, log in with a browser; else check ANTHROPIC_BASE_URL (http://api.test).`,
    );
  });

  it('says that a proxy asks for a login, tunnel or not', async () => {
    const deny = 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n';
    const proxy = createServer((_, response) => void response.writeHead(407).end());
    proxy.on('connect', (_, socket) => void socket.end(deny));
    const address = await listen(proxy);
    for (const [name, url] of [
      ['HTTPS_PROXY', 'https://api.test'],
      ['HTTP_PROXY', 'http://api.test'],
    ] as const) {
      expect(await failureOf(ask(modelWith({ANTHROPIC_BASE_URL: url, [name]: address})))).toMatchObject({
        kind: 'permission',
        status: 407,
        message: `The proxy http://${address} asks for a login (407). Set ${name} to http://user:password@host:port.`,
      });
    }
  });
});
