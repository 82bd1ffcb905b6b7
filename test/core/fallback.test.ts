/** Another model takes over from one that is overloaded or gone: in the history, in the log, in what is told, and in the bill. */
import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import {createAnswering} from '../../src/core/fallback.js';
import type {LogRecord} from '../../src/core/records.js';
import {createScriptedModel, type Script} from '../../src/providers/scripted.js';
import {echo, openRuntime, outline, runTurn} from '../support/runtime.js';
import {ask, openTree, replyTo, typeOf} from '../support/tree.js';

const overloaded = () => new ProviderError('first is overloaded (529).', {kind: 'overloaded', status: 529});
const gone = () => new ProviderError('There is no such model (404).', {kind: 'not_found', status: 404});

/** It says a part of something, and then this happens. */
const breaks = (error: Error) => ({text: 'Half of it, never to be seen', after: 3, ending: error});
const price = {input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25};
const first = (script: Script) =>
  createScriptedModel(script, {id: 'first', name: 'First', effortLevels: ['high', 'max']});
const second = (script: Script) =>
  createScriptedModel(script, {id: 'second', name: 'Second', price, maxOutputTokens: 1_500, effortLevels: ['high']});

function keeping() {
  const records: LogRecord[] = [];
  const log = {write: (record: LogRecord) => void records.push(record), sync: () => {}};
  return {records, store: {root: log, below: () => log}};
}

