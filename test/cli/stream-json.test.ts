/** The messages of stream-json, from the real loop over the scripted model. */
import {describe, expect, it} from 'vitest';
import type {Message} from '../../src/cli/messages.js';
import {createTranslator} from '../../src/cli/stream-json.js';
import {ProviderError} from '../../src/core/errors.js';
import type {Model, Permissions} from '../../src/core/ports.js';
import {createScriptedModel, type ScriptedReply} from '../../src/providers/scripted.js';
import {forever, makeTool, openRuntime, type RuntimeOptions, runTurn} from '../support/runtime.js';

const echo = makeTool('Echo', 'reads', value => value);
const hang = makeTool('Hang', 'changes', (_, {signal}) => forever(signal));

interface Told {
  readonly messages: readonly Message[];
  /** The messages after the run. */
  readonly last: readonly Message[];
}

async function tell(
  script: readonly ScriptedReply[] | Model,
  options: RuntimeOptions & {readonly partialMessages?: boolean; readonly interruptAt?: string} = {},
): Promise<Told> {
  const {partialMessages = false, interruptAt, ...runtime} = options;
  const {session} = openRuntime(script, {tools: [echo, hang], ...runtime});
  const translator = createTranslator({partialMessages, hookEvents: true, now: () => 1_000, logOf: () => null});
  const messages: Message[] = [];
  const {outcome} = await runTurn(session, 'go', event => {
    messages.push(...translator.translate(event));
    if (event.type === interruptAt) session.interrupt();
  });
  await session.close();
  const {info: model} = session.model;
  const facts = {
    model,
    maxTurns: runtime.maxSteps ?? null,
    spent: session.spent(),
    agents: session.agents.snapshot(),
    describe: () => model,
  };
  return {messages, last: translator.finish(outcome, facts)};
}

const call = {name: 'Echo', id: 'c1', input: {value: 'hi'}};

