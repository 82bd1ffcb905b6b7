/** Agents below agents: over the true loop and the true tools, with plans in the place of a model's ideas. */
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import type {StampedEvent} from '../../src/core/types.js';
import {forever, gate, makeTool, runTurn} from '../support/runtime.js';
import {ask, lastResults, leaf, mailOf, openTree, type Plan, planNames, planOf, spawnCall} from '../support/tree.js';

/** A tool that runs until it is released. */
function createHold() {
  const {opened, open} = gate();
  const hold = makeTool('Hold', 'reads', async () => {
    await opened;
    return 'held';
  });
  return {hold, release: open};
}

describe('an agent in the foreground', () => {
  it('gives its last words as the result of the call, with what it took', async () => {
    const {session, model} = openTree();
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}));
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    const [result] = lastResults(model.requests, 'root');
    expect(result).toMatch(
      /^child is done\nagentId: agent-1\n<usage>total_tokens: 120\ntool_uses: 0\nduration_ms: \d+<\/usage>$/,
    );
  });

  it('runs beside those of the same reply, with a history, tools and a system prompt of its own', async () => {
    let together = 0;
    let most = 0;
    const meet = makeTool('Meet', 'reads', async () => {
      together += 1;
      most = Math.max(most, together);
      await setImmediate();
      await setImmediate();
      together -= 1;
      return 'met';
    });
    const {session, model} = openTree({more: [meet]});
    const child = (name: string): Plan => ({name, steps: [{calls: [{name: 'Meet', input: {value: 'x'}}]}]});
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child('one'), child('two'), child('three')]}]}));
    expect(most).toBe(3);
    const request = model.requests.find(request => planOf(request).name === 'two');
    expect(request?.messages).toHaveLength(1);
    expect(request?.system).toBe('You are a worker.');
  });

  it('may start agents itself, and its events come in one order, causes before effects', async () => {
    const {session} = openTree();
    const plan: Plan = {name: 'root', steps: [{spawn: [{name: 'child', steps: [{spawn: [leaf('grandchild')]}]}]}]};
    const {events} = await runTurn(session, ask(plan));
    expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => (events[0]?.seq ?? 0) + index));
    const at = (type: StampedEvent['type'], agentId: string): number =>
      events.findIndex(event => event.type === type && event.agentId === agentId);
    expect(at('tool_started', 'main')).toBeLessThan(at('agent_started', 'agent-1'));
    expect(at('tool_started', 'agent-1')).toBeLessThan(at('agent_started', 'agent-2'));
    expect(at('agent_finished', 'agent-2')).toBeLessThan(at('tool_finished', 'agent-1'));
    expect(at('agent_finished', 'agent-1')).toBeLessThan(at('tool_finished', 'main'));
    expect(events[at('agent_started', 'agent-2')]).toMatchObject({parentId: 'agent-1', depth: 2, kind: 'worker'});
    expect(session.agents.snapshot().map(({id, state, parentId}) => [id, state, parentId])).toEqual([
      ['main', 'idle', null],
      ['agent-1', 'done', 'main'],
      ['agent-2', 'done', 'agent-1'],
    ]);
  });

  it('has no tool that its type does not give it', async () => {
    const {session, model} = openTree();
    const call = {description: 'read', prompt: ask(leaf('reader')), subagent_type: 'reader'};
    await runTurn(session, ask({name: 'root', steps: [{calls: [{name: 'Task', input: call}]}]}));
    expect(model.requests[1]?.tools.map(({name}) => name)).toEqual(['Look']);
  });

  it('of an unknown type is refused with the list of types', async () => {
    const {session, model} = openTree();
    const call = {description: 'x', prompt: 'y', subagent_type: 'wizard'};
    await runTurn(session, ask({name: 'root', steps: [{calls: [{name: 'Agent', input: call}]}]}));
    expect(lastResults(model.requests, 'root')).toEqual([
      'There is no type of agent "wizard". The types are: worker, reader.',
    ]);
  });
});

