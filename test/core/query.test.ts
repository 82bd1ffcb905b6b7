import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import type {Model} from '../../src/core/ports.js';
import {callsOf} from '../../src/core/transcript.js';
import type {Entry, StampedEvent, ToolResult} from '../../src/core/types.js';
import {createScriptedModel, toEvents} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {gif} from '../support/images.js';
import {forever, gate, makeTool, openRuntime, outline, runTurn} from '../support/runtime.js';

const echo = makeTool('Echo', 'reads', value => `echo ${value}`);

/** The results of the last user message, as text. */
function lastResults(history: readonly Entry[]): readonly unknown[] {
  const message = history.filter(({message}) => message.role === 'user').at(-1)?.message;
  if (!message || typeof message.content === 'string') return [];
  return message.content.map(block => (block.type === 'tool_result' ? [block.tool_use_id, block.content] : block.type));
}

describe('a turn', () => {
  it('ends completed with the text of the reply', async () => {
    const {session} = openRuntime([{text: 'Hello there, friend.', usage: {input: 10, output: 5}}]);
    const {events, outcome} = await runTurn(session, 'hi');
    expect(outline(events)).toEqual([
      'entry_appended prompt',
      'run_started',
      'request_started',
      'reply_started',
      'reply_finished end_turn',
      'run_finished completed',
    ]);
    expect(outcome).toMatchObject({
      reason: 'completed',
      text: 'Hello there, friend.',
      steps: 1,
      usage: {input: 10, output: 5, cacheRead: 0, cacheWrite: 0},
    });
    expect(outcome.costUsd).toBeCloseTo((10 * 3 + 5 * 15) / 1e6, 12);
    const streamed = events.flatMap(event => (event.type === 'text_delta' ? [event.text] : []));
    expect(streamed.length).toBeGreaterThan(1);
    expect(streamed.join('')).toBe('Hello there, friend.');
  });

  it('stamps every event with its agent and one rising number', async () => {
    const {session} = openRuntime([{text: 'ok'}]);
    const {events} = await runTurn(session, 'hi');
    expect(events.map(({agentId, parentId, depth}) => [agentId, parentId, depth])).toEqual(
      events.map(() => ['main', null, 0]),
    );
    expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => (events[0]?.seq ?? 0) + index));
  });

  it('runs the calls of a reply and goes on with their results', async () => {
    const {session, model} = openRuntime(
      [{text: 'Let me look.', calls: [{name: 'Change', input: {value: 'a'}}]}, {text: 'done'}],
      {tools: [makeTool('Change', 'changes', value => `changed ${value}`)]},
    );
    const {events, outcome} = await runTurn(session, 'look');
    expect(outline(events)).toEqual([
      'entry_appended prompt',
      'run_started',
      'request_started',
      'reply_started',
      'reply_finished tool_use',
      'tool_started Change a',
      'tool_finished call_1_1 ok',
      'entry_appended results',
      'request_started',
      'reply_started',
      'reply_finished end_turn',
      'run_finished completed',
    ]);
    expect(outcome.steps).toBe(2);
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: 'user',
      content: [{type: 'tool_result', tool_use_id: 'call_1_1', content: 'changed a'}],
    });
  });

  it('refuses a second turn while one runs, and takes one as soon as the first has told its end', async () => {
    const {session} = openRuntime([{text: 'one'}, {text: 'two'}]);
    await runTurn(session, 'first', event => {
      if (event.type === 'request_started') expect(() => session.send('second')).toThrow(/steer/);
      if (event.type === 'run_finished') expect(() => session.send('second')).not.toThrow();
    });
    expect((await runTurn(session, 'second')).outcome.text).toBe('two');
  });

  it('takes mail at the next step, once, and goes on for mail that came with the last reply', async () => {
    const {session, model} = openRuntime(
      [{calls: [{name: 'Echo', input: {value: 'a'}}]}, {text: 'almost'}, {text: 'done'}],
      {tools: [echo]},
    );
    await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') session.steer('and b');
      if (event.type === 'reply_started' && event.messageId === 'msg_2') session.steer('and c');
    });
    const texts = model.requests.map(({messages}) =>
      messages.filter(({role}) => role === 'user').map(({content}) => JSON.stringify(content).match(/and \w/)?.[0]),
    );
    expect(texts).toEqual([[undefined], [undefined, undefined, 'and b'], [undefined, undefined, 'and b', 'and c']]);
  });

  it('stops at the limit of steps, after the tools of the last step ran', async () => {
    const {session} = openRuntime(() => ({calls: [{name: 'Echo', input: {value: 'a'}}]}), {tools: [echo], maxSteps: 3});
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'max_steps', steps: 3});
    expect(events.filter(({type}) => type === 'tool_finished')).toHaveLength(3);
  });

  it.each([
    ['steps', ['Found one.', 'And one more.'], 'max_steps', {maxSteps: 3}],
    ['an error', ['Found one.'], 'error', {}],
    ['an abort', ['Found one.', 'And one more.'], 'aborted', {}],
  ] as const)('that comes to no answer, but to %s, ends with all that was said', async (_, said, reason, options) => {
    const calls = [{name: 'Echo', input: {value: 'a'}}];
    const [first = '', second] = said;
    const last =
      reason === 'error' ? {ending: new ProviderError('No.', {kind: 'invalid_request', status: 400})} : {calls};
    const replies = [{text: first, calls}, {calls}, {...(second && {text: second, calls}), ...last}, {calls}];
    const {session} = openRuntime(replies, {tools: [echo], ...options});
    const {outcome} = await runTurn(session, 'go', event => {
      if (reason === 'aborted' && event.type === 'request_started' && event.step === 4) session.interrupt();
    });
    expect(outcome).toMatchObject({reason, text: said.join('\n\n')});
  });

  it('sends no request that could pass the budget, and says so', async () => {
    const {session, model} = openRuntime(
      () => ({calls: [{name: 'Echo', input: {value: 'a'}}], usage: {output: 2_000}}),
      {
        tools: [echo],
        budget: {usd: 0.1},
      },
    );
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('budget');
    expect(outcome.error?.message).toMatch(/\$0\.1 /);
    expect(outcome.costUsd).toBeGreaterThan(0.05);
    expect(outcome.costUsd).toBeLessThanOrEqual(0.1);
    expect(model.requests.at(-1)?.maxTokens).toBeLessThan(model.requests[0]?.maxTokens ?? 0);
  });
});

