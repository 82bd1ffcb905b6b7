import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ProviderError, type ProviderErrorKind} from '../../src/core/errors.js';
import type {ModelRequest} from '../../src/core/ports.js';
import {mend} from '../../src/core/rejection.js';
import {createEntry, repair} from '../../src/core/transcript.js';
import type {Entry, MessageParam, ToolResult} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {runs} from '../support/runs.js';
import {makeTool, openRuntime, outline, runTurn} from '../support/runtime.js';
import {mailOf, openTree, planOf, replyTo} from '../support/tree.js';

const image = {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo='}} as const;
const seen: ToolResult = {content: [{type: 'text', text: 'a picture'}, image]};
const inWords = [
  {type: 'text', text: 'a picture'},
  {type: 'text', text: '[Left out, because it was not accepted: 1 image.]'},
];
const refusal = (kind: ProviderErrorKind = 'invalid_request'): ProviderError =>
  new ProviderError('No.', {kind, status: 400});
const tools = [makeTool('Look', 'reads', () => seen)];
const look = {calls: [{id: 'c1', name: 'Look', input: {value: 'x'}}]};
const contents = (request: ModelRequest | undefined): readonly MessageParam['content'][] =>
  (request?.messages ?? []).map(({content}) => content);

describe('a turn whose later request is rejected', () => {
  it('leaves an image of a result in words, says so, and lets the next prompt succeed', async () => {
    const {session, model} = openRuntime([look, {ending: refusal()}, {text: 'Hello.'}], {tools});
    const {events, outcome} = await runTurn(session, 'look');
    expect(outcome).toMatchObject({reason: 'error', error: {message: 'No.'}});
    expect(outline(events).slice(-4)).toEqual(['request_started', 'entry_reduced', 'notice', 'run_finished error']);
    expect(events.at(-2)).toMatchObject({
      level: 'warning',
      text: 'Not accepted, and from here on left out of the conversation: 1 image.',
    });
    expect((await runTurn(session, 'hello')).outcome).toMatchObject({reason: 'completed', text: 'Hello.'});
    expect(contents(model.requests.at(-1)).slice(2)).toEqual([
      [{type: 'tool_result', tool_use_id: 'c1', content: inWords}],
      [{type: 'text', text: 'hello'}],
    ]);
  });

  it.each([
    ['the server rejects', 'invalid_request'],
    ['the server finds too long', 'context_exceeded'],
    ['the window has no room for', null],
  ] as const)('shortens a message into it that %s, and lets the next prompt succeed', async (_, kind) => {
    const steered = `begin ${'word '.repeat(kind === null ? 800_000 : 40_000)}end`;
    const small = makeTool('Look', 'reads', () => {
      session.steer(steered);
      return 'small';
    });
    const failure = kind === null ? [] : [{ending: refusal(kind)}];
    const {session, model} = openRuntime([look, ...failure, {text: 'Hello.'}], {tools: [small]});
    const {events} = await runTurn(session, 'look');
    expect(events.at(-2)).toMatchObject({
      type: 'notice',
      text: expect.stringMatching(/: most of [\d,]+ characters\.$/),
    });
    expect((await runTurn(session, 'hello')).outcome).toMatchObject({reason: 'completed', text: 'Hello.'});
    const [, , result, mail, prompt] = contents(model.requests.at(-1));
    expect(result).toEqual([{type: 'tool_result', tool_use_id: 'c1', content: 'small'}]);
    expect(JSON.stringify(mail)).toMatch(/begin word .*characters left out: they were not accepted.*end"/);
    expect(JSON.stringify(mail).length).toBeLessThan(8_200);
    expect(prompt).toEqual([{type: 'text', text: 'hello'}]);
  });

  it('leaves all as it is where only the server was at fault', async () => {
    const failure = new ProviderError('Down.', {kind: 'server_error', status: 500});
    const {session} = openRuntime([look, {ending: failure}], {tools});
    const {events} = await runTurn(session, 'look');
    expect(session.history.at(-1)?.message.content).toMatchObject([{content: seen.content}]);
    expect(outline(events).slice(-2)).toEqual(['request_started', 'run_finished error']);
  });

  it('takes nothing from what a reply came to', async () => {
    const script = [look, {text: 'I see it.'}, {ending: refusal()}, {text: 'Hello.'}];
    const {session, model} = openRuntime(script, {tools});
    await runTurn(session, 'look');
    const before = session.history;
    expect(outline((await runTurn(session, 'bad')).events).slice(-2)).toEqual([
      'prompt_withdrawn',
      'run_finished error',
    ]);
    expect(session.history).toEqual(before);
    await runTurn(session, 'hello');
    expect(contents(model.requests.at(-1))[2]).toMatchObject([{content: seen.content}]);
  });

  it('lets an agent below go on with its history', async () => {
    const child = {name: 'child', steps: [{calls: [{name: 'Picture', input: {value: 'x'}}]}]};
    const resume = {name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}};
    const plan = {name: 'root', steps: [{spawn: [child]}, {calls: [resume]}]};
    const model = createScriptedModel(request =>
      JSON.stringify(request.messages).includes('"type":"image"') ? {ending: refusal()} : replyTo(request),
    );
    const {session} = openTree({more: [makeTool('Picture', 'reads', () => seen)], around: () => model});
    await runTurn(session, JSON.stringify(plan));
    expect(session.agents.snapshot().map(({id, state}) => [id, state])).toEqual([
      ['main', 'idle'],
      ['agent-1', 'done'],
    ]);
    expect(mailOf(model.requests, 'child').at(-1)).toMatch(/go on$/);
    expect(planOf(model.requests.at(-1) ?? {messages: []}).name).toBe('root');
    await session.close();
  });
});

describe('a history that is mended', () => {
  const user = (content: MessageParam['content']): Entry => createEntry('u', {role: 'user', content});
  const reply = createEntry('a', {
    role: 'assistant',
    content: [{type: 'tool_use', id: 'c1', name: 'Look', input: {}}],
  });

  it('is the same when nothing in it can be at fault', () => {
    const history = [user('hello'), reply, user([{type: 'tool_result', tool_use_id: 'c1', content: 'small'}])];
    expect(mend(history, null)).toEqual({history, events: []});
    expect(mend([], null)).toEqual({history: [], events: []});
  });

  it('keeps the other prompts that no reply came to, in words', () => {
    const [older, newest] = [user([image, {type: 'text', text: 'what is this?'}]), user('and this?')];
    const {history, events} = mend([older, newest], newest);
    expect(history.map(({message}) => message.content)).toEqual([
      [
        {type: 'text', text: '[Left out, because it was not accepted: 1 image.]'},
        {type: 'text', text: 'what is this?'},
      ],
    ]);
    expect(outline(events)).toEqual(['entry_reduced', 'notice', 'prompt_withdrawn']);
  });
});

describe('a conversation with a server that refuses images and long requests', () => {
  const word = fc.constantFrom('small', 'long', 'image');
  const turn = fc.record({
    prompt: fc.constantFrom('hello', 'p '.repeat(60_000)),
    steps: fc.array(fc.array(word), {maxLength: 3}),
  });

  it('can always go on with the next prompt, with what it accepted as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, {minLength: 1, maxLength: 4}), async turns => {
        const accepted: string[][] = [];
        let plan: string[][] = [];
        const model = createScriptedModel(request => {
          const said = request.messages.map(message => JSON.stringify(message));
          if (said.some(each => each.includes('"type":"image"'))) return {ending: refusal()};
          if (said.slice(accepted.at(-1)?.length ?? 0).join('').length > 50_000)
            return {ending: refusal('context_exceeded')};
          const before = accepted.at(-1) ?? [];
          expect(said.slice(0, before.length)).toEqual(before);
          const entries = request.messages.map((message, at) => ({id: `${at}`, message}));
          expect(repair(entries, () => 'none')).toBe(entries);
          accepted.push(said);
          const calls = plan.shift() ?? [];
          return calls.length === 0
            ? {text: 'fine'}
            : {calls: calls.map((value, at) => ({id: `c${accepted.length}-${at}`, name: 'Give', input: {value}}))};
        });
        const give = makeTool('Give', 'changes', value =>
          value === 'image' ? seen : value === 'long' ? 'w '.repeat(30_000) : value,
        );
        const {session} = openRuntime(model, {tools: [give], compaction: {auto: false, at: 0.85}});
        for (const {prompt, steps} of turns) {
          plan = steps.map(each => [...each]);
          const {outcome} = await runTurn(session, prompt);
          if (outcome.reason === 'completed') continue;
          plan = [];
          expect((await runTurn(session, 'hello')).outcome).toMatchObject({reason: 'completed', text: 'fine'});
        }
        await session.close();
      }),
      runs(60),
    );
  });
});