describe('a fallback model', () => {
  it('takes over in the middle of a reply, which was never said: on the screen, in the log and in the history', async () => {
    const {records, store} = keeping();
    const other = second([{text: 'All of it.'}]);
    const {session} = openRuntime(first([breaks(overloaded())]), {fallbacks: [other], store});
    const {events, outcome} = await runTurn(session, 'go');
    expect(outline(events)).toEqual([
      'entry_appended prompt',
      'run_started',
      'request_started',
      'reply_started',
      'reply_retracted',
      'model_replaced',
      'request_started',
      'reply_started',
      'reply_finished end_turn',
      'run_finished completed',
    ]);
    expect(events.find(({type}) => type === 'model_replaced')).toMatchObject({
      ...{from: 'first', model: 'second', price, reason: 'overloaded', isLast: false},
      message: 'first is overloaded (529).',
      usage: {input: 100},
    });
    expect(outcome).toMatchObject({text: 'All of it.', steps: 1});
    expect(JSON.stringify([session.history, records])).not.toContain('Half');
    expect(session.history.map(({model}) => model)).toEqual([undefined, 'second']);
    // What was chosen is gone on with.
    expect(records.find(({type}) => type === 'turn_started')).toMatchObject({model: 'first'});
    // Both were asked, and both are paid for, each at its own price.
    const spent = records.filter(record => record.type === 'spent');
    expect(spent.map(({model}) => model)).toEqual(['first', 'second']);
    expect(spent[0]?.costUsd).toBeGreaterThan(0);
    expect(spent[1]?.costUsd).toBeCloseTo((100 * price.input + 20 * price.output) / 1e6, 9);
    const {models} = session.spent();
    expect([...models.keys()]).toEqual(['first', 'second']);
    expect(models.get('second')?.costUsd).toBeCloseTo(spent[1]?.costUsd ?? 0, 9);
    expect(session.spent().costUsd).toBeCloseTo((spent[0]?.costUsd ?? 0) + (spent[1]?.costUsd ?? 0), 9);
  });

  it('answers with its own limit of output and an effort that it knows, and is left without the first one’s thinking', async () => {
    const other = second([{calls: [{name: 'Echo', input: {value: 'b'}}]}, {text: 'done'}]);
    const script: Script = [
      {thinking: 'Secretly.', calls: [{name: 'Echo', input: {value: 'a'}}]},
      breaks(overloaded()),
      {text: 'again'},
    ];
    const {session, model} = openRuntime(first(script), {fallbacks: [other], tools: [echo], effort: 'max'});
    await runTurn(session, 'go');
    const [taken, next] = other.requests;
    expect(taken).toMatchObject({maxTokens: 1_500, effort: null, isReplaceable: true});
    expect(JSON.stringify(taken?.messages)).not.toContain('Secretly');
    expect(JSON.stringify(next?.messages)).toContain('echo b');
    expect([taken?.system, taken?.tools]).toEqual([model.requests[0]?.system, model.requests[0]?.tools]);
    // The next turn asks the first one again, which has its own thinking back, and its effort.
    await runTurn(session, 'and now?');
    expect(model.requests.at(-1)).toMatchObject({effort: 'max', maxTokens: 32_000});
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('Secretly');
    expect(session.model.info.id).toBe('first');
  });

  it('stops reads that the retracted reply had begun, and answers each call of the reply that counts once', async () => {
    const other = second([{calls: [{id: 'kept', name: 'Echo', input: {value: 'b'}}]}, {text: 'done'}]);
    const begun = {calls: [{id: 'void', name: 'Echo', input: {value: 'a'}}], text: 'x', after: 8, ending: overloaded()};
    const {session} = openRuntime(first([begun]), {fallbacks: [other], tools: [echo]});
    const {events} = await runTurn(session, 'go');
    expect(events.filter(event => event.type === 'entry_appended' && event.origin === 'results')).toHaveLength(1);
    expect(JSON.stringify(session.history)).not.toContain('"void"');
  });

  it('takes over from one that is gone, and the next one from it; what is gone is not asked again', async () => {
    const third = createScriptedModel([breaks(overloaded()), {text: 'at last'}], {id: 'third'});
    const {session, model} = openRuntime(first([breaks(gone())]), {fallbacks: [second([breaks(gone())]), third]});
    const {events, outcome} = await runTurn(session, 'go');
    const told = events.flatMap(event =>
      event.type === 'model_replaced' ? [[event.model, event.reason, event.isLast]] : [],
    );
    expect(told).toEqual([
      ['second', 'gone', false],
      ['third', 'gone', false],
      ['third', 'overloaded', true],
    ]);
    expect(outcome.text).toBe('at last');
    expect(model.requests).toHaveLength(1);
    expect(third.requests.map(({isReplaceable = false}) => isReplaceable)).toEqual([true, false]);
  });

  it('leaves the first one to be waited for where all are overloaded', async () => {
    const other = second([breaks(overloaded())]);
    const {session, model} = openRuntime(first([breaks(overloaded()), breaks(overloaded())]), {fallbacks: [other]});
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'error', error: {kind: 'overloaded', status: 529}});
    expect(model.requests.map(({isReplaceable = false}) => isReplaceable)).toEqual([true, false]);
    expect(other.requests).toHaveLength(1);
  });

  it.each(['authentication', 'permission', 'invalid_request', 'rate_limited', 'network', 'server_error'] as const)(
    'does not take over from a failure of the kind %s',
    async kind => {
      const other = second([]);
      const {session} = openRuntime(first([breaks(new ProviderError('no', {kind}))]), {fallbacks: [other]});
      const {outcome} = await runTurn(session, 'go');
      expect([outcome.error?.kind, other.requests.length]).toEqual([kind, 0]);
    },
  );

  it('does not count what failed as a step', async () => {
    const {session} = openRuntime(first([breaks(overloaded())]), {fallbacks: [second([{text: 'ok'}])], maxSteps: 1});
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'completed', steps: 1});
  });

  it('is not asked for more than a budget has room for', async () => {
    const other = second([{text: 'never'}]);
    const {session} = openRuntime(first([{...breaks(overloaded()), usage: {input: 900_000}}]), {
      fallbacks: [other],
      budget: {usd: 2},
    });
    const {outcome} = await runTurn(session, 'go');
    expect([outcome.reason, other.requests.length]).toEqual(['budget', 0]);
  });

  it('takes over for agents at every depth, each for its own run', async () => {
    const other = createScriptedModel(replyTo, {id: 'second'});
    const busy = (request: Parameters<typeof replyTo>[0]) =>
      JSON.stringify(request.messages[0]).includes('busy') ? breaks(overloaded()) : replyTo(request);
    const {session} = openTree({
      fallbacks: [other],
      model: first(busy),
      types: [typeOf('worker')],
    });
    const leaf = {name: 'busy-below', steps: []};
    const {events, outcome} = await runTurn(
      session,
      ask({name: 'root', steps: [{spawn: [{name: 'middle', steps: [{spawn: [leaf]}]}]}]}),
    );
    expect(outcome.reason).toBe('completed');
    const replaced = events.filter(({type}) => type === 'model_replaced').map(({depth}) => depth);
    expect(replaced).toContain(2);
  });
});

describe('the models that answer', () => {
  it('are the agent’s own alone, where it is among its fallbacks by the same name', () => {
    const own = first([]);
    const answering = createAnswering({model: own, effort: null}, [first([])]);
    expect(answering.isReplaceable).toBe(false);
    expect(answering.replace(overloaded())).toBeNull();
    expect(answering.model).toBe(own);
  });
});