describe('a batch of calls', () => {
  it('starts reads while the reply still streams', async () => {
    const more = gate();
    const {session} = openRuntime(
      [{calls: [{name: 'Echo', input: {value: 'early'}}], after: 20, ending: more.opened, chunk: 1}, {text: 'done'}],
      {tools: [echo]},
    );
    const {events} = await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') more.open();
    });
    const order = events.map(({type}) => type);
    expect(order.indexOf('tool_started')).toBeLessThan(order.indexOf('reply_finished'));
  });

  it('runs reads together, changes alone and in order, and gives results in call order', async () => {
    const log: string[] = [];
    const both = gate();
    let reading = 0;
    const read = makeTool('Read', 'reads', async value => {
      log.push(`+${value}`);
      reading += 1;
      if (reading === 2) both.open();
      await both.opened;
      log.push(`-${value}`);
      return value;
    });
    const change = makeTool('Change', 'changes', async value => {
      log.push(`+${value}`);
      await null;
      log.push(`-${value}`);
      return value;
    });
    const {session} = openRuntime(
      [
        {
          calls: [
            {name: 'Read', input: {value: 'r1'}},
            {name: 'Read', input: {value: 'r2'}},
            {name: 'Change', input: {value: 'c1'}},
            {name: 'Change', input: {value: 'c2'}},
            {name: 'Read', input: {value: 'r3'}},
          ],
        },
        {text: 'done'},
      ],
      {tools: [read, change]},
    );
    await runTurn(session, 'go');
    expect(log.slice(0, 2)).toEqual(['+r1', '+r2']);
    expect(log.slice(4)).toEqual(['+c1', '-c1', '+c2', '-c2', '+r3', '-r3']);
    expect(lastResults(session.history)).toEqual([
      ['call_1_1', 'r1'],
      ['call_1_2', 'r2'],
      ['call_1_3', 'c1'],
      ['call_1_4', 'c2'],
      ['call_1_5', 'r3'],
    ]);
  });

  it.each([
    ['reads', 10],
    ['spawns', 12],
  ] as const)('runs at most ten reads at a time, and spawns all at once: of 12 %s, %i', async (effect, most) => {
    const all = gate();
    let running = 0;
    let highest = 0;
    const tool = makeTool('Many', effect, async value => {
      running += 1;
      highest = Math.max(highest, running);
      if (running === most) all.open();
      await all.opened;
      running -= 1;
      return value;
    });
    const calls = Array.from({length: 12}, (_, index) => ({name: 'Many', input: {value: String(index)}}));
    const {session} = openRuntime([{calls}, {text: 'done'}], {tools: [tool]});
    await runTurn(session, 'go');
    expect(highest).toBe(most);
  });

  it('runs neighbouring reads and spawns together', async () => {
    const met = gate();
    const wait = makeTool('Wait', 'reads', () => met.opened.then(() => 'met'));
    const meet = makeTool('Meet', 'spawns', value => {
      met.open();
      return value;
    });
    const calls = ['Wait', 'Meet'].map(name => ({name, input: {value: name}}));
    const {session} = openRuntime([{calls}, {text: 'done'}], {tools: [wait, meet]});
    expect((await runTurn(session, 'go')).outcome.reason).toBe('completed');
  });

  it('starts nothing that changes before the reply is whole', async () => {
    let changed = 0;
    const change = makeTool('Change', 'changes', () => `${++changed}`);
    const {session} = openRuntime([{calls: [{name: 'Change', input: {value: 'x'}}], after: 5, ending: 'cut'}], {
      tools: [change],
    });
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'error', error: {kind: 'cut'}});
    expect(outline(events)).toContain('reply_retracted');
    expect(changed).toBe(0);
  });

  it('tells a call before it starts', async () => {
    const seen: string[] = [];
    const {session} = openRuntime([{calls: [{name: 'Change', input: {value: 'x'}}]}, {text: 'done'}], {
      tools: [
        makeTool('Change', 'changes', () => {
          seen.push('ran');
          return 'ok';
        }),
      ],
    });
    await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') seen.push('told');
    });
    expect(seen).toEqual(['told', 'ran']);
  });

  it('turns a bug in a tool into the result of that call', async () => {
    const {session} = openRuntime([{calls: [{name: 'Broken', input: {value: 'x'}}]}, {text: 'I see'}], {
      tools: [
        makeTool('Broken', 'changes', () => {
          throw new TypeError('x is undefined');
        }),
      ],
    });
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    expect(session.history.at(-2)?.message.content).toEqual([
      {type: 'tool_result', tool_use_id: 'call_1_1', content: expect.stringMatching(/x is undefined/), is_error: true},
    ]);
  });

  it.each([
    ['a result without content', makeTool('Odd', 'reads', () => ({}) as ToolResult)],
    ['content that is no text', makeTool('Odd', 'changes', () => ({content: 7}) as unknown as ToolResult)],
    ['a title that throws', {...makeTool('Odd', 'reads', () => 'fine'), title: titleless}],
  ])('lets %s cost that call and nothing more', async (_, odd) => {
    const {session} = openRuntime([{calls: [{name: 'Odd', input: {value: 'x'}}]}, {text: 'I see'}], {tools: [odd]});
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'I see'});
    expect(outline(events)).toContain('tool_finished call_1_1 failed');
    expect(lastResults(session.history)).toEqual([['call_1_1', expect.stringMatching(/Odd failed in a way/)]]);
  });

  it('puts in words what no request can hold of a result, and calls an image what it is', async () => {
    const base64 = (media_type: string, data: string) => ({type: 'image', source: {type: 'base64', media_type, data}});
    const content = [
      base64('image/png', gif.toString('base64')),
      base64('image/tiff', 'SUkqAA=='),
      base64('image/png', ''),
      base64('image/png', 'iVBORw0KGgo'.padEnd(40_000_000, 'A')),
      {type: 'image', data: 'iVBORw0KGgo', mimeType: 'image/png'},
      {type: 'audio', data: 'AAAA'},
    ];
    const {session} = openRuntime([{calls: [{name: 'Odd', input: {value: 'x'}}]}, {text: 'I see'}], {
      tools: [makeTool('Odd', 'reads', () => ({content}) as unknown as ToolResult)],
    });
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    const [[, result]] = lastResults(session.history) as [[string, unknown]];
    expect(result).toEqual([
      base64('image/gif', gif.toString('base64')),
      ...['none of type PNG', 'empty', 'larger than 5 MB', 'empty'].map(why => ({
        type: 'text',
        text: expect.stringMatching(`^\\[Left out, because it is ${why}.*: 1 image\\.\\]$`),
      })),
      {type: 'text', text: expect.stringContaining('1 audio.')},
    ]);
    const shown = events.flatMap(event => (event.type === 'tool_finished' ? [event.display.summary] : []));
    expect(shown).toEqual([expect.stringContaining('Left out, because it is none of type PNG')]);
  });

  it('bounds what a tool returns', async () => {
    const {session} = openRuntime([{calls: [{name: 'Big', input: {value: 'x'}}]}, {text: 'done'}], {
      tools: [makeTool('Big', 'reads', () => '😀'.repeat(300_000))],
    });
    await runTurn(session, 'go');
    const [result] = lastResults(session.history) as [[string, string]];
    expect(result[1].length).toBeLessThan(100_200);
    expect(result[1]).toMatch(/left out/);
    expect(result[1].isWellFormed()).toBe(true);
  });
});