describe('a run in stream-json', () => {
  it('is a message a block, the results as a user message, and the result', async () => {
    const {messages, last} = await tell([
      {thinking: 'Hm.', text: 'I echo.', calls: [call], usage: {input: 100, output: 20, cacheRead: 7, cacheWrite: 3}},
      {text: 'Done.'},
    ]);
    const usage = {
      input_tokens: 100,
      output_tokens: 20,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 7,
      server_tool_use: null,
    };
    const reply = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'scripted',
      stop_reason: null,
      stop_sequence: null,
    };
    const result = {type: 'tool_result', tool_use_id: 'c1', content: 'hi'};
    expect(messages).toMatchObject([
      {type: 'assistant', message: {...reply, usage, content: [{type: 'thinking', thinking: 'Hm.'}]}},
      {type: 'assistant', message: {...reply, usage, content: [{type: 'text', text: 'I echo.'}]}},
      {
        type: 'assistant',
        message: {...reply, usage, content: [{type: 'tool_use', id: 'c1', name: 'Echo', input: {value: 'hi'}}]},
      },
      {type: 'user', message: {role: 'user', content: [result]}, timestamp: '1970-01-01T00:00:01.000Z'},
      {type: 'assistant', message: {id: 'msg_2', content: [{type: 'text', text: 'Done.'}]}},
    ]);
    expect(last).toMatchObject([
      {
        type: 'result',
        subtype: 'success',
        is_error: false,
        result: 'Done.',
        num_turns: 2,
        stop_reason: 'end_turn',
        terminal_reason: 'completed',
        permission_denials: [],
        usage: {input_tokens: 200, output_tokens: 40},
        modelUsage: {scripted: {inputTokens: 200, outputTokens: 40, contextWindow: 200_000}},
      },
    ]);
  });

  it('tells nothing of a reply that was taken back, and its new form once', async () => {
    const {messages} = await tell([
      {
        text: 'Whole.',
        before: [
          {type: 'message_start', message: openMessage('msg_0')},
          {type: 'content_block_start', index: 0, content_block: {type: 'text', text: '', citations: null}},
          {type: 'content_block_delta', index: 0, delta: {type: 'text_delta', text: 'Half'}},
          {type: 'content_block_stop', index: 0},
          {type: 'attempt_retracted', reason: 'cut'},
          {
            type: 'retry_scheduled',
            attempt: 1,
            maxAttempts: 10,
            delayMs: 500,
            kind: 'overloaded',
            message: 'Busy.',
            status: 529,
          },
        ],
      },
    ]);
    expect(messages).toMatchObject([
      {
        type: 'system',
        subtype: 'api_retry',
        attempt: 1,
        max_retries: 10,
        retry_delay_ms: 500,
        error_status: 529,
        error: 'Busy.',
      },
      {type: 'assistant', message: {content: [{type: 'text', text: 'Whole.'}]}},
    ]);
  });

  it('tells nothing of a wait behind others: the retry that they wait for is told', async () => {
    const held = {type: 'request_held', delayMs: 500, kind: 'overloaded', message: 'Busy.'} as const;
    const {messages} = await tell([{text: 'Whole.', before: [held]}], {partialMessages: true});
    expect(messages.map(message => ('subtype' in message ? message.subtype : message.type))).not.toContain('api_retry');
    expect(JSON.stringify(messages)).not.toContain('Busy.');
  });

  it('with partial messages gives back the raw events that the model sent', async () => {
    const reply: ScriptedReply = {thinking: 'Hm.', text: 'I echo.', calls: [call], chunk: 100};
    const {messages} = await tell([reply, {text: 'Done.'}], {partialMessages: true});
    const told = messages.slice(
      0,
      messages.findIndex(({type}) => type === 'user'),
    );
    const raw = told.flatMap(message => (message.type === 'stream_event' ? [message.event] : []));
    expect(told[0]).toEqual({type: 'system', subtype: 'status', status: 'requesting'});
    expect(raw).toMatchObject([
      {type: 'message_start', message: {id: 'msg_1', model: 'scripted', content: []}},
      {type: 'content_block_start', index: 0, content_block: {type: 'thinking'}},
      {type: 'content_block_delta', index: 0, delta: {type: 'thinking_delta', thinking: 'Hm.'}},
      {type: 'content_block_delta', index: 0, delta: {type: 'signature_delta', signature: 'signature of 3'}},
      {type: 'content_block_stop', index: 0},
      {type: 'content_block_start', index: 1, content_block: {type: 'text'}},
      {type: 'content_block_delta', index: 1, delta: {type: 'text_delta', text: 'I echo.'}},
      {type: 'content_block_stop', index: 1},
      {type: 'content_block_start', index: 2, content_block: {type: 'tool_use', id: 'c1', name: 'Echo'}},
      {type: 'content_block_delta', index: 2, delta: {type: 'input_json_delta', partial_json: '{"value":"hi"}'}},
      {type: 'content_block_stop', index: 2},
      {type: 'message_delta', delta: {stop_reason: 'tool_use'}, usage: {output_tokens: 20}},
      {type: 'message_stop'},
    ]);
  });

  it('says where the main conversation begins anew with a summary', async () => {
    const {messages} = await tell([
      {calls: [call], usage: {input: 171_000, output: 10}, text: 'word '.repeat(2_000)},
      {text: 'All was echoed.'},
      {text: 'Done.'},
    ]);
    const system = messages.filter(({type}) => type === 'system');
    expect(system).toEqual([
      {type: 'system', subtype: 'status', status: 'compacting'},
      {type: 'system', subtype: 'status', status: null},
      {
        type: 'system',
        subtype: 'compact_boundary',
        compact_metadata: {trigger: 'auto', pre_tokens: expect.any(Number), post_tokens: expect.any(Number)},
      },
    ]);
    expect(JSON.stringify(messages)).not.toContain('All was echoed.');
  });

  it('lists a refused call as it happens and in the result', async () => {
    const nobody: Permissions = {
      decide: () => ({verdict: 'deny', message: 'Not today.'}),
      ask: () => Promise.reject(new Error('nobody asked for this')),
    };
    const {messages, last} = await tell([{calls: [call]}, {text: 'Then not.'}], {permissions: nobody});
    expect(messages[1]).toEqual({
      type: 'system',
      subtype: 'permission_denied',
      tool_name: 'Echo',
      tool_use_id: 'c1',
      decision_reason_type: 'mode',
      message: 'Not today.',
    });
    expect(last).toMatchObject([
      {permission_denials: [{tool_name: 'Echo', tool_use_id: 'c1', tool_input: {value: 'hi'}}]},
    ]);
    expect(last[0]).not.toHaveProperty('permission_denials_omitted');
  });

  it('lists the first twenty refused calls of a model that never relents, and counts the others', async () => {
    const nobody: Permissions = {
      decide: () => ({verdict: 'deny', message: 'Not today.'}),
      ask: () => Promise.reject(new Error('nobody asked for this')),
    };
    const calls = Array.from({length: 9}, () => ({name: 'Echo', input: {value: 'hi'}}));
    const {messages, last} = await tell([...Array.from({length: 4}, () => ({calls})), {text: 'Then not.'}], {
      permissions: nobody,
    });
    expect(messages.filter(message => 'subtype' in message && message.subtype === 'permission_denied')).toHaveLength(
      36,
    );
    expect(last).toMatchObject([{permission_denials_omitted: 16}]);
    expect(last[0]?.type === 'result' && last[0].permission_denials).toHaveLength(20);
  });
});

/** The start of a message as the wire has it; what a test does not look at is null. */
function openMessage(id: string) {
  return {
    id,
    type: 'message' as const,
    role: 'assistant' as const,
    model: 'scripted',
    content: [],
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 0,
      output_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_creation: null,
      inference_geo: null,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: null,
      speed: null,
    },
  };
}

