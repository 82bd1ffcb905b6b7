/** What an agent has from its type, and what from the agent that started it: on the true tree, at two depths. */
import {describe, expect, it} from 'vitest';
import type {Permissions} from '../../src/core/policy.js';
import type {Effort} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {forever, makeTool, runTurn} from '../support/runtime.js';
import {
  lastResults,
  openTree,
  type Plan,
  planNames,
  planOf,
  replyTo,
  type TreeOptions,
  typeOf,
} from '../support/tree.js';

type Child = NonNullable<Plan['steps'][number]['spawn']>[number];

const look = {calls: [{name: 'Look', input: {value: 'x'}}]};
const looks = (count: number): Plan['steps'] => Array.from({length: count}, () => look);

/** Plays a root that starts these with one reply and then looks around so often. */
async function play(options: TreeOptions, spawn: readonly Child[], after = 0) {
  const {session, model} = openTree(options);
  const {outcome, events} = await runTurn(
    session,
    JSON.stringify({name: 'root', steps: [{spawn}, ...looks(after)]} satisfies Plan),
  );
  const requestsOf = (name: string): number => planNames(model.requests).filter(each => each === name).length;
  return {session, model, outcome, events, requestsOf};
}

describe('the steps of an agent', () => {
  const types = [typeOf('worker'), typeOf('short', {maxSteps: 2}), typeOf('long', {maxSteps: 5})];

  it('are those of its type, more or fewer than those of who started it', async () => {
    const spawn = ['short', 'long'].map(type => ({name: type, type, steps: looks(9)}));
    const {model, outcome, requestsOf} = await play({types, maxSteps: 3}, spawn, 1);
    expect(['root', 'short', 'long'].map(requestsOf)).toEqual([3, 2, 5]);
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done', steps: 3});
    for (const [index, count] of [2, 5].entries()) {
      const pattern = new RegExp(`limit of ${count} steps: .* A higher maxTurns of its type lets`);
      expect(lastResults(model.requests.slice(0, -1), 'root')[index]).toMatch(pattern);
    }
  });

  it('are without one those of who started it, at any depth', async () => {
    const low: Child = {name: 'low', steps: looks(9)};
    const spawn = [
      {name: 'middle', type: 'short', steps: [{spawn: [low]}, ...looks(9)]},
      {name: 'other', steps: looks(9)},
    ];
    const {model, requestsOf} = await play({types, maxSteps: 4}, spawn);
    expect(['middle', 'low', 'other'].map(requestsOf)).toEqual([2, 2, 4]);
    expect(lastResults(model.requests, 'middle')[0]).toContain('A higher maxTurns of its type lets');
    expect(lastResults(model.requests, 'root')[1]).toContain('A higher --max-turns lets');
  });
});

describe('the effort of an agent', () => {
  /** The effort with each request, by the agent that sent it. */
  async function efforts(effort: Effort | null, effortLevels: readonly Effort[]) {
    const model = createScriptedModel(replyTo, {effortLevels});
    const types = [typeOf('worker'), typeOf('thorough', {effort: 'high'})];
    const spawn = [
      {name: 'plain', steps: []},
      {name: 'thorough', type: 'thorough', steps: [{spawn: [{name: 'below', steps: []}]}]},
    ];
    await play({types, effort, around: () => model}, spawn);
    return Object.fromEntries(model.requests.map(request => [planOf(request).name, request.effort]));
  }

  it('is that of its type, else that of who started it', async () => {
    expect(await efforts('low', ['low', 'high'])).toEqual({root: 'low', plain: 'low', thorough: 'high', below: 'high'});
  });

  it('is none where its model does not know it', async () => {
    expect(await efforts('low', ['low'])).toEqual({root: 'low', plain: 'low', thorough: null, below: null});
  });
});

