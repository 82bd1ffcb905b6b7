import {describe, expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import type {HookInput, HookOutcome, Hooks} from '../../src/core/policy.js';
import type {ModelRequest} from '../../src/core/ports.js';
import {textOf} from '../../src/core/transcript.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {createAgentTool} from '../../src/tools/agent.js';
import {forever, makeTool, openRuntime, runTurn, unanswered} from '../support/runtime.js';
import {typeOf} from '../support/tree.js';

const text = 'lorem ipsum '.repeat(2_000);
const types = [typeOf('worker')];
const look = makeTool('Look', 'reads', () => text);
const tools = [createAgentTool(types), look, makeTool('Wait', 'reads', (_, {signal}) => forever(signal))];

const spawn = (prompt: string, background = false) => ({
  name: 'Agent',
  input: {description: 'a task', prompt, subagent_type: 'worker', name: prompt, run_in_background: background},
});
const lastText = ({messages}: ModelRequest): string => textOf(messages.at(-1) ?? {role: 'user', content: ''});
const isAsking = (request: ModelRequest): boolean => lastText(request).startsWith('Sum up this conversation.');
/** The agent that asks: its first message, or what its summary carries of that. */
const whose = ({messages: [first]}: ModelRequest): string => {
  const said = textOf(first ?? {role: 'user', content: ''});
  return /<last-request>\n(.*)\n<\/last-request>/.exec(said)?.[1] ?? said;
};
const full = {usage: {input: 180_000, output: 10}} as const;

/** What hooks heard, and what they answer. */
function hooksThat(answer: (input: HookInput) => HookOutcome): {readonly hooks: Hooks; readonly heard: HookInput[]} {
  const heard: HookInput[] = [];
  const points = new Set(['PreCompact', 'PostCompact', 'SessionStart']);
  return {
    heard,
    hooks: {
      matches: event => points.has(event),
      async run(input) {
        heard.push(input);
        return answer(input);
      },
    },
  };
}

describe('an agent below the root', () => {
  it('is compacted by itself, and knows its task after that', async () => {
    const steps: Record<string, ScriptedReply[]> = {
      go: [{calls: [spawn('dig')]}, {text: 'Heard.'}],
      dig: [{calls: [{name: 'Look', input: {value: 'a'}}], ...full}, {text: 'Found it.'}],
    };
    const {session, model} = openRuntime(
      request => (isAsking(request) ? {text: 'I looked.'} : (steps[whose(request)]?.shift() ?? {text: '?'})),
      {tools, types},
    );
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'Heard.'});
    const compacted = events.filter(({type}) => type === 'compaction_finished');
    expect(compacted.map(({agentId}) => agentId)).toEqual(['agent-1']);
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('Found it.');
    const [root, child] = session.agents.snapshot();
    expect((root?.usage.input ?? 0) + (child?.usage.input ?? 0)).toBe(session.spent().usage.input);
  });

  it('fails with a clear word at any depth where its window stays full', async () => {
    const {session} = openRuntime(
      request => {
        if (isAsking(request)) return {text: 'I looked.'};
        const isFirst = request.messages.length === 1 && !lastText(request).includes('<compacted');
        if (whose(request) === 'go') return isFirst ? {calls: [spawn('one')]} : {text: 'Heard.'};
        if (whose(request) === 'one') return isFirst ? {calls: [spawn('two')]} : {text: 'Told.'};
        return {calls: [{name: 'Look', input: {value: 'a'}}], ...full};
      },
      {tools, types},
    );
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'Heard.'});
    expect(events.filter(({type}) => type === 'compaction_finished')).toHaveLength(2);
    const ends = events.flatMap(event => (event.type === 'agent_finished' ? [[event.agentId, event.state]] : []));
    expect(ends).toEqual([
      ['agent-2', 'failed'],
      ['agent-1', 'done'],
    ]);
    const told = events.find(event => event.type === 'tool_finished' && event.agentId === 'agent-1');
    expect(JSON.stringify(told)).toMatch(/full again right after the conversation was compacted, twice in a row/);
    expect(unanswered(session.history)).toEqual([]);
  });

  it('is named with its id in the summary of the one above it, as long as it runs', async () => {
    const steps: Record<string, ScriptedReply[]> = {
      go: [
        {calls: [spawn('rest', true)]},
        {calls: [{name: 'Look', input: {value: 'a'}}], ...full},
        {text: 'Done.', ...{usage: {input: 100, output: 10}}},
      ],
      rest: [{calls: [{name: 'Wait', input: {value: ''}}]}],
    };
    const {session} = openRuntime(
      request => (isAsking(request) ? {text: 'I looked.'} : (steps[whose(request)]?.shift() ?? {text: '?'})),
      {tools, types},
    );
    await runTurn(session, 'go', event => {
      if (event.type === 'waiting_for_agents') void session.abort();
    });
    expect(textOf(session.history[0]?.message ?? {role: 'user', content: ''})).toMatch(
      /<running-agents>\n- agent-1 \("rest"\): worker, a task \(tool\)\n<\/running-agents>/,
    );
  });
});

