/** What a session sends to a collector, over real HTTP, and what it never does. */
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import type {Tool} from '../../src/core/ports.js';
import {createScriptedModel, createSession, type SessionOptions} from '../../src/index.js';
import type {Script} from '../../src/providers/scripted.js';
import {createSend} from '../../src/telemetry/sender.js';
import {type CollectedSpan, type Collector, startCollector} from '../support/collector.js';
import {createFolder} from '../support/folder.js';
import {makeTool, runTurn} from '../support/runtime.js';
import {replyTo} from '../support/tree.js';

const secret = 'the launch code is 4711';
const look = makeTool('Look', 'reads', value => `${value} says: ${secret}`) as Tool;

async function run(script: Script, env: Record<string, string>, options: SessionOptions = {}) {
  const folder = createFolder();
  const own = {PATH: process.env.PATH, HOME: folder};
  const model = createScriptedModel(script);
  const session = await createSession({
    cwd: folder,
    model,
    env: {...own, ...env},
    tools: [look],
    persist: false,
    ...options,
  });
  const {outcome} = await runTurn(session, `Look it up: ${secret}`);
  await session.close();
  return {session, outcome};
}

const json = (collector: Collector, more: Record<string, string> = {}) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  ...more,
});

const looking: Script = [{text: 'I look.', calls: [{name: 'Look', input: {value: secret}}]}, {text: `So: ${secret}`}];

const named = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
  const [span, ...others] = spans.filter(each => each.name === name);
  if (!span || others.length > 0)
    throw new Error(`${others.length + 1} spans ${name} of ${spans.map(each => each.name)}`);
  return span;
};