describe('the model of an agent', () => {
  it('is the one that the call names, else that of its type, else that of who started it', async () => {
    const types = [typeOf('worker'), typeOf('cheap', {model: 'small'})];
    const call = (name: string, subagent_type: string, model?: string) => ({
      name: 'Agent',
      input: {description: name, prompt: JSON.stringify({name, steps: []}), name, subagent_type, ...(model && {model})},
    });
    const spawn = {name: 'below', steps: []};
    const cheap = {name: 'cheap', type: 'cheap', steps: [{spawn: [spawn]}]};
    const calls = [call('named', 'worker', 'large'), call('over', 'cheap', 'large'), call('plain', 'worker')];
    const {session} = openTree({types, openModel: async id => createScriptedModel(replyTo, {id})});
    const plan: Plan = {name: 'root', steps: [{calls, spawn: [cheap]}]};
    const {events} = await runTurn(session, JSON.stringify(plan));
    const names = new Map(session.agents.snapshot().map(({id, name}) => [id, name ?? 'root']));
    const models = events.flatMap(event =>
      event.type === 'run_started' ? [[names.get(event.agentId) ?? '', event.model]] : [],
    );
    expect(Object.fromEntries(models)).toEqual({
      root: 'scripted',
      named: 'large',
      over: 'large',
      plain: 'scripted',
      cheap: 'small',
      below: 'small',
    });
  });
});

describe('the mode of an agent', () => {
  it('is the strictest that its type, or that of one above it, demands', async () => {
    const types = [typeOf('worker'), typeOf('planner', {mode: 'plan'}), typeOf('editor', {mode: 'acceptEdits'})];
    const asked = new Map<string, string | null>();
    const permissions: Permissions = {
      decide({tool, agentId, mode}) {
        if (tool === 'Look') asked.set(agentId, mode);
        return {verdict: 'allow'};
      },
      ask: (_, signal) => forever(signal),
    };
    const editor = {name: 'editor', type: 'editor', steps: [look]};
    const spawn = [
      {name: 'planner', type: 'planner', steps: [look, {spawn: [{...editor, name: 'below'}]}]},
      editor,
      {name: 'plain', steps: [look]},
    ];
    const {session} = await play({types, permissions}, spawn, 1);
    const modes = session.agents.snapshot().map(({id, name}) => [name ?? 'root', asked.get(id)]);
    expect(Object.fromEntries(modes)).toEqual({
      root: null,
      planner: 'plan',
      below: 'plan',
      editor: 'acceptEdits',
      plain: null,
    });
  });
});

describe('an agent runs in the background', () => {
  const types = [typeOf('worker'), typeOf('watcher', {background: true})];

  it.each([
    ['worker', undefined, false],
    ['worker', true, true],
    ['watcher', undefined, true],
    ['watcher', false, false],
  ])('if its call says so, else if its type does: %s, %s', async (subagent_type, asked, expected) => {
    const {session} = openTree({types});
    const prompt = JSON.stringify({name: 'child', steps: []});
    const background = asked === undefined ? {} : {run_in_background: asked};
    const call = {name: 'Agent', input: {description: 'child', prompt, subagent_type, ...background}};
    const {events} = await runTurn(session, JSON.stringify({name: 'root', steps: [{calls: [call]}]}));
    expect(events.find(({type}) => type === 'agent_started')).toMatchObject({background: expected});
    const mails = events.filter(event => event.type === 'mail_queued' && event.mail.kind === 'agent_finished');
    expect(mails).toHaveLength(expected ? 1 : 0);
  });
});

describe('the folder of an agent', () => {
  it('is at first that of who started it, and moves alone', async () => {
    const move = makeTool('Move', 'changes', (value, {place}) => {
      const before = place.cwd;
      place.cwd = value;
      return `from ${before}`;
    });
    const moveTo = (value: string): Plan['steps'][number] => ({calls: [{name: 'Move', input: {value}}]});
    const child = {name: 'child', steps: [moveTo('/child')]};
    const plan: Plan = {name: 'root', steps: [moveTo('/root'), {spawn: [child]}, moveTo('/on')]};
    const {session, model} = openTree({more: [move]});
    await runTurn(session, JSON.stringify(plan));
    expect(lastResults(model.requests, 'child')).toEqual(['from /root']);
    expect(lastResults(model.requests, 'root')).toEqual(['from /root']);
  });
});
