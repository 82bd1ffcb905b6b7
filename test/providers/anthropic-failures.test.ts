import {once} from 'node:events';
import {createServer} from 'node:net';
import {describe, expect, it} from 'vitest';
import {UsageError} from '../../src/core/errors.js';
import type {ModelEvent} from '../../src/core/ports.js';
import type {Environment} from '../../src/platform/environment.js';
import {createAnthropicModel} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {findCredential} from '../../src/providers/credential.js';
import {aRequest, ask, failureOf, noAbort} from '../support/asking.js';
import {createVirtualClock} from '../support/clock.js';
import {
  cutReply,
  errorReply,
  type ModelServer,
  type Reply,
  rawReply,
  toEvents,
  toSse,
} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let server: ModelServer;

/** Midday of a day, so that dates of retry-after can be told. */
const clock = createVirtualClock(Date.UTC(2026, 10, 22, 12));

const modelWith = (env: Environment, name = 'claude-sonnet-5-5') => {
  const credential = findCredential(env);
  if (!credential) throw new Error('no credential');
  return createAnthropicModel({info: lookUp(name), credential, env, clock});
};

/** How the model fails when the server replies so. `HOST` stands for the server's address in the message. */
async function failureAt(reply: Reply, name?: string) {
  server = await serveModel([reply]);
  const env = {ANTHROPIC_API_KEY: 'sk-secret', ANTHROPIC_BASE_URL: server.url};
  const {kind, status, retryAfterMs, isTransient, message} = await failureOf(ask(modelWith(env, name)));
  return {kind, status, retryAfterMs, isTransient, message: message.replaceAll(new URL(server.url).host, 'HOST')};
}

const hello = toEvents([{type: 'text', deltas: ['Hello']}]);
const html =
  '<!DOCTYPE html><html><head><title>Sign in to the\n guest network of the grand hotel at once</title></head></html>';