describe('what a model gets wrong', () => {
  it('hears of a tool that does not exist, with the names of those that do', async () => {
    const {session} = openRuntime([{calls: [{name: 'Nope', input: {}}]}, {text: 'sorry'}], {tools: [echo]});
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.text).toBe('sorry');
    expect(JSON.stringify(session.history)).toMatch(/no tool .*Nope.*Echo/);
  });

  it('hears of JSON that is none, and of parameters that are wrong', async () => {
    const {session} = openRuntime(
      [
        {
          calls: [
            {name: 'Echo', json: '{"value": "x'},
            {name: 'Echo', json: '[1]'},
            {name: 'Echo', input: {valu: 1}},
          ],
        },
        {text: 'sorry'},
      ],
      {tools: [echo]},
    );
    await runTurn(session, 'go');
    const [cut, array, wrong] = lastResults(session.history) as [string, string][];
    expect(cut?.[1]).toMatch(/no valid JSON/);
    expect(array?.[1]).toMatch(/no JSON object/);
    expect(wrong?.[1]).toMatch(/`value`/);
  });

  it('gets one result for each of two calls of the same id', async () => {
    const {session, model} = openRuntime(
      [
        {
          calls: [
            {id: 'same', name: 'Echo', input: {value: 'a'}},
            {id: 'same', name: 'Echo', input: {value: 'b'}},
          ],
        },
        {text: 'done'},
      ],
      {tools: [echo]},
    );
    await runTurn(session, 'go');
    expect(lastResults(session.history)).toEqual([
      ['same', 'echo a'],
      ['same_2', 'echo b'],
    ]);
    expect(JSON.stringify(model.requests[1]?.messages[1])).toMatch(/"same".*"same_2"/);
  });

  it('may be by a name that no API takes: that is refused, and goes back as one that can be sent', async () => {
    const names = ['Echo me', 'é'.repeat(200), '', 'functions.Echo'];
    const {session} = openRuntime([{calls: names.map(name => ({name, input: {value: 'x'}}))}, {text: 'done'}], {
      tools: [echo],
    });
    expect((await runTurn(session, 'go')).outcome.reason).toBe('completed');
    const used = session.history.flatMap(({message}) => callsOf(message).map(({name}) => name));
    expect(used).toEqual(['Echo_me', '_'.repeat(128), 'unnamed', 'functions_Echo']);
    expect(lastResults(session.history)).toEqual(
      used.map(name => [expect.any(String), `There is no tool "${name}" here. The tools are: Echo.`]),
    );
  });

  it('may repeat an id in a later reply, leave it out or write what no API takes: each call has an id of its own', async () => {
    const ids = ['call_0', 'call_0', 'functions.Echo:1', ''];
    const {session} = openRuntime(
      [...ids.map(id => ({calls: [{id, name: 'Echo', input: {value: id}}]})), {text: 'done'}],
      {tools: [echo]},
    );
    await runTurn(session, 'go');
    const used = session.history.flatMap(({message}) => callsOf(message).map(({id}) => id));
    expect(used).toEqual(['call_0', 'call_0_2', 'functions_Echo_1', 'call']);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('is not run twice for a block that is ended twice', async () => {
    const call = toEvents({calls: [{name: 'Echo', input: {value: 'a'}}], chunk: 100}, 'm');
    const model: Model = {
      info: createScriptedModel([]).info,
      async *stream({messages}) {
        const doubled = call.flatMap(event =>
          Array.from({length: event.type === 'content_block_stop' ? 2 : 1}, () => event),
        );
        yield* messages.length === 1 ? doubled : toEvents({text: 'done'}, 'm', 1);
      },
    };
    const {session} = openRuntime(model, {tools: [echo]});
    await runTurn(session, 'go');
    expect(lastResults(session.history)).toEqual([['call_1_1', 'echo a']]);
  });

  it('may say nothing at all: the turn ends with a notice and the history holds no empty message', async () => {
    const {session} = openRuntime([{text: ''}, {text: 'back'}]);
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: ''});
    expect(outline(events)).toContain('notice');
    expect(session.history).toHaveLength(1);
    expect((await runTurn(session, 'again')).outcome.text).toBe('back');
  });
});

