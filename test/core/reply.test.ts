/** How replies end, whole, cut or taken back, over the true loop. */
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import {toEvents} from '../../src/providers/scripted.js';
import {echo, forever, makeTool, openRuntime, outline, resultsOf, runTurn} from '../support/runtime.js';

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
    expect(resultsOf(session.history)).toHaveLength(1);
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

function startOf(text: string, calls: readonly {name: string; input: unknown}[] = []) {
  return toEvents({...(text && {text}), calls}, 'scripted').slice(0, -2);
}