describe('a refusal of the server', () => {
  it.each([
    [
      401,
      'authentication_error',
      'invalid x-api-key',
      'authentication',
      'HOST refused the credential in ANTHROPIC_API_KEY (401: invalid x-api-key). Set a valid one.',
    ],
    [
      401,
      'authentication_error',
      '401 Unauthorized',
      'authentication',
      'HOST refused the credential in ANTHROPIC_API_KEY (401 Unauthorized). Set a valid one.',
    ],
    [
      402,
      'billing_error',
      'no credit',
      'permission',
      'HOST does not allow this with the credential in ANTHROPIC_API_KEY (402: no credit).',
    ],
    [
      400,
      'invalid_request_error',
      'Your credit balance is too low',
      'permission',
      'HOST does not allow this with the credential in ANTHROPIC_API_KEY (400: Your credit balance is too low).',
    ],
    [
      403,
      'permission_error',
      'not your model',
      'permission',
      'HOST does not allow this with the credential in ANTHROPIC_API_KEY (403: not your model).',
    ],
    [
      400,
      'invalid_request_error',
      'tools.0: bad name',
      'invalid_request',
      'HOST rejected the request (400: tools.0: bad name).',
    ],
    [
      400,
      'invalid_request_error',
      'prompt is too long: 208310 tokens > 200000 maximum',
      'context_exceeded',
      'The conversation is too long for claude-sonnet-5-5 (400: prompt is too long: 208310 tokens > 200000 maximum). Start a new one, or choose a model with a larger window.',
    ],
    [
      413,
      'request_too_large',
      'Request exceeds the maximum size',
      'context_exceeded',
      'The conversation is too long for claude-sonnet-5-5 (413: Request exceeds the maximum size). Start a new one, or choose a model with a larger window.',
    ],
  ])('with status %i (%s: %s) fails at once', async (status, type, said, kind, message) => {
    expect(await failureAt(errorReply(status, type, said))).toEqual({
      kind,
      status,
      retryAfterMs: undefined,
      isTransient: false,
      message,
    });
    expect(server.requests.length).toBe(1);
  });

  it.each([
    [408, 'timeout_error', 'slow', 'server_error', 'HOST failed (408: slow).'],
    [
      429,
      'rate_limit_error',
      '50 requests a minute',
      'rate_limited',
      'HOST limits the rate of requests to claude-sonnet-5-5 (429: 50 requests a minute).',
    ],
    [500, 'api_error', 'Internal server error', 'server_error', 'HOST failed (500: Internal server error).'],
    [
      529,
      'overloaded_error',
      'Overloaded',
      'overloaded',
      'HOST says that claude-sonnet-5-5 is overloaded (529: Overloaded).',
    ],
  ])('with status %i (%s: %s) may pass, and is not retried here', async (status, type, said, kind, message) => {
    expect(await failureAt(errorReply(status, type, said))).toEqual({
      kind,
      status,
      retryAfterMs: undefined,
      isTransient: true,
      message,
    });
    expect(server.requests.length).toBe(1);
  });

  it('of the model names it, and the one that was meant', async () => {
    const unknown = errorReply(404, 'not_found_error', 'model: claude-sonet-5');
    expect(await failureAt(unknown, 'claude-sonet-5')).toMatchObject({
      kind: 'not_found',
      message:
        'HOST does not know the model claude-sonet-5 (404: model: claude-sonet-5). Did you mean claude-sonnet-5?',
    });
    expect((await failureAt(unknown, 'gpt-5')).message).toMatch(
      /Choose another: opus, sonnet, haiku, or a full name\.$/,
    );
  });

  it('of the address names ANTHROPIC_BASE_URL, and what is often wrong with it', async () => {
    const server = await serveModel([]);
    const env = {ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: `${server.url}/api/v1/`};
    const {host} = new URL(server.url);
    expect((await failureOf(ask(modelWith(env)))).message).toBe(
      `${host} has no Messages API at this address (404). Check ANTHROPIC_BASE_URL (http://${host}/api/v1). It must not end in /v1.`,
    );
  });

  it.each([
    ['{"error":"model \'qwen\' not found"}', "404: model 'qwen' not found"],
    ['{"error":{"message":"no such model"}}', '404: no such model'],
    ['{"detail":"unknown model"}', '404: unknown model'],
    ['model unknown', '404: model unknown'],
  ])('is understood in the shape %s of other servers', async (body, why) => {
    expect((await failureAt(rawReply(404, 'application/json', body))).message).toContain(`(${why})`);
  });

  it('says how long to wait: in milliseconds, in seconds, or until a date', async () => {
    const wait = async (headers: Record<string, string>) => {
      const {retryAfterMs} = await failureAt(errorReply(429, 'rate_limit_error', 'slow down', headers));
      return retryAfterMs;
    };
    expect(await wait({'retry-after': '7'})).toBe(7_000);
    expect(await wait({'retry-after': '7', 'retry-after-ms': '250'})).toBe(250);
    expect(await wait({'retry-after': 'Sun, 22 Nov 2026 12:01:30 GMT'})).toBe(90_000);
    expect(await wait({'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT'})).toBe(0);
    expect(await wait({'retry-after': 'soon'})).toBeUndefined();
  });

  it('has the last word on whether to try again', async () => {
    expect(
      await failureAt(errorReply(429, 'rate_limit_error', 'spend limit', {'x-should-retry': 'false'})),
    ).toMatchObject({
      kind: 'rate_limited',
      isTransient: false,
      message: expect.stringMatching(/\(429: spend limit\)\. The server says not to try again\.$/),
    });
    expect(
      await failureAt(errorReply(400, 'invalid_request_error', 'warming up', {'x-should-retry': 'true'})),
    ).toMatchObject({
      isTransient: true,
    });
  });

  it('that sends elsewhere is not followed: a key goes only where the user sent it', async () => {
    const moved: Reply = response => void response.writeHead(308, {location: 'https://elsewhere.test/'}).end();
    expect(await failureAt(moved)).toMatchObject({
      kind: 'invalid_request',
      message: 'HOST moved to https://elsewhere.test/ (308). Set ANTHROPIC_BASE_URL to the new address.',
    });
  });

  it('that sends on to a login says what to do about it', async () => {
    const portal: Reply = response => void response.writeHead(302, {location: 'http://portal.test/login'}).end();
    expect(await failureAt(portal)).toMatchObject({
      isTransient: false,
      message:
        'HOST sends us to http://portal.test/login (302). If the network or a proxy wants a login, log in with a browser; else check ANTHROPIC_BASE_URL (http://HOST).',
    });
    expect(await failureAt(rawReply(511, 'text/html', html))).toMatchObject({
      isTransient: false,
      message: expect.stringMatching(/^The network asks for a login \(511: a web page.*\)\. Log in with a browser/),
    });
  });

  it('never shows the key, control characters or more than a line', async () => {
    const said = `bad key sk-secret\n\u001b[31mred\u0007 ${'long '.repeat(200)}`;
    const {message} = await failureAt(errorReply(401, 'authentication_error', said));
    expect(message).toMatch(/^HOST refused .* \(401: bad key \[hidden\] red long long .*…\)\. Set a valid one\.$/);
    expect(message.length).toBeLessThan(450);
  });
});