describe('what no API takes', () => {
  it('is half of a surrogate pair: it is sent as U+FFFD wherever it came from, and only the tool sees it', async () => {
    const seen: string[] = [];
    const tool = makeTool('Odd', 'changes', value => {
      seen.push(value);
      return 'result \udc00';
    });
    const {session, model} = openRuntime(
      [{text: 'reply \udc01', chunk: 100, calls: [{name: 'Odd', json: '{"value": "call \\ud83d"}'}]}, {text: 'done'}],
      {tools: [tool]},
    );
    session.steer('mail \ud802');
    await runTurn(session, 'prompt \ud803');
    expect(seen).toEqual(['call \ud83d']);
    const sent = JSON.stringify(model.requests[1]?.messages);
    expect(sent.match(/\w+ (?:\ufffd|\\u\w+)/g)).toEqual(
      ['mail', 'prompt', 'reply', 'call', 'result'].map(word => `${word} \ufffd`),
    );
  });

  it('is a text without a word: not in a prompt, not in mail, not in a result', async () => {
    const blank = makeTool('Blank', 'reads', () => ({content: [{type: 'text', text: ''}]}));
    const {session} = openRuntime([{calls: [{name: 'Blank', input: {value: 'x'}}]}, {text: 'done'}], {tools: [blank]});
    expect(() => session.send(' \n')).toThrow(/empty/);
    expect(session.steer('')).toMatchObject({accepted: false, reason: 'empty'});
    await runTurn(session, 'go');
    expect(lastResults(session.history)).toEqual([['call_1_1', '(no output)']]);
  });
});

