import {LLMock} from '@copilotkit/aimock';
import {afterEach, describe, expect, it} from 'vitest';
import type {Clock, Model} from '../../src/core/ports.js';
import {createAnthropicModel} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {createGate} from '../../src/providers/gate.js';
import {retrying} from '../../src/providers/retrying.js';
import {aRequest, ask, failureOf, textOf} from '../support/asking.js';
import {realClock} from '../support/clock.js';
import {errorReply, startedReply, startModelServer, textReply, toEvents} from '../support/model-server.js';

let mock: LLMock;
afterEach(() => mock.stop());

async function start(): Promise<Reached> {
  mock = new LLMock({port: 0, logLevel: 'silent'});
  await mock.start();
  mock.onMessage('hello', {content: 'Good morning to you.'}, {chunkSize: 4});
  return over(mock.url);
}

interface Reached {
  readonly model: Model;
  /** Another model of the same credential. */
  readonly other: Model;
  readonly waits: readonly number[];
}

function over(url: string): Reached {
  const waits: number[] = [];
  // Waits between attempts pass at once; the adapter's own clock is the real one.
  const impatient: Clock = {
    now: () => waits.reduce((sum, ms) => sum + ms, 0),
    sleep: async ms => void waits.push(ms),
  };
  const env = {ANTHROPIC_BASE_URL: url};
  const credential = {type: 'key', value: 'k', source: 'ANTHROPIC_API_KEY'} as const;
  const silence = {firstByteMs: 5_000, idleMs: 100, stallMs: 5_000};
  const gate = createGate({clock: impatient, random: () => 1});
  const open = (name: string): Model =>
    retrying(createAnthropicModel({info: lookUp(name), credential, env, clock: realClock, silence}), {
      ...{gate, clock: impatient, random: () => 1, policy: {maxAttempts: 10}},
    });
  return {model: open('sonnet'), other: open('haiku'), waits};
}

describe('a retrying model over a real wire', () => {
  it('gets its answer through 429, 529 and 500', async () => {
    const {model, waits} = await start();
    mock.nextRequestError(500, {message: 'oops', type: 'api_error'});
    mock.nextRequestError(529, {message: 'Overloaded', type: 'overloaded_error'});
    mock.nextRequestError(429, {message: 'slow down', type: 'rate_limit_error'});
    const events = await ask(model);
    expect(textOf(events)).toBe('Good morning to you.');
    const retries = events.flatMap(event => (event.type === 'retry_scheduled' ? [event.kind] : []));
    expect(retries.sort()).toEqual(['overloaded', 'rate_limited', 'server_error']);
    expect(waits.length).toBe(3);
  });

  it('fails at once on 401, with one line', async () => {
    const {model, waits} = await start();
    mock.nextRequestError(401, {message: 'invalid x-api-key', type: 'authentication_error'});
    expect((await failureOf(ask(model))).message).toMatch(
      /refused the credential in ANTHROPIC_API_KEY \(401: invalid x-api-key\)/,
    );
    expect(waits).toEqual([]);
  });

  it('waits as long as a rate limit with retry-after says, then gives up when it never ends', async () => {
    const {model, waits} = await start();
    mock.setChaos({rateLimitRate: 1});
    const failure = await failureOf(ask(model));
    expect(failure).toMatchObject({kind: 'rate_limited', status: 429});
    expect(failure.message).toMatch(/Gave up after 10 more attempts\.$/);
    expect(waits.length).toBe(10);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
  });

  it('takes a hung-up connection, a garbled answer and a refused one for what may pass', async () => {
    for (const [chaos, kinds] of [
      [{disconnectRate: 1}, ['network']],
      [{malformedRate: 1}, ['garbage']],
      [{dropRate: 1}, ['server_error']],
    ] as const) {
      const {model} = await start();
      mock.setChaos(chaos);
      const events: unknown[] = [];
      for await (const event of model.stream(aRequest(), new AbortController().signal)) {
        if (event.type === 'retry_scheduled') {
          events.push(event.kind);
          mock.clearChaos();
        } else events.push(event.type);
      }
      expect(events.slice(0, 2)).toEqual([...kinds, 'message_start']);
      await mock.stop();
    }
    await mock.start();
  });

  it('says an answer once that was cut in the middle', async () => {
    const {model} = await start();
    mock.onMessage(
      'cut me',
      {content: 'An answer that breaks off.'},
      {chunkSize: 4, truncateAfterChunks: 4, latency: 5},
    );
    const events: unknown[] = [];
    let text = '';
    const request = aRequest({messages: [{role: 'user', content: 'cut me'}]});
    for await (const event of model.stream(request, new AbortController().signal)) {
      if (event.type === 'attempt_retracted') {
        expect(text).not.toBe('');
        text = '';
        events.push(event.type);
        mock.clearFixtures();
        mock.onMessage('cut me', {content: 'An answer that is whole.'});
      }
      text += textOf([event]);
    }
    expect(events).toEqual(['attempt_retracted']);
    expect(text).toBe('An answer that is whole.');
  });

  it('asks again when the server falls silent in the middle', async () => {
    await start();
    const begun = startedReply(toEvents([{type: 'text', deltas: ['never ', 'mind']}]), 3);
    const server = await startModelServer([begun, textReply('here')]);
    const events = await ask(over(server.url).model);
    expect(events.find(({type}) => type === 'retry_scheduled')).toMatchObject({kind: 'timeout'});
    expect(textOf(events)).toBe('here');
    expect(await (await server.request(0)).abandoned).toBe(true);
    await server.close();
  });

  it('lets agents of an overloaded model take turns in asking, and those of another go on', async () => {
    await start();
    let refusals = 8;
    const server = await startModelServer(({body}) => {
      if (!body.model.includes('haiku')) return textReply('on I go');
      refusals -= 1;
      if (refusals < 0) return textReply('at last');
      return async (response, request) => {
        await server.request(3);
        await errorReply(529, 'overloaded_error', 'Overloaded')(response, request);
      };
    });
    const {model, other} = over(server.url);
    const names = ['a', 'b', 'c'];
    const asked = await Promise.all([...names.map(system => ask(other, aRequest({system}))), ask(model)]);
    expect(asked.map(textOf)).toEqual(['at last', 'at last', 'at last', 'on I go']);
    expect(asked[3]?.filter(event => 'delayMs' in event)).toEqual([]);
    const turns = server.requests.flatMap(({body}) =>
      body.model.includes('haiku') ? [names.find(name => JSON.stringify(body.system).includes(`"${name}"`))] : [],
    );
    expect(turns.length).toBe(11);
    // Three were on their way when the first was refused, which may have probed before the others came back.
    for (let turn = 5; turn + 3 <= 11; turn += 1) expect(turns.slice(turn, turn + 3).toSorted()).toEqual(names);
    await server.close();
  });
});
