/** Budgets as agents meet them: what they wait for, what they are told, and the report that always has room. */
import {describe, expect, it} from 'vitest';
import type {Hooks} from '../../src/core/policy.js';
import type {BudgetLimits} from '../../src/core/tree.js';
import type {Usage} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {makeTool, runTurn} from '../support/runtime.js';
import {ask, lastResults, leaf, mailOf, openTree, type Plan, planNames, planOf, replyTo} from '../support/tree.js';

describe('a budget', () => {
  it('that others have only booked turns nobody away: agents beside each other take turns', async () => {
    const {session, model} = openTree({budget: {usd: 0.3}});
    const look = {calls: [{name: 'Look', input: {value: 'x'}}]};
    const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
    const spawn = names.map(name => ({name, steps: [look, look, look]}));
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn}]}));
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    expect(lastResults(model.requests, 'root').map(text => text.split('\n')[0])).toEqual(
      names.map(name => `${name} is done`),
    );
    expect(session.spent().costUsd).toBeLessThan(0.1);
  });

  const step = {calls: [{name: 'Look', input: {value: 'x'}}], usage: {input: 2_000, output: 100}};
  const spentOf = ({usage}: {readonly usage: Usage}): number => usage.input + usage.output;

  it('that others have booked is waited for visibly: who has no request out does not think', async () => {
    const {session, model} = openTree({budget: {usd: 0.2}});
    const waited: {readonly id: string; readonly doing: string; readonly isSent: boolean}[] = [];
    session.observe({
      filter({agentId: id, type}) {
        const agent = session.agents.snapshot().find(each => each.id === id);
        if (type !== 'waiting_for_budget' || !agent) return false;
        const isSent = planNames(model.requests).some(name => name === agent.name);
        waited.push({id, doing: `${agent.state}: ${agent.activity}`, isSent});
        return false;
      },
    });
    const spawn = ['one', 'two', 'three', 'four'].map(leaf);
    const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn}]}));
    expect(waited.length).toBeGreaterThan(0);
    for (const {id, doing, isSent} of waited) {
      expect({doing, isSent}).toEqual({doing: 'queued: waiting for budget', isSent: false});
      const own = events.filter(({agentId}) => agentId === id).map(({type}) => type);
      // Said once, however often others were faster.
      expect(own[own.indexOf('waiting_for_budget') + 1]).toBe('request_started');
    }
    expect(session.agents.snapshot().map(({state}) => state)).not.toContain('queued');
  });

  it('is warned of at 80 %, and lets one last request out for a report', async () => {
    const {session, model} = openTree({budget: {tokens: 20_000}});
    const {outcome} = await runTurn(session, ask({name: 'root', steps: Array.from({length: 30}, () => step)}));
    expect(outcome).toMatchObject({reason: 'budget', text: 'root reports'});
    expect(mailOf(model.requests, 'root')).toEqual([
      expect.stringContaining('Come to an end'),
      expect.stringContaining('This is your last message'),
    ]);
    expect(model.requests.at(-1)?.toolChoice).toBe('none');
    expect(session.spent().usage.input + session.spent().usage.output).toBeLessThanOrEqual(20_000);
  });

  it.each<[string, BudgetLimits]>([
    ['tokens', {tokens: 1_000_000}],
    ['dollars', {usd: 3}],
    ['time', {ms: 90_000}],
  ])('in %s is warned of once four fifths of what is there for work are spent, and not before', async (_, budget) => {
    const clock = createVirtualClock();
    const startedAt = clock.now();
    const work = makeTool('Work', 'changes', async () => {
      await clock.advance(1_000);
      return 'done';
    });
    const {session} = openTree({budget, clock, more: [work], maxSteps: null});
    const step = {calls: [{name: 'Work', input: {value: 'x'}}], usage: {input: 10_000, output: 100}};
    const parts: number[] = [];
    await runTurn(session, ask({name: 'root', steps: Array.from({length: 120}, () => step)}), event => {
      if (event.type !== 'entry_appended' || !JSON.stringify(event.entry).includes('Come to an end')) return;
      const {usage, costUsd} = session.spent();
      const spent = {tokens: spentOf({usage}), usd: costUsd ?? 0, ms: clock.now() - startedAt};
      parts.push(...Object.entries(budget).map(([limit, cap]) => spent[limit as keyof BudgetLimits] / cap));
    });
    expect(parts).toHaveLength(1);
    // A step and a report, which are kept, take some three hundredths.
    expect(parts[0]).toBeGreaterThan(0.75);
    expect(parts[0]).toBeLessThan(0.82);
  });

  it('is warned of at every depth before it ends, though those above keep a part of it for their reports', async () => {
    const {session, model} = openTree({budget: {tokens: 100_000}});
    const larger = {...step, usage: {input: 4_000, output: 100}};
    const steps = Array.from({length: 30}, () => larger);
    const middle: Plan = {name: 'middle', steps: [step, {spawn: [{name: 'low', steps}]}]};
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [step, {spawn: [middle]}]}));
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    const mails = mailOf(model.requests, 'low');
    expect(mails).toEqual([
      expect.stringContaining('Come to an end'),
      expect.stringContaining('This is your last message'),
    ]);
    const used = session.agents.snapshot().find(({name}) => name === 'low')?.usage;
    // What is kept is for three reports of some five thousand tokens, and not for answers as long as they may be.
    expect(used?.input).toBeGreaterThan(70_000);
  });

  it('is warned of when the next step would be the last, however little of it is spent', async () => {
    const {session, model} = openTree({budget: {tokens: 52_000}});
    const large = {...step, usage: {input: 12_000, output: 100}};
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [large, large, large, large]}));
    expect(outcome).toMatchObject({reason: 'budget', text: 'root reports'});
    expect(mailOf(model.requests, 'root')).toEqual([
      expect.stringContaining('Come to an end'),
      expect.stringContaining('This is your last message'),
    ]);
  });

  it.each<[string, BudgetLimits]>([
    ['tokens', {tokens: 40_000}],
    ['dollars', {usd: 0.3}],
  ])('in %s lets the report out though the results before it are larger than what is left', async (_, budget) => {
    const big = makeTool('Big', 'reads', value => `begin ${value.repeat(99_000)} end`);
    const {session, model} = openTree({budget, more: [big]});
    const calls = ['a', 'b', 'c', 'd'].map(value => ({name: 'Big', input: {value}}));
    const steps = [
      step,
      {calls: [...calls, {name: 'Look', input: {value: 'small'}}], usage: {input: 2_500, output: 200}},
    ];
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [...steps, step, step]}));
    expect(outcome).toMatchObject({reason: 'budget', text: 'root reports', steps: 3});
    expect(model.requests.at(-1)?.toolChoice).toBe('none');
    const results = lastResults(model.requests, 'root');
    expect(results.slice(0, 4)).toEqual(
      ['a', 'b', 'c', 'd'].map(value =>
        expect.stringMatching(
          new RegExp(`^begin ${value}+\\n\\[… \\d+ characters left out: .*budget.*…\\]\\n${value}+ end$`),
        ),
      ),
    );
    expect(results[4]).toBe('saw small');
    expect(spentOf(session.spent())).toBeLessThanOrEqual(budget.tokens ?? Infinity);
  });

  it.each([
    ['is as long as it may be leaves room for the report', 150, 'child reports'],
    ['takes far more than could be foreseen is the last', 14_000, null],
  ])('cannot be warned of before the first step: one that %s, and the cap is named', async (_, input, report) => {
    const step = {name: 'Look', input: {value: 'x'}};
    const child = {name: 'child', steps: [{calls: [step]}, {calls: [step]}], budget: {tokens: 15_000}};
    const model = createScriptedModel(request => {
      const isFirst = planOf(request).name === 'child' && request.messages.length === 1;
      return {...replyTo(request), ...(isFirst && {usage: {input, output: report ? request.maxTokens : 100}})};
    });
    const {session} = openTree({around: () => model});
    const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}));
    expect(mailOf(model.requests, 'child')).toEqual(
      report === null ? [] : [expect.stringMatching(/^The budget of 15000 tokens .* This is your last message/)],
    );
    const cap = 'The agent was stopped: The budget of 15000 tokens has no room for another request';
    const [result] = lastResults(model.requests, 'root');
    expect(result).toContain(cap);
    expect(result).toContain(report === null ? 'It had said nothing yet.' : `What it had said so far:\n\n${report}`);
    const [end] = events.filter(({type, depth}) => type === 'run_finished' && depth === 1);
    expect(end).toMatchObject({reason: 'budget', error: {kind: 'budget'}});
    expect(session.agents.snapshot()[1]?.state).toBe('stopped');
  });

  it('lets the report out though mail before it is larger than what is left', async () => {
    const {session, model} = openTree();
    const child = {name: 'child', steps: [step, step, step], budget: {tokens: 40_000}};
    let isTold = false;
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (isTold || event.type !== 'tool_finished' || event.agentId !== 'agent-1') return;
      isTold = true;
      session.agents.send('agent-1', `begin ${'word '.repeat(60_000)}end`);
      session.agents.send('agent-1', 'and this');
    });
    expect(lastResults(model.requests, 'root')[0]).toContain('child reports');
    const [long, short] = mailOf(model.requests, 'child');
    expect(long).toMatch(
      /^begin (word )+w?o?r?d?\n\[… \d+ characters left out: the budget has no room for them …\]\n.*word end$/,
    );
    expect(short).toBe('and this');
  });

  it('lets the report out though a hook has more to object than is left', async () => {
    const run: Hooks['run'] = async ({event}) =>
      event === 'Stop' ? {decision: 'deny', reason: 'no '.repeat(50_000)} : {};
    const {session, model} = openTree({budget: {tokens: 30_000}, hooks: {matches: event => event === 'Stop', run}});
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [step]}));
    expect(outcome).toMatchObject({reason: 'budget', text: 'root reports'});
    expect(mailOf(model.requests, 'root')[0]).toMatch(/^Stop hook feedback:\n(no )+.*characters left out.*no $/s);
  });

  it('of a child stops the child and not its parent', async () => {
    const {session, model} = openTree();
    const child = {name: 'child', steps: Array.from({length: 30}, () => step), budget: {tokens: 15_000}};
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}));
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    expect(lastResults(model.requests, 'root')[0]).toContain('child reports');
    const spent = session.agents.snapshot().find(({name}) => name === 'child')?.usage;
    expect((spent?.input ?? 0) + (spent?.output ?? 0)).toBeLessThanOrEqual(15_000);
  });
});