describe('how a reply may end', () => {
  it('asks once for the rest of a cut text', async () => {
    const {session, model} = openRuntime([{text: 'first half', stopReason: 'max_tokens'}, {text: ' second half'}]);
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'first half second half'});
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toMatch(/Continue exactly/);
  });

  it('ends truncated when the rest is cut as well', async () => {
    const {session} = openRuntime(() => ({text: 'more', stopReason: 'max_tokens'}));
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'truncated', steps: 2});
    expect(outcome.error?.message).toMatch(/rest/);
  });

  it('gives a cut call an error result and goes on', async () => {
    const {session} = openRuntime(
      [{calls: [{name: 'Echo', json: '{"value": "very lo'}], stopReason: 'max_tokens'}, {text: 'shorter then'}],
      {tools: [echo]},
    );
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', steps: 2});
    expect(outline(events)).toContain('tool_finished call_1_1 failed');
  });

  it('counts cuts in a row only', async () => {
    const cut = {text: 'and so', stopReason: 'max_tokens'} as const;
    const {session} = openRuntime([cut, {calls: [{name: 'Echo', input: {value: 'x'}}]}, cut, {text: 'done'}], {
      tools: [echo],
    });
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'completed', steps: 4});
  });

  it('does not let a model be cut for ever', async () => {
    const {session} = openRuntime(() => ({calls: [{name: 'Echo', json: '{"va'}], stopReason: 'max_tokens'}), {
      tools: [echo],
      maxSteps: null,
    });
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'truncated', steps: 4});
  });

  it.each([
    ['refusal', 'refused'],
    ['model_context_window_exceeded', 'context_exceeded'],
  ] as const)('makes of %s the outcome %s, with every call answered and none run', async (stopReason, reason) => {
    const ran: string[] = [];
    const {session} = openRuntime([{text: 'no', calls: [{name: 'Change', input: {value: 'x'}}], stopReason}], {
      tools: [makeTool('Change', 'changes', value => String(ran.push(value)))],
    });
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe(reason);
    expect(lastResults(session.history)).toHaveLength(1);
    expect(ran).toEqual([]);
  });

  it('sends a paused turn back as it is', async () => {
    const {session, model} = openRuntime([{text: 'part one', stopReason: 'pause_turn'}, {text: 'part two'}]);
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'completed', text: 'part onepart two'});
    expect(model.requests[1]?.messages.at(-1)?.role).toBe('assistant');
  });

  it('does not follow a server for ever that only pauses', async () => {
    const {session} = openRuntime(() => ({text: '.', stopReason: 'pause_turn'}), {maxSteps: null});
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'truncated', steps: 10});
  });

  it('makes a too long prompt an outcome of its own', async () => {
    const error = new ProviderError('prompt is too long', {kind: 'context_exceeded', status: 400});
    const {session} = openRuntime([{ending: error}]);
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'context_exceeded', error: {status: 400}});
  });

  it('keeps a conversation that outgrew the window from being sent', async () => {
    const {session, model} = openRuntime([{text: 'never'}], {system: 'x'.repeat(900_000)});
    expect((await runTurn(session, 'go')).outcome.reason).toBe('context_exceeded');
    expect(model.requests).toHaveLength(0);
  });
});