describe('the calls that an agent’s end counts', () => {
  const denied = makeTool('Denied', 'changes', () => 'never');
  const hooked = makeTool('Hooked', 'reads', () => 'never');
  const broken = makeTool('Broken', 'changes', () => {
    throw new ToolError('It failed.');
  });
  const value = {value: 'x'};

  it.each([
    ['ran', 'Look', value, 1],
    ['ran and failed', 'Broken', value, 1],
    ['had wrong parameters', 'Look', {}, 0],
    ['was of no tool that there is', 'Nope', value, 0],
    ['permission was refused for', 'Denied', value, 0],
    ['a hook refused', 'Hooked', value, 0],
    ['a limit refused', 'Agent', {...spawnCall(leaf('deeper')).input}, 0],
    ['a limit refused to let go on', 'SendMessage', {to: 'gone', message: 'go on', resume: true}, 0],
  ])('do or do not hold one that %s', async (_, name, input, count) => {
    const {session, model} = openTree({
      more: [denied, hooked, broken],
      limits: {depth: 2, spawnsPerTurn: 2},
      permissions: {
        decide: ({tool}) => (tool === 'Denied' ? {verdict: 'deny', message: 'No.'} : {verdict: 'allow'}),
        ask: (_, signal) => forever(signal),
      },
      hooks: {
        matches: (event, tool) => event === 'PreToolUse' && tool === 'Hooked',
        run: async () => ({decision: 'deny', reason: 'No.'}),
      },
    });
    // The start of the one below counts itself.
    const child: Plan = {name: 'child', steps: [{spawn: [leaf('gone')]}, {calls: [{name, input}]}]};
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}));
    expect(lastResults(model.requests, 'root')[0]).toContain(`tool_uses: ${1 + count}\n`);
    expect(session.agents.snapshot()[1]?.toolCalls).toBe(1 + count);
  });

  it('are those of its last run, like the tokens and the time', async () => {
    const {session} = openTree();
    const look = {calls: [{name: 'Look', input: value}]};
    const steps = [
      {spawn: [{name: 'child', steps: [look, look, {text: 'so far'}, look]}]},
      {calls: [{name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}}]},
      {calls: [{name: 'TaskOutput', input: {task_ids: ['child']}}]},
    ];
    const {events} = await runTurn(session, ask({name: 'root', steps}));
    const waited = events.findLast(event => event.type === 'tool_finished' && event.agentId === 'main');
    expect(JSON.stringify(waited)).toContain('total_tokens: 240\\ntool_uses: 1\\n');
    expect(session.agents.snapshot()[1]?.toolCalls).toBe(3);
  });
});

