import {describe, expect, it} from 'vitest';
import {errorReply, startedReply, startModelServer, textReply, toEvents, toolReply} from './model-server.js';

const ask = (url: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/v1/messages`, {method: 'POST', body: JSON.stringify(body), ...(signal && {signal})});

describe('the model server', () => {
  it('answers each request with the next reply and remembers what it was asked', async () => {
    const server = await startModelServer([
      toolReply([{name: 'Read', input: {file_path: '/a'}}], {text: 'Looking.'}),
      textReply('Grüße', {usage: {output_tokens: 3}}),
      errorReply(529, 'overloaded_error', 'Overloaded', {'retry-after': '2'}),
    ]);
    const first = await (await ask(server.url, {model: 'm', n: 1})).text();
    expect(first.match(/^event: .*$/gm)).toEqual([
      'event: message_start',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: content_block_start',
      'event: content_block_delta',
      'event: content_block_stop',
      'event: message_delta',
      'event: message_stop',
    ]);
    expect(first).toContain('"stop_reason":"tool_use"');
    expect(await (await ask(server.url, {model: 'm', n: 2})).text()).toContain('"text":"Grüße"');
    const third = await ask(server.url, {model: 'm', n: 3});
    expect([third.status, third.headers.get('retry-after')]).toEqual([529, '2']);
    expect((await ask(server.url, {model: 'm', n: 4})).status).toBe(400);
    expect(server.requests.map(({text}) => text)).toEqual([1, 2, 3, 4].map(n => `{"model":"m","n":${n}}`));
    await server.close();
  });

  it('tells when a client left before the end', async () => {
    const server = await startModelServer([startedReply(toEvents([{type: 'text', deltas: ['a']}]), 2)]);
    const leaving = new AbortController();
    const response = await ask(server.url, {}, leaving.signal);
    leaving.abort();
    await response.text().catch(() => {});
    expect(await (await server.request(0)).abandoned).toBe(true);
    await server.close();
  });
});