describe('a request', () => {
  it('counts what the provider measured last, cached tokens included, against the window', async () => {
    const {session, model} = openRuntime([{text: 'full', usage: {input: 10, cacheRead: 150_000, cacheWrite: 49_000}}]);
    await runTurn(session, 'go');
    expect((await runTurn(session, 'more')).outcome.reason).toBe('context_exceeded');
    expect(model.requests).toHaveLength(1);
  });

  it('asks for what is left of the window, and for 64,000 tokens at most', async () => {
    const usage = {input: 150_000, output: 0};
    const model = createScriptedModel([{text: 'ok', usage}, {text: 'ok'}], {maxOutputTokens: 128_000});
    const {session} = openRuntime(model);
    await runTurn(session, 'go');
    await runTurn(session, 'more');
    expect(model.requests.map(({maxTokens}) => maxTokens)).toEqual([64_000, 49_999]);
  });
});

describe('a retracted reply', () => {
  it('leaves nothing in the history, and the repeated one is told whole', async () => {
    const {session, model} = openRuntime([
      {
        before: [
          ...startOf('Half of an ans'),
          {type: 'attempt_retracted', reason: 'cut'},
          {type: 'retry_scheduled', attempt: 1, maxAttempts: 3, delayMs: 10, kind: 'cut', message: 'cut'},
        ],
        text: 'A whole answer.',
      },
    ]);
    const {events, outcome} = await runTurn(session, 'go');
    expect(outline(events).slice(3)).toEqual([
      'reply_started',
      'reply_retracted',
      'retry_scheduled',
      'reply_started',
      'reply_finished end_turn',
      'run_finished completed',
    ]);
    expect(JSON.stringify(session.history)).not.toMatch(/Half/);
    expect(model.requests).toHaveLength(1);
    // Both attempts are paid for.
    expect(outcome.usage.input).toBe(200);
    const retracted = events.find(event => event.type === 'reply_retracted');
    const [first] = events.filter(event => event.type === 'reply_started');
    expect(retracted).toMatchObject({entryId: first?.entryId});
  });

  it('is also one that the server begins anew by itself', async () => {
    const {session} = openRuntime([{before: startOf('Half of an ans'), text: 'A whole answer.'}]);
    const {events, outcome} = await runTurn(session, 'go');
    expect(outline(events).slice(3, 6)).toEqual(['reply_started', 'reply_retracted', 'reply_started']);
    expect(outcome).toMatchObject({text: 'A whole answer.', usage: {input: 200}});
    expect(JSON.stringify(session.history)).not.toMatch(/Half/);
  });

  it('is repeated only while the budget has room for all of it once more', async () => {
    const before = [
      // About $0.06 at the script's price.
      ...startOf('x'.repeat(16_000)),
      {type: 'attempt_retracted', reason: 'cut'} as const,
    ];
    const {session} = openRuntime([{before, text: 'never asked for'}], {budget: {usd: 0.1}});
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'budget', text: '', error: {message: expect.stringMatching(/budget/)}});
    expect(outline(events).slice(3)).toEqual(['reply_started', 'reply_retracted', 'run_finished budget']);
    expect(outcome.costUsd).toBeCloseTo((100 * 3 + 4_000 * 15) / 1e6, 12);
    expect(session.spent().costUsd).toBe(outcome.costUsd);
    const roomy = openRuntime([{before, text: 'asked for'}], {budget: {usd: 1.1}});
    expect((await runTurn(roomy.session, 'go')).outcome).toMatchObject({reason: 'completed', text: 'asked for'});
  });

  it('is counted as no more than it was allowed to be, whatever its characters come to', async () => {
    const {session, model} = openRuntime([{text: ' '.repeat(40_000), chunk: 40_000, after: 3, ending: 'cut'}], {
      budget: {tokens: 9_000},
    });
    const {outcome} = await runTurn(session, 'go');
    const [{maxTokens} = {maxTokens: 0}] = model.requests;
    expect(maxTokens).toBeLessThan(10_000);
    expect(outcome).toMatchObject({reason: 'error', usage: {output: maxTokens}});
  });

  it('aborts the reads that started early, drops what they said and undoes what they noted', async () => {
    const kept: string[] = [];
    const signals: AbortSignal[] = [];
    let abortedAtSecond: readonly boolean[] = [];
    const slow = makeTool('Slow', 'reads', async (value, {signal, whenKept}) => {
      signals.push(signal);
      abortedAtSecond = signals.map(({aborted}) => aborted);
      whenKept(() => kept.push(value));
      if (value === 'first') await forever(signal);
      return value;
    });
    const call = (value: string) => ({calls: [{name: 'Slow', input: {value}}]});
    const {session} = openRuntime(
      [
        {
          before: [...startOf('', call('first').calls), {type: 'attempt_retracted', reason: 'cut'}],
          ...call('second'),
        },
        {text: 'done'},
      ],
      {tools: [slow]},
    );
    const {events} = await runTurn(session, 'go');
    expect(abortedAtSecond).toEqual([true, false]);
    expect(kept).toEqual(['second']);
    expect(outline(events).filter(line => line.startsWith('tool_'))).toEqual([
      'tool_started Slow first',
      'tool_started Slow second',
      'tool_finished call_1_1 ok',
    ]);
  });
});

