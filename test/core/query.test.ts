import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import type {StampedEvent} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {echo, forever, makeTool, openRuntime, outline, resultsOf, runTurn, unanswered} from '../support/runtime.js';

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
    expect(resultsOf(session.history)).toEqual([['call_1_1', 'partial output']]);
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
    expect(resultsOf(session.history)[0]).toEqual(['call_1_1', expect.stringMatching(/Interrupted/)]);
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
    expect(resultsOf(session.history)).toEqual([['call_1_1', 'half of it']]);
  });

  it('keeps what the calls that were done came to', async () => {
    const {session} = openRuntime([{calls: ['one', 'two'].map(value => ({name: 'Change', input: {value}}))}], {
      tools: [makeTool('Change', 'changes', value => `changed ${value}`)],
    });
    for await (const event of session.send('go')) if (event.type === 'tool_finished') break;
    expect(resultsOf(session.history)).toEqual([
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
