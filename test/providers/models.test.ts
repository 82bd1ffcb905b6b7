import {describe, expect, it} from 'vitest';
import type {Model, ModelEvent} from '../../src/core/ports.js';
import {createModels} from '../../src/providers/models.js';
import {aRequest, ask, noAbort, textOf} from '../support/asking.js';
import {realClock} from '../support/clock.js';
import {errorReply, type ModelServer, type Reply, textReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let server: ModelServer;

const family = (id: string): string => id.replace(/^claude-(\w+).*/, '$1');

/** Models of one credential at a server that answers each family of models so. */
async function open(replies: Readonly<Record<string, Reply>>) {
  server = await serveModel(({body}) => replies[family(body.model)] ?? errorReply(404, 'not_found_error', 'what'));
  const env = {ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: server.url};
  return createModels({env, clock: realClock, maxAttempts: null});
}

async function firstOf(model: Model): Promise<ModelEvent | undefined> {
  for await (const event of model.stream(aRequest(), noAbort())) return event;
  return undefined;
}

describe('models of one credential', () => {
  it.each([
    ['overloaded', errorReply(529, 'overloaded_error', 'Overloaded', {'retry-after': '300'})],
    ['limited', errorReply(429, 'rate_limit_error', 'slow down', {'retry-after': '300'})],
    ['failing', errorReply(500, 'api_error', 'oops', {'retry-after': '300'})],
  ])('work on while another model is %s', async (_, refusal) => {
    const models = await open({haiku: refusal, sonnet: textReply('hello')});
    const [haiku, sonnet] = [await models.open('haiku'), await models.open('sonnet')];
    expect(await firstOf(haiku)).toMatchObject({type: 'retry_scheduled'});
    expect(await firstOf(sonnet)).toMatchObject({type: 'message_start'});
    expect(textOf(await ask(sonnet))).toBe('hello');
    expect(server.requests.map(({body}) => family(body.model))).toEqual(['haiku', 'sonnet', 'sonnet']);
  });

  it.each(['', ' ', 'a b', 'opus now', 'opus\n'])('are not asked for by what can be no name: %j', async name => {
    const models = await open({});
    await expect(models.open(name)).rejects.toThrow(/is no model's name\. Give opus/);
    expect(server.requests).toEqual([]);
  });

  it('all wait for the connection, and all go on with it', async () => {
    const hangUp: Reply = response => void response.destroy();
    const models = await open({haiku: hangUp, sonnet: textReply('hello')});
    const haiku = (await models.open('haiku')).stream(aRequest(), noAbort())[Symbol.asyncIterator]();
    expect((await haiku.next()).value).toMatchObject({type: 'retry_scheduled', kind: 'network'});
    const [held, ...answer] = await ask(await models.open('sonnet'));
    expect(held).toMatchObject({type: 'request_held', kind: 'network', message: expect.stringMatching(/connection/)});
    expect(textOf(answer)).toBe('hello');
    await haiku.return?.();
  });
});