describe('an answer that is none', () => {
  it('is told by its status and the first words of its title when it is a web page', async () => {
    expect(await failureAt(rawReply(200, 'text/html', html))).toEqual({
      kind: 'garbage',
      status: 200,
      retryAfterMs: undefined,
      isTransient: true,
      message:
        'HOST answered 200 with a web page ("Sign in to the guest network of the") instead of events. If the network or a proxy wants a login, log in with a browser; else check ANTHROPIC_BASE_URL (http://HOST).',
    });
    const portal = rawReply(
      200,
      'text/html; charset=utf-8',
      '\n<!-- portal -->\n<script>go()</script><p>Please log in</p>',
    );
    expect(await failureAt(portal)).toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('a web page ("Please log in") instead of events'),
    });
    expect(
      await failureAt(rawReply(502, 'text/html', '<html><body><h1>Bad</h1> <b>Gateway</b></body></html>')),
    ).toMatchObject({
      kind: 'server_error',
      message: 'HOST failed (502: a web page, "Bad Gateway").',
    });
    expect(await failureAt(rawReply(403, 'text/html', html))).toMatchObject({kind: 'permission', isTransient: false});
  });

  it('is given up when one event of it does not end, instead of being held', async () => {
    let isOpen = true;
    const failure = await failureAt(response => {
      response.on('close', () => {
        isOpen = false;
      });
      response.writeHead(200, {'content-type': 'text/event-stream'});
      const piece = 'x'.repeat(1_000_000);
      const more = (): void => {
        while (isOpen && response.write(piece));
        if (isOpen) response.once('drain', more);
      };
      response.write('data: ');
      more();
    });
    expect(failure).toMatchObject({
      kind: 'garbage',
      isTransient: true,
      message:
        'HOST sent an event that has not ended after 16 million characters. Check that ANTHROPIC_BASE_URL (http://HOST) speaks the Messages API.',
    });
  });

  it('is told by its beginning when it is something else', async () => {
    expect(await failureAt(rawReply(200, 'application/json', '{"type":"message","content":[]}'))).toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('answered 200 with "{"type":"message","content":[]}" instead of events'),
    });
  });

  it.each(['data: [DONE]\n\n', 'event: foo\ndata: not json\n\n', 'data: {"choices":[]}\n\n'])(
    'is told by its beginning when no event of it is one of this API: %j',
    async body => {
      const failure = await failureAt(rawReply(200, 'text/event-stream', body));
      expect(failure).toMatchObject({kind: 'garbage', isTransient: true});
      expect(failure.message).toContain(`answered 200 with "${body.trim().replace('\n', ' ')}" instead of events`);
    },
  );

  it.each([
    ['a delta of nothing', toSse({type: 'content_block_delta'})],
    ['a message without its head', toSse({type: 'message_start'})],
    ['a delta of a block that has not begun', toSse(hello[2] as ModelEvent)],
    ['a block at no place', toSse({...(hello[1] as ModelEvent), index: -1} as never)],
    [
      'a text that is none',
      toSse({type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: {}}} as never),
    ],
    [
      'a name that is none',
      toSse({type: 'content_block_start', index: 0, content_block: {type: 'tool_use', name: 1}} as never),
    ],
  ])('is told when an event holds %s', async (_, event) => {
    const reply = rawReply(200, 'text/event-stream', `${toSse(hello[0] as ModelEvent)}${event}`);
    expect(await failureAt(reply)).toMatchObject({kind: 'garbage', isTransient: true});
  });

  it('names the event of this API that is not complete', async () => {
    const reply = rawReply(200, 'text/event-stream', toSse({type: 'message_delta', delta: {}} as never));
    expect((await failureAt(reply)).message).toBe(
      'HOST sent a message_delta event that lacks some of its fields. Check that ANTHROPIC_BASE_URL (http://HOST) speaks the Messages API.',
    );
  });

  it('is a cut when nothing comes at all, or only the end of a message', async () => {
    expect(await failureAt(rawReply(200, 'text/event-stream', ''))).toMatchObject({kind: 'cut'});
    const end = toSse({type: 'message_stop'});
    expect(await failureAt(rawReply(200, 'text/event-stream', end))).toMatchObject({kind: 'cut', isTransient: true});
  });
});