describe('an interrupt', () => {
  it('between two steps lets no further request leave', async () => {
    const {session, model} = openRuntime([{calls: [{name: 'Echo', input: {value: 'x'}}]}], {tools: [echo]});
    const {outcome, events} = await runTurn(session, 'go', event => {
      if (event.type === 'entry_appended' && event.origin === 'results') session.interrupt();
    });
    expect(outcome).toMatchObject({reason: 'aborted', steps: 1});
    expect(outline(events).filter(line => line === 'request_started')).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
  });

  it('keeps the text that had come, and says aborted', async () => {
    const {session} = openRuntime([{text: 'The beginning of', after: 3, ending: 'hang', chunk: 4}, {text: 'ok'}]);
    const {outcome} = await runTurn(session, 'go', event => {
      if (event.type === 'text_delta') session.interrupt();
    });
    // What had come is paid for.
    expect(outcome).toMatchObject({reason: 'aborted', stopReason: null, usage: {input: 100, output: 1}});
    expect(session.history.at(-1)?.message).toEqual({role: 'assistant', content: [{type: 'text', text: 'The '}]});
    expect((await runTurn(session, 'go on')).outcome.reason).toBe('completed');
  });

  it('hands back what an interrupted tool had so far, and leaves no timer', async () => {
    const clock = createVirtualClock();
    const {session} = openRuntime([{calls: [{name: 'Run', input: {value: 'x'}}]}], {
      clock,
      tools: [
        makeTool('Run', 'changes', async (_, {signal}) => {
          await forever(signal).catch(() => {});
          return {content: 'partial output', isError: true};
        }),
      ],
    });
    const {events} = await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') setImmediate(() => session.interrupt());
    });
    expect(outline(events)).toContain('tool_finished call_1_1 interrupted');
    expect(lastResults(session.history)).toEqual([['call_1_1', 'partial output']]);
    expect(clock.sleepers).toBe(0);
  });

  it('does not wait for a tool that ignores it', async () => {
    const {session} = openRuntime([{calls: [{name: 'Deaf', input: {value: 'x'}}]}], {
      tools: [makeTool('Deaf', 'changes', () => new Promise(() => {}))],
      clock: {now: () => 0, sleep: () => Promise.resolve()},
    });
    const {outcome} = await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') setImmediate(() => session.interrupt());
    });
    expect(outcome.reason).toBe('aborted');
    expect(lastResults(session.history)[0]).toEqual(['call_1_1', expect.stringMatching(/Interrupted/)]);
  });
});

