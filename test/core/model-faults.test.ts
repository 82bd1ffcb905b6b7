/** Replies that are not as they should be: what the loop makes of them. */
import {describe, expect, it} from 'vitest';
import type {Model} from '../../src/core/ports.js';
import {callsOf} from '../../src/core/transcript.js';
import {createScriptedModel, toEvents} from '../../src/providers/scripted.js';
import {echo, makeTool, openRuntime, outline, resultsOf, runTurn, unanswered} from '../support/runtime.js';

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
    const [cut, array, wrong] = resultsOf(session.history) as [string, string][];
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
    expect(resultsOf(session.history)).toEqual([
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
    expect(resultsOf(session.history)).toEqual(
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
    expect(resultsOf(session.history)).toEqual([['call_1_1', 'echo a']]);
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
    expect(resultsOf(session.history)).toEqual([['call_1_1', '(no output)']]);
  });
});