describe('spans', () => {
  it('are the session, in it the turn, in that requests and calls, with the names of the conventions', async () => {
    const collector = await startCollector();
    const {session, outcome} = await run(looking, json(collector, {OTEL_RESOURCE_ATTRIBUTES: 'team=blue%20sky'}));
    const spans = collector.spans();
    const root = named(spans, 'session');
    const turn = named(spans, 'invoke_agent main');
    const chats = spans.filter(({name}) => name === 'chat scripted');
    const call = named(spans, 'execute_tool Look');
    expect(spans).toHaveLength(5);
    expect(new Set(spans.map(({traceId}) => traceId)).size).toBe(1);
    expect([root.parentSpanId, turn.parentSpanId]).toEqual(['', root.spanId]);
    expect([...chats, call].map(({parentSpanId}) => parentSpanId)).toEqual(Array(3).fill(turn.spanId));
    expect(spans.every(({start, end}) => start <= end && start >= root.start && end <= root.end)).toBe(true);
    expect(new Set(spans.map(({attributes}) => attributes['gen_ai.conversation.id']))).toEqual(new Set([session.id]));
    expect(turn.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': 'main',
      'gen_ai.provider.name': 'custom',
      'gen_ai.usage.input_tokens': 200,
      'gen_ai.usage.output_tokens': 40,
      'agent.cost_usd': outcome.costUsd,
      'agent.end_reason': 'completed',
      'agent.steps': 2,
    });
    expect(chats[0]?.kind).toBe(3);
    expect(chats[0]?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'scripted',
      'gen_ai.response.model': 'scripted',
      'gen_ai.response.id': 'msg_1',
      'gen_ai.response.finish_reasons': ['tool_use'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
    });
    expect(call.attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'Look',
      'gen_ai.tool.call.id': 'call_1_1',
      'agent.tool.outcome': 'ok',
    });
    const [{bytes} = {bytes: Buffer.of()}] = collector.exports.filter(({path}) => path === '/v1/traces');
    expect(bytes.toString()).toMatch(/"service\.name","value":\{"stringValue":"agent"\}/);
    expect(bytes.toString()).toMatch(/"team","value":\{"stringValue":"blue sky"\}/);
  });

  it('hold nothing that was said or read, nor do metrics, unless that is asked for', async () => {
    const collector = await startCollector();
    await run(looking, json(collector));
    await run([{text: 'x', after: 2, ending: new ProviderError(secret, {kind: 'invalid_request'})}], json(collector));
    expect(collector.exports.length).toBeGreaterThan(2);
    expect(Buffer.concat(collector.exports.map(({bytes}) => bytes)).toString()).not.toContain('launch code');
    const open = await startCollector();
    await run(looking, json(open, {OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true'}));
    const chats = open.spans().filter(({name}) => name === 'chat scripted');
    const messages = chats.map(({attributes}) => JSON.parse(String(attributes['gen_ai.input.messages'])));
    expect(messages).toEqual([
      [{role: 'user', parts: [{type: 'text', content: `Look it up: ${secret}`}]}],
      [{role: 'tool', parts: [{type: 'tool_call_response', id: 'call_1_1', response: `${secret} says: ${secret}`}]}],
    ]);
    expect(JSON.parse(String(chats[1]?.attributes['gen_ai.output.messages']))).toEqual([
      {role: 'assistant', parts: [{type: 'text', content: `So: ${secret}`}], finish_reason: 'end_turn'},
    ]);
    expect(named(open.spans(), 'execute_tool Look').attributes).toMatchObject({
      'gen_ai.tool.call.arguments': JSON.stringify({value: secret}),
      'gen_ai.tool.call.result': `${secret} says: ${secret}`,
    });
  });

  it('tell of a history that is summed up, and what that took', async () => {
    const collector = await startCollector();
    const folder = createFolder();
    const model = createScriptedModel([{text: 'long '.repeat(2_000)}, {text: 'It was long.'}]);
    const session = await createSession({cwd: folder, model, persist: false, env: {HOME: folder, ...json(collector)}});
    await runTurn(session, 'Tell me.');
    await session.compact();
    await session.close();
    const span = named(collector.spans(), 'compaction');
    expect(span.attributes).toMatchObject({'agent.compaction.trigger': 'manual', 'gen_ai.usage.output_tokens': 20});
    expect(span.isError).toBe(false);
  });

  it('of agents hang below the call that started them', async () => {
    const collector = await startCollector();
    const lower = {name: 'lower', steps: []};
    const plan = {
      name: 'root',
      steps: [
        {spawn: [{name: 'upper', type: 'general-purpose', steps: [{spawn: [{...lower, type: 'general-purpose'}]}]}]},
      ],
    };
    const model = createScriptedModel(replyTo);
    const folder = createFolder();
    const session = await createSession({cwd: folder, model, persist: false, env: {HOME: folder, ...json(collector)}});
    await runTurn(session, JSON.stringify(plan));
    await session.close();
    const spans = collector.spans();
    const above = (span: CollectedSpan): readonly string[] => {
      const parent = spans.find(({spanId}) => spanId === span.parentSpanId);
      return parent ? [span.name, ...above(parent)] : [span.name];
    };
    const paths = spans.filter(({name}) => name === 'chat scripted').map(above);
    const deepest = paths.toSorted((one, other) => other.length - one.length)[0];
    const [call, agent] = ['execute_tool Agent', 'invoke_agent general-purpose'];
    expect(deepest).toEqual(['chat scripted', agent, call, agent, call, 'invoke_agent main', 'session']);
  });

  it('stand below the span of whoever started the program, and are not sent where that is not recorded', async () => {
    const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    for (const [text, parent] of [
      [`00-${traceId}-${spanId}-01`, {traceId, parentSpanId: spanId}],
      ['00-nonsense', {parentSpanId: ''}],
      [`00-${'0'.repeat(32)}-${spanId}-01`, {parentSpanId: ''}],
    ] as const) {
      const collector = await startCollector();
      await run([{text: 'ok'}], json(collector, {TRACEPARENT: text}));
      expect(named(collector.spans(), 'session')).toMatchObject(parent);
    }
    const collector = await startCollector();
    await run([{text: 'ok'}], json(collector, {TRACEPARENT: `00-${traceId}-${spanId}-00`}));
    expect([collector.spans(), collector.points().length > 0]).toEqual([[], true]);
  });

  it('tell of retries, of what was taken back, of another model, and of failures by their kind', async () => {
    const collector = await startCollector();
    const ending = new ProviderError('It is overloaded.', {kind: 'overloaded', status: 529});
    const before = [
      {type: 'retry_scheduled', attempt: 1, maxAttempts: 3, delayMs: 5, kind: 'network', message: 'x'},
    ] as const;
    const other = createScriptedModel([{text: 'y', after: 3, ending: new ProviderError('No.', {kind: 'permission'})}], {
      id: 'other',
    });
    await run([{text: 'x', after: 3, ending, before}], json(collector), {fallbackModels: [other]});
    const spans = collector.spans();
    const first = named(spans, 'chat scripted');
    expect([first.events, first.isError, first.attributes['error.type']]).toEqual([
      ['retry', 'first_token', 'retracted'],
      true,
      'overloaded',
    ]);
    expect(named(spans, 'chat other')).toMatchObject({isError: true, attributes: {'error.type': 'permission'}});
    expect(named(spans, 'invoke_agent main')).toMatchObject({isError: true, events: ['model_replaced']});
  });
});

describe('metrics', () => {
  it('count tokens and dollars of all replies, those that were taken back too, and time requests, calls and runs', async () => {
    const collector = await startCollector();
    const cut = {text: 'x', before: [], after: 3, ending: new ProviderError('No.', {kind: 'overloaded'})};
    const other = createScriptedModel(looking, {id: 'other'});
    const {outcome} = await run([cut], json(collector), {fallbackModels: [other]});
    const of = (name: string, attributes: Record<string, unknown> = {}) =>
      collector
        .points()
        .filter(point => point.name === name)
        .filter(point => Object.entries(attributes).every(([key, value]) => point.attributes[key] === value));
    const tokens = of('gen_ai.client.token.usage', {'gen_ai.token.type': 'input'});
    expect(tokens.reduce((sum, {value}) => sum + value, 0)).toBe(300);
    expect(tokens[0]?.unit).toBe('{token}');
    const cost = of('agent.cost').reduce((sum, {value}) => sum + value, 0);
    expect(cost).toBeCloseTo(outcome.costUsd ?? 0, 9);
    expect(of('gen_ai.client.operation.duration', {'error.type': 'overloaded'})).toMatchObject([{count: 1, unit: 's'}]);
    expect(of('gen_ai.client.operation.duration', {'gen_ai.request.model': 'other'})).toMatchObject([{count: 2}]);
    expect(of('gen_ai.execute_tool.duration', {'gen_ai.tool.name': 'Look'})).toMatchObject([{count: 1}]);
    expect(of('gen_ai.invoke_agent.duration')).toMatchObject([{count: 1, attributes: {'gen_ai.agent.name': 'main'}}]);
  });
});

describe('telemetry', () => {
  it('is sent as protobuf unless told, with the headers that are given, compressed if asked', async () => {
    const collector = await startCollector();
    await run(looking, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x,a=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    });
    const {exports} = collector;
    expect(exports.map(({path}) => path).toSorted()).toEqual(['/v1/metrics', '/v1/traces']);
    for (const {path, headers, bytes} of exports) {
      const a = path.endsWith('traces') ? '2' : '1';
      expect(headers).toMatchObject({'content-type': 'application/x-protobuf', authorization: 'Bearer x', a});
      expect(bytes.includes(path.endsWith('traces') ? 'invoke_agent main' : 'gen_ai.client.token.usage')).toBe(true);
    }
  });

  it.each([
    ['nothing is named', {OTEL_SERVICE_NAME: 'x'}],
    ['it is switched off', {OTEL_SDK_DISABLED: 'TRUE'}],
    ['no exporter is wanted', {OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none'}],
  ])('sends nothing where %s', async (_, env) => {
    const collector = await startCollector();
    const endpoint = 'OTEL_SERVICE_NAME' in env ? {} : json(collector);
    const {session} = await run(looking, {...endpoint, ...env});
    expect([collector.exports.length, session.warnings]).toEqual([0, []]);
  });

  it('tries again what a busy collector does not take', async () => {
    const collector = await startCollector(index => (index < 2 ? 503 : 200));
    const {session} = await run(looking, json(collector, {OTEL_METRICS_EXPORTER: 'none'}));
    expect(session.warnings).toEqual([]);
    expect(collector.exports.length).toBeGreaterThanOrEqual(1);
  });

  it.each([
    ['is not there', () => 'http://127.0.0.1:9', 'was not reached: ECONNREFUSED'],
    ['never answers', async () => (await startCollector(() => null)).url, 'it did not answer in time'],
    ['refuses', async () => (await startCollector(() => 401)).url, 'answered 401'],
  ])('says once that a collector %s, and holds nobody up', async (_, address, why) => {
    const folder = createFolder();
    const env = {HOME: folder, OTEL_EXPORTER_OTLP_ENDPOINT: await address()};
    const session = await createSession({cwd: folder, model: createScriptedModel([{text: 'ok'}]), env, persist: false});
    const notices = session.observe({filter: ({type}) => type === 'notice'});
    expect((await runTurn(session, 'hi')).outcome.reason).toBe('completed');
    const before = performance.now();
    await session.close();
    expect(performance.now() - before).toBeLessThan(3_000);
    const told = notices.drain().map(event => ('text' in event ? event.text : ''));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^Telemetry is not sent: the collector at 127\.0\.0\.1:\d+ /);
    expect(told[0]).toContain(why);
  });

  it('begins nothing that it would wait for once it is to end', async () => {
    const {url} = await startCollector(() => null);
    const destination = {url, protocol: 'http/json', headers: {}, timeoutMs: 60_000, compression: 'none'} as const;
    const send = createSend(destination, AbortSignal.abort());
    await expect(send(Buffer.from('{}'))).rejects.toThrow('it did not answer in time');
  });

  it('says what of a wish cannot be had', async () => {
    const {session} = await run(looking, {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:4317',
    });
    expect(session.warnings).toEqual([
      'No traces are sent: "nowhere" is no http or https address.',
      'No metrics are sent: the OTLP protocol "grpc" is not known here. Set http/protobuf or http/json, and the port that the collector has for those (4318).',
    ]);
  });
});