describe('the result', () => {
  it('of a run at its limit of steps counts the request that was not made', async () => {
    const {last} = await tell([{calls: [call]}, {calls: [{...call, id: 'c2'}]}], {maxSteps: 2});
    expect(last).toMatchObject([
      {subtype: 'error_max_turns', is_error: true, num_turns: 3, errors: ['Reached maximum number of turns (2)']},
    ]);
    expect(last[0]).not.toHaveProperty('result');
  });

  it('of a run at its budget names it', async () => {
    const {last} = await tell([{text: 'x'}], {budget: {usd: 0.000001}});
    expect(last).toMatchObject([{subtype: 'error_max_budget_usd', terminal_reason: 'max_budget_usd', num_turns: 0}]);
    expect(last[0]).not.toHaveProperty('result');
  });

  it('of a run that reports at its budget holds the report', async () => {
    const model = createScriptedModel(({toolChoice}, index) =>
      toolChoice === 'none' ? {text: 'This I found.'} : {text: 'I look.', calls: [{...call, id: `c${index}`}]},
    );
    const {last} = await tell(model, {budget: {tokens: 6_000}});
    expect(last).toMatchObject([{subtype: 'error_max_budget_usd', is_error: true, result: 'This I found.'}]);
  });

  it.each([
    ['while the model speaks', [{text: 'I will say a lot', chunk: 2}], 'text_delta', 'aborted_streaming'],
    ['while a tool runs', [{calls: [{name: 'Hang', id: 'c1', input: {value: ''}}]}], 'tool_started', 'aborted_tools'],
  ])('of a run interrupted %s says where', async (_, script, interruptAt, reason) => {
    const {last} = await tell(script, {interruptAt});
    expect(last).toMatchObject([{subtype: 'error_during_execution', is_error: true, terminal_reason: reason}]);
  });

  it.each([
    [{kind: 'authentication', status: 401}, 'authentication_failed'],
    [{kind: 'rate_limited', status: 429}, 'rate_limit'],
    [{kind: 'overloaded', status: 529}, 'overloaded'],
    [{kind: 'not_found', status: 404}, 'invalid_request'],
    [{kind: 'server_error', status: 500}, 'server_error'],
    [{kind: 'network'}, 'unknown'],
  ] as const)('of a failed request is an error with a reply that no model wrote: %o', async (options, error) => {
    const failure = new ProviderError('The server said no.', options);
    const {last} = await tell([{after: 0, ending: failure}]);
    const text =
      'status' in options ? `API Error: ${options.status} The server said no.` : 'API Error: The server said no.';
    expect(last).toMatchObject([
      {type: 'assistant', error, message: {model: '<synthetic>', content: [{type: 'text', text}]}},
      {type: 'result', subtype: 'success', is_error: true, result: text},
    ]);
  });

  it.each([
    [
      'HOST refused the credential (401: bad key). Set a valid one.',
      'HOST refused the credential (bad key). Set a valid one.',
    ],
    ['HOST asks for a login (401). Log in.', 'HOST asks for a login. Log in.'],
    ['HOST answered 401 with a web page.', 'HOST answered with a web page.'],
    ['HOST allows 4010 (401: 401 a day).', 'HOST allows 4010 (401 a day).'],
  ])('of a failed request says the status once: %s', async (message, text) => {
    const failure = new ProviderError(message, {kind: 'authentication', status: 401});
    const {last} = await tell([{after: 0, ending: failure}]);
    expect(last.at(-1)).toMatchObject({result: `API Error: 401 ${text}`, api_error_status: 401});
  });

  it.each([
    ['refused', {text: 'I will not.', stopReason: 'refusal'}],
    ['context_exceeded', {text: 'It begins', stopReason: 'model_context_window_exceeded'}],
  ] as const)(
    'of an answer that ended early (%s) is what was said, and a reply that no model wrote says why',
    async (reason, reply) => {
      const {last} = await tell([reply]);
      expect(last).toMatchObject([
        {
          message: {
            model: '<synthetic>',
            content: [{text: expect.stringMatching(/refused to answer|fills the model/)}],
          },
        },
        {subtype: 'success', is_error: true, result: reply.text, terminal_reason: reason},
      ]);
    },
  );

  it('of an answer that ended before its first word says why', async () => {
    const {last} = await tell([{stopReason: 'refusal'}]);
    expect(last.at(-1)).toMatchObject({is_error: true, result: expect.stringMatching(/refused to answer/)});
  });

  it('says null where a price is unknown, never zero', async () => {
    const {model} = openRuntime([{text: 'x'}]);
    const free: Model = {...model, info: {...model.info, price: null}};
    const {last} = await tell(free);
    expect(last).toMatchObject([{total_cost_usd: null, modelUsage: {scripted: {costUSD: null}}}]);
  });
});