describe('a stream that breaks', () => {
  it.each([
    ['a content_block_delta event', 'event: content_block_delta\ndata: {"type":"content_\n\n'],
    ['a content_block_stop event', 'event: content_block_stop\ndata: [DONE]\n\n'],
    ['an event', 'data: {"type":"content_\n\n'],
  ])('is repeated, because %s of the answer cannot be read', async (what, event) => {
    const body = hello.map(toSse).toSpliced(2, 1, event).join('');
    expect(await failureAt(rawReply(200, 'text/event-stream', body))).toMatchObject({
      kind: 'cut',
      isTransient: true,
      message: `HOST sent ${what} that cannot be read.`,
    });
  });

  it('with an error in plain words is told by them', async () => {
    const body = `${toSse(hello[0] as ModelEvent)}event: error\ndata: out of memory\n\n`;
    expect(await failureAt(rawReply(200, 'text/event-stream', body))).toMatchObject({
      kind: 'server_error',
      message: 'HOST failed (500: out of memory).',
    });
  });

  it.each([
    ['cut by the server', cutReply(hello, 3)],
    ['ended without its last event', rawReply(200, 'text/event-stream', hello.slice(0, 4).map(toSse).join(''))],
    [
      'ended in the middle of an event',
      rawReply(200, 'text/event-stream', `${hello.slice(0, 3).map(toSse).join('')}data: {"typ`),
    ],
  ])('%s is a cut, after what was said', async (_, reply) => {
    const server = await serveModel([reply]);
    const model = modelWith({ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: server.url});
    const seen: ModelEvent[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const event of model.stream(aRequest(), noAbort())) seen.push(event);
      })(),
    );
    expect(failure).toMatchObject({
      kind: 'cut',
      isTransient: true,
      message: expect.stringMatching(/cut its answer off in the middle\.$/),
    });
    expect(seen.slice(0, 3)).toEqual(hello.slice(0, 3));
  });

  it('by an error event is what the event says', async () => {
    const overloaded = toSse({type: 'error', error: {type: 'overloaded_error', message: 'Overloaded'}} as never);
    expect(
      await failureAt(rawReply(200, 'text/event-stream', hello.slice(0, 3).map(toSse).join('') + overloaded)),
    ).toMatchObject({
      kind: 'overloaded',
      status: 529,
      isTransient: true,
      message: 'HOST says that claude-sonnet-5-5 is overloaded (529: Overloaded).',
    });
  });
});

describe('a server that is not there', () => {
  it('is named with its address and the variable that holds it', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    const port = typeof address === 'object' ? address?.port : 0;
    free.close();
    await once(free, 'close');
    const env = {ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`};
    expect(await failureOf(ask(modelWith(env)))).toMatchObject({
      kind: 'network',
      isTransient: true,
      message: `Nothing answers at http://127.0.0.1:${port} (ECONNREFUSED). Check that it runs, and ANTHROPIC_BASE_URL (http://127.0.0.1:${port}).`,
    });
  });

  it('is told from a host that has no address', async () => {
    const env = {ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://nowhere.invalid'};
    expect(await failureOf(ask(modelWith(env)))).toMatchObject({
      kind: 'network',
      message: expect.stringMatching(
        /^The host nowhere\.invalid cannot be found \((ENOTFOUND|EAI_AGAIN)\)\. Check the network/,
      ),
    });
  });

  it('that hangs up without an answer is a failure of the network', async () => {
    expect(await failureAt(response => void response.destroy())).toMatchObject({
      kind: 'network',
      isTransient: true,
      message: 'The connection to HOST failed (ECONNRESET). Check the network.',
    });
  });
});

describe('an environment that cannot work', () => {
  it('is refused before anything is sent, without showing a secret', () => {
    const refused = (env: Environment) => () => modelWith({ANTHROPIC_API_KEY: 'k', ...env});
    expect(refused({ANTHROPIC_BASE_URL: 'api.test'})).toThrow(
      'ANTHROPIC_BASE_URL is "api.test", which is no web address.',
    );
    expect(refused({ANTHROPIC_BASE_URL: 'ftp://api.test'})).toThrow('ANTHROPIC_BASE_URL is "ftp://api.test"');
  });

  it.each([
    [{ANTHROPIC_API_KEY: 'sk-“secret”'}, 'ANTHROPIC_API_KEY holds a character that no header can carry. Copy it again'],
    [{ANTHROPIC_API_KEY: 'sk-secret\nsk-other'}, 'ANTHROPIC_API_KEY holds more than one line. Copy the key alone'],
    [{ANTHROPIC_AUTH_TOKEN: 'a\r\nb'}, 'ANTHROPIC_AUTH_TOKEN holds more than one line. Copy the key alone'],
    [
      {ANTHROPIC_CUSTOM_HEADERS: '\nX-A: b\nnonsense\n'},
      'ANTHROPIC_CUSTOM_HEADERS, line 3, is not `Name: value`. Mend it',
    ],
    [
      {ANTHROPIC_CUSTOM_HEADERS: 'X-A: ü'},
      'ANTHROPIC_CUSTOM_HEADERS, line 1, gives x-a a character that no header can carry. Mend it',
    ],
  ])('is refused for a key or header that no request can carry: %j', (env, fault) => {
    expect(() => modelWith({ANTHROPIC_API_KEY: 'k', ...env})).toThrow(new UsageError(`${fault}, or unset it.`));
  });
});