describe('a consumer that breaks off', () => {
  it.each([
    'tool_started',
    'reply_started',
    'text_delta',
    'reply_finished',
    'tool_finished',
    'request_started',
  ] as const)('at %s leaves a history in order and nothing running', async type => {
    const running = new Set<AbortSignal>();
    const tool = makeTool('Work', 'changes', async (value, {signal}) => {
      running.add(signal);
      if (value === 'slow') await forever(signal).finally(() => running.delete(signal));
      running.delete(signal);
      return value;
    });
    const {session} = openRuntime(
      [
        {
          text: 'Well',
          calls: [
            {name: 'Work', input: {value: 'quick'}},
            {name: 'Work', input: {value: 'slow'}},
          ],
        },
        {text: 'back'},
      ],
      {tools: [tool]},
    );
    for await (const event of session.send('go')) if (event.type === type) break;
    expect(running.size).toBe(0);
    expect(session.isRunning).toBe(false);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('waits until what it stopped is gone', async () => {
    let isGone = false;
    const look = makeTool('Look', 'reads', async (_, {signal}) => {
      await forever(signal).catch(() => {});
      await nextTurn();
      isGone = true;
      return {content: 'half of it', isError: true};
    });
    const {session} = openRuntime([{calls: [{name: 'Look', input: {value: 'x'}}]}], {tools: [look]});
    for await (const event of session.send('go')) if (event.type === 'reply_finished') break;
    expect(isGone).toBe(true);
    expect(lastResults(session.history)).toEqual([['call_1_1', 'half of it']]);
  });

  it('keeps what the calls that were done came to', async () => {
    const {session} = openRuntime([{calls: ['one', 'two'].map(value => ({name: 'Change', input: {value}}))}], {
      tools: [makeTool('Change', 'changes', value => `changed ${value}`)],
    });
    for await (const event of session.send('go')) if (event.type === 'tool_finished') break;
    expect(lastResults(session.history)).toEqual([
      ['call_1_1', 'changed one'],
      ['call_1_2', expect.stringMatching(/Interrupted/)],
    ]);
  });

  it('by throwing stops what runs as well', async () => {
    const signals: AbortSignal[] = [];
    const look = makeTool('Look', 'reads', (_, {signal}) => {
      signals.push(signal);
      return forever(signal);
    });
    const {session} = openRuntime([{calls: [{name: 'Look', input: {value: 'x'}}]}], {tools: [look]});
    const turn = session.send('go');
    let event = await turn.next();
    while (!event.done && event.value.type !== 'reply_finished') event = await turn.next();
    await expect(turn.throw(new Error('the reader broke'))).rejects.toThrow('the reader broke');
    expect(signals.map(({aborted}) => aborted)).toEqual([true]);
    expect(session.isRunning).toBe(false);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('is let go at once while the model hangs', async () => {
    const {session} = openRuntime([{text: 'x', after: 0, ending: 'hang'}, {text: 'back'}]);
    const turn = session.send('go');
    let event: IteratorResult<StampedEvent, unknown> = await turn.next();
    while (!event.done && event.value.type !== 'request_started') event = await turn.next();
    const pending = turn.next();
    await turn.return(undefined as never);
    await pending;
    expect((await runTurn(session, 'again')).outcome.text).toBe('back');
  });
});

function titleless(): never {
  throw new TypeError('no title');
}

function startOf(text: string, calls: readonly {name: string; input: unknown}[] = []) {
  return toEvents({...(text && {text}), calls}, 'scripted').slice(0, -2);
}

/** Calls without exactly one result in the next user message. */
function unanswered(history: readonly Entry[]): readonly string[] {
  return history.flatMap(({message}, index) => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return [];
    const next = history[index + 1]?.message;
    const results = next && next.role === 'user' && typeof next.content !== 'string' ? next.content : [];
    return message.content.flatMap(block => {
      if (block.type !== 'tool_use') return [];
      const count = results.filter(part => part.type === 'tool_result' && part.tool_use_id === block.id).length;
      return count === 1 ? [] : [`${block.id}: ${count} results`];
    });
  });
}