describe('an agent in the background', () => {
  it('lets its parent go on, and its end comes as mail, once', async () => {
    const {session, model} = openTree();
    const plan: Plan = {name: 'root', steps: [{spawn: [{...leaf('child'), background: true}]}, {text: 'waiting'}]};
    const {events, outcome} = await runTurn(session, ask(plan));
    expect(outcome.text).toBe('root is done');
    expect(mailOf(model.requests, 'root')).toEqual(['Agent agent-1 (worker: child) has ended: done.\n\nchild is done']);
    expect(events.filter(({type}) => type === 'agent_finished')).toHaveLength(1);
  });

  it('is waited for, visibly: its parent does not end before it', async () => {
    const {hold, release} = createHold();
    const {session} = openTree({more: [hold]});
    const child: Plan = {name: 'child', steps: [{calls: [{name: 'Hold', input: {value: 'x'}}]}]};
    const {events, outcome} = await runTurn(
      session,
      ask({name: 'root', steps: [{spawn: [{...child, background: true}]}, {text: 'nothing else to do'}]}),
      event => {
        if (event.type !== 'waiting_for_agents') return;
        expect(event.count).toBe(1);
        expect(session.agents.snapshot()[0]).toMatchObject({state: 'waiting', activity: 'waiting for 1 agent'});
        release();
      },
    );
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    const finished = events.findIndex(({type}) => type === 'agent_finished');
    expect(finished).toBeLessThan(events.findLastIndex(({type}) => type === 'run_finished'));
  });

  it('can be waited for by a call; its report comes as mail all the same, once', async () => {
    const {session, model} = openTree();
    const plan: Plan = {
      name: 'root',
      steps: [
        {
          spawn: [
            {...leaf('one'), background: true},
            {...leaf('two'), background: true},
          ],
        },
        {calls: [{name: 'TaskOutput', input: {task_ids: ['one', 'agent-2'], wait: 'all'}}]},
      ],
    };
    await runTurn(session, ask(plan));
    const [waited] = lastResults(model.requests, 'root');
    expect(waited).toContain('## agent-1 (done)\n\nIts report is a message to you');
    expect(waited).toContain('## agent-2 (done)');
    expect(mailOf(model.requests, 'root').filter(text => text.includes('one is done'))).toHaveLength(1);
    expect(mailOf(model.requests, 'root').filter(text => text.includes('two is done'))).toHaveLength(1);
  });

  it.each([
    ['any', '1 agent ended, 1 still running'],
    ['all', '2 agents ended'],
  ])('can be waited for with another, until %s has ended', async (wait, summary) => {
    const {hold, release} = createHold();
    const {session} = openTree({more: [hold]});
    const slow = {name: 'slow', steps: [{calls: [{name: 'Hold', input: {value: 'x'}}]}], background: true};
    const output = {calls: [{name: 'TaskOutput', input: {task_ids: ['quick', 'slow'], wait}}]};
    const plan: Plan = {name: 'root', steps: [{spawn: [{...leaf('quick'), background: true}, slow]}, output]};
    const seen = new Set<string>();
    const {events} = await runTurn(session, ask(plan), async event => {
      if (event.type === 'tool_started' && event.tool === 'TaskOutput') seen.add('waits');
      if (event.type === 'agent_finished') seen.add('one has ended');
      if (seen.size < 2) return;
      const isTold = event.type === 'tool_finished' && event.agentId === 'main';
      if (wait === 'all' ? await setImmediate(true) : isTold) release();
    });
    const waited = events.findLast(event => event.type === 'tool_finished' && event.agentId === 'main');
    expect(waited).toMatchObject({display: {summary}});
  });

  it.each([
    ['fetched before, in a line', true],
    ['not fetched, in full', false],
  ])('leaves its report, once its parent is stopped, to whoever is above, who had it %s', async (_, isFetched) => {
    const gates = {hanging: gate(), ended: gate()};
    const pause = makeTool('Pause', 'reads', async value => {
      await gates[value as keyof typeof gates].opened;
      return 'on';
    });
    const {session, model} = openTree({more: [pause]});
    const low: Plan = {name: 'low', steps: [{calls: [{name: 'Pause', input: {value: 'hanging'}}]}]};
    const middle: Plan = {name: 'middle', steps: [{spawn: [{...low, background: true}]}, {hang: true}]};
    const fetch = {name: 'TaskOutput', input: {task_ids: ['low']}};
    const plan: Plan = {
      name: 'root',
      steps: [
        {spawn: [{...middle, background: true}]},
        {calls: [{name: 'Pause', input: {value: 'ended'}}]},
        {calls: isFetched ? [fetch] : []},
        {calls: [{name: 'TaskStop', input: {task_id: 'middle'}}]},
        {calls: [fetch]},
      ].filter(step => step.calls?.length !== 0),
    };
    const nameOf = (id: string) => session.agents.snapshot().find(agent => agent.id === id)?.name;
    await runTurn(session, ask(plan), ({type, agentId}) => {
      if (type === 'text_delta' && nameOf(agentId) === 'middle') gates.hanging.open();
      if (type === 'agent_finished' && nameOf(agentId) === 'low') gates.ended.open();
    });
    const reports = mailOf(model.requests, 'root').filter(text => text.startsWith('Agent agent-2 '));
    expect(reports).toEqual([
      `Agent agent-2 (worker: low) has ended: done.${isFetched ? ' You have its report from a call.' : '\n\nlow is done'}`,
    ]);
    // What came as mail is not said again by a call.
    expect(lastResults(model.requests, 'root')[0]).toContain('Its report is a message to you');
    const said = model.requests.findLast(request => planOf(request).name === 'root')?.messages.slice(1);
    expect(JSON.stringify(said).split('low is done')).toHaveLength(2);
  });

  it('lives on when the turn that started it is interrupted; its mail waits for the next prompt', async () => {
    const {hold, release} = createHold();
    const {session, model} = openTree({more: [hold]});
    const child: Plan = {name: 'child', steps: [{calls: [{name: 'Hold', input: {value: 'x'}}]}]};
    const first = await runTurn(
      session,
      ask({name: 'root', steps: [{spawn: [{...child, background: true}]}, {hang: true}]}),
      event => {
        if (event.type === 'text_delta' && event.agentId === 'main') session.interrupt();
      },
    );
    expect(first.outcome.reason).toBe('aborted');
    expect(session.agents.snapshot()[1]?.endedAt).toBeNull();
    const events = session.agents.events('agent-1');
    release();
    for await (const event of events) if (event.type === 'agent_finished') expect(event.state).toBe('done');
    expect(session.isRunning).toBe(false);
    await runTurn(session, 'go on');
    expect(mailOf(model.requests, 'root')).toContain('Agent agent-1 (worker: child) has ended: done.\n\nchild is done');
  });
});