describe('hooks', () => {
  const script = (request: ModelRequest): ScriptedReply => {
    if (isAsking(request)) return {text: 'I looked.'};
    return request.messages.length === 1 && whose(request) === 'go' && !lastText(request).includes('<compacted')
      ? {calls: [{name: 'Look', input: {value: 'a'}}], ...full}
      : {text: 'Done.'};
  };

  it('hear of a compaction before and after it, and speak to the conversation that begins', async () => {
    const {hooks, heard} = hooksThat(({event}) => (event === 'SessionStart' ? {context: 'Mind the gap.'} : {}));
    const {session, model} = openRuntime(script, {tools, hooks});
    await runTurn(session, 'go');
    expect(heard).toEqual([
      expect.objectContaining({event: 'PreCompact', trigger: 'auto', instructions: null, agentId: 'main'}),
      expect.objectContaining({event: 'PostCompact', trigger: 'auto', summary: 'I looked.'}),
      expect.objectContaining({event: 'SessionStart', source: 'compact'}),
    ]);
    expect(model.requests.at(-1)?.messages).toHaveLength(2);
    expect(lastText(model.requests.at(-1) ?? ({...model.requests[0]} as ModelRequest))).toBe('Mind the gap.');
  });

  it('can keep a conversation from being compacted, and are asked once in a turn', async () => {
    const {hooks, heard} = hooksThat(() => ({decision: 'deny', reason: 'not now'}));
    const {session} = openRuntime(
      [
        {calls: [{name: 'Look', input: {value: 'a'}}], usage: {input: 171_000, output: 10}},
        {calls: [{name: 'Look', input: {value: 'b'}}], usage: {input: 172_000, output: 10}},
        {text: 'Done.'},
      ],
      {tools, hooks},
    );
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    expect(heard.map(({event}) => event)).toEqual(['PreCompact']);
    expect(events.filter(({type}) => type === 'compaction_failed')).toHaveLength(1);
    expect(session.history).toHaveLength(6);
  });

  it('add what the summary is to hold', async () => {
    const {hooks} = hooksThat(({event}) => (event === 'PreCompact' ? {context: 'Keep the names.'} : {}));
    const {session, model} = openRuntime(script, {tools, hooks});
    await runTurn(session, 'go');
    expect(model.requests.map(lastText).find(said => said.startsWith('Sum up'))).toContain('Keep the names.');
  });
});

describe('a provider that finds a request too long', () => {
  it('gets a shorter one, with a summary of what was before, and the step is asked for again', async () => {
    const tooLong = new ProviderError('prompt is too long', {kind: 'context_exceeded', status: 400});
    let refusals = 0;
    const {session, model} = openRuntime(
      request => {
        if (isAsking(request)) return {text: 'I looked.'};
        if (request.messages.length === 1 && !lastText(request).includes('<compacted'))
          return {calls: [{name: 'Look', input: {value: 'a'}}]};
        return refusals++ === 0 ? {after: 0, ending: tooLong} : {text: 'Done.'};
      },
      {tools},
    );
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'Done.', steps: 2});
    expect(model.requests).toHaveLength(4);
  });

  it('is believed where an answer fills the window', async () => {
    const {session} = openRuntime(
      request => {
        if (isAsking(request)) return {text: 'I looked.'};
        return lastText(request).includes('<compacted')
          ? {text: 'Done.'}
          : {text, stopReason: 'model_context_window_exceeded'};
      },
      {tools},
    );
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'Done.'});
  });
});