describe('an agent that has no step left', () => {
  it('and had answered did its work: it waits for the agents below it, and leaves their mail unread', async () => {
    const {session, model} = openTree({maxSteps: 2, more: [makeTool('Nap', 'reads', () => setImmediate('slept'))]});
    const child: Plan = {name: 'child', steps: [{calls: [{name: 'Nap', input: {value: 'x'}}]}]};
    const plan: Plan = {name: 'root', steps: [{spawn: [{...child, background: true}]}, {text: 'the answer'}]};
    const {outcome, events} = await runTurn(session, ask(plan));
    expect(outcome).toMatchObject({reason: 'completed', text: 'the answer', steps: 2});
    expect(events.filter(({type}) => type === 'agent_finished')).toHaveLength(1);
    await runTurn(session, 'go on');
    expect(mailOf(model.requests, 'root')[0]).toContain('child is done');
  });

  it('waits for all agents below it, visibly, before it ends', async () => {
    const {hold, release} = createHold();
    const {session, model} = openTree({maxSteps: 1, more: [hold]});
    const steps = [{calls: [{name: 'Hold', input: {value: 'x'}}]}];
    const spawn = ['one', 'two'].map(name => ({name, steps, background: true}));
    const {outcome, events} = await runTurn(session, ask({name: 'root', steps: [{spawn}]}), event => {
      if (event.type !== 'waiting_for_agents') return;
      expect(event.count).toBe(2);
      release();
    });
    expect(outcome).toMatchObject({reason: 'max_steps', steps: 1});
    expect(planNames(model.requests).filter(name => name === 'root')).toHaveLength(1);
    const ends = events.flatMap(({type, agentId}) =>
      /^(agent|run)_finished$/.test(type) ? [`${agentId} ${type}`] : [],
    );
    expect(ends.filter(end => end.endsWith('agent_finished'))).toHaveLength(2);
    expect(ends.at(-1)).toBe('main run_finished');
  });
});

describe('the end of an agent in the background', () => {
  it('says why it came, beside what the agent had said', async () => {
    const {session, model} = openTree();
    const step = {calls: [{name: 'Look', input: {value: 'x'}}], usage: {input: 2_000, output: 100}};
    const child = {
      name: 'child',
      steps: Array.from({length: 30}, () => step),
      background: true,
      budget: {tokens: 15_000},
    };
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}, {text: 'waiting'}]}));
    expect(mailOf(model.requests, 'root')[0]).toMatch(
      /has ended: stopped\.\n\nThe agent was stopped: The budget of 15000 tokens .* What it had said so far:\n\nchild reports$/,
    );
  });
});

describe('limits', () => {
  it('stop a model that asks for ten agents in every reply and never relents', async () => {
    const {session, model} = openTree({limits: {}});
    const ten = (name: string, steps: Plan['steps'] = []) =>
      Array.from({length: 10}, (_, index) => ({name: `${name}${index}`, steps}));
    const repeated = (count: number, spawn: readonly Plan[]) => Array.from({length: count}, () => ({spawn}));
    const spawn = ten('g').map(each => ({...each, steps: repeated(7, ten(`${each.name}.`))}));
    const plan = {name: 'root', steps: repeated(12, spawn)};
    let most = 0;
    const {outcome} = await runTurn(session, ask(plan), () => {
      most = Math.max(
        most,
        session.agents.snapshot().filter(({id, endedAt}) => id !== 'main' && endedAt === null).length,
      );
    });
    const all = session.agents.snapshot();
    expect(most).toBeLessThanOrEqual(16);
    expect(Math.max(...all.map(({depth}) => depth))).toBeLessThanOrEqual(3);
    expect(all.length - 1).toBe(32);
    expect(outcome).toMatchObject({reason: 'stopped', error: {kind: 'refused_calls'}, text: 'root reports'});
    expect(model.requests.length).toBeLessThan(32 * 8 + 40);
  });

  it('wind down an agent of which every call is refused five steps running', async () => {
    const {session, model} = openTree({
      permissions: {
        decide: () => ({verdict: 'deny', message: 'not allowed here'}),
        ask: (_, signal) => forever(signal),
      },
    });
    const look = {calls: [{name: 'Look', input: {value: 'x'}}]};
    const {outcome} = await runTurn(session, ask({name: 'root', steps: Array.from({length: 30}, () => look)}));
    expect(outcome).toMatchObject({reason: 'stopped', error: {kind: 'refused_calls'}, text: 'root reports', steps: 6});
    expect(outcome.error?.message).toMatch(/^Every call of its last 5 steps was refused\. .*: not allowed here$/);
    expect(model.requests.at(-1)?.toolChoice).toBe('none');
  });

  it('are named with their value and with who runs, to the agent and to whoever reads why it ended', async () => {
    const {session, model} = openTree({limits: {children: 1}});
    const busy = {name: 'busy', steps: [{hang: true}], background: true};
    const again = Array.from({length: 9}, (_, at) => ({spawn: [leaf(`late${at}`)]}));
    const refusal =
      'No agent was started: the limit "children" is 1. That many agents of yours are running. Wait until one of them has ended. Yours that run now: agent-1 ("busy").';
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [busy]}, ...again]}), event => {
      if (event.type === 'waiting_for_agents') void session.agents.abort('agent-1');
    });
    expect(JSON.stringify(model.requests[3]?.messages)).toContain(JSON.stringify(refusal).slice(1, -1));
    expect(outcome.error?.message).toMatch(
      /or a limit or a rule that lets it\. The last refusal: No agent was started: the limit/,
    );
    await session.close();
  });
});

describe('going on', () => {
  it('is refused by the limits like a start: who asks for nothing else is wound down', async () => {
    const {session} = openTree({limits: {spawnsPerTurn: 1}});
    const resume = {calls: [{name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}}]};
    const steps = [{spawn: [leaf('child')]}, ...Array.from({length: 20}, () => resume)];
    const {events, outcome} = await runTurn(session, ask({name: 'root', steps}));
    const results = events.filter(event => event.type === 'tool_finished' && event.outcome === 'denied');
    expect(results).toHaveLength(5);
    expect(outcome.error?.message).toContain('the limit "spawns" is 1');
    expect(JSON.stringify(results[0])).toContain('the limit \\"spawns\\" is 1');
    expect(outcome).toMatchObject({reason: 'stopped', error: {kind: 'refused_calls'}, text: 'root reports'});
  });
});
