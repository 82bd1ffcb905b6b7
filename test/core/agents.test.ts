/** Agents below agents: over the true loop and the true tools, with plans in the place of a model's ideas. */
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import type {MailReceipt} from '../../src/core/control.js';
import {ToolError} from '../../src/core/errors.js';
import type {Hooks} from '../../src/core/policy.js';
import type {Session} from '../../src/core/session.js';
import type {BudgetLimits} from '../../src/core/tree.js';
import type {StampedEvent, Usage} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {forever, gate, makeTool, runTurn} from '../support/runtime.js';
import {lastResults, mailOf, openTree, type Plan, planNames, planOf, replyTo, spawnCall} from '../support/tree.js';

const ask = (plan: Plan): string => JSON.stringify(plan);
const leaf = (name: string): Plan => ({name, steps: []});

/** A tool that runs until it is released. */
function createHold() {
  let release = (): void => {};
  const gate = new Promise<void>(resolve => {
    release = resolve;
  });
  const hold = makeTool('Hold', 'reads', async () => {
    await gate;
    return 'held';
  });
  return {hold, release: () => release()};
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

describe('an interrupt', () => {
  it('ends foreground agents, which hand back what they have, and lets their background agents move up', async () => {
    const {session, model} = openTree();
    const plan: Plan = {
      name: 'root',
      steps: [
        {
          spawn: [
            {
              name: 'child',
              steps: [{spawn: [{name: 'grandchild', steps: [{hang: true}], background: true}]}, {hang: true}],
            },
          ],
        },
      ],
    };
    const begun = new Set<string>();
    const {events, outcome} = await runTurn(session, ask(plan), event => {
      if (event.type === 'text_delta' && begun.add(event.agentId).size === 2) session.interrupt();
    });
    expect(outcome.reason).toBe('aborted');
    const result = events.find(event => event.type === 'tool_finished' && event.agentId === 'main');
    expect(JSON.stringify(result)).toContain('child be');
    const child = session.agents.snapshot().find(({name}) => name === 'child');
    const grandchild = session.agents.snapshot().find(({name}) => name === 'grandchild');
    expect(child?.state).toBe('stopped');
    expect(grandchild).toMatchObject({parentId: 'main', endedAt: null});
    await session.abort();
    expect(session.agents.snapshot().find(({name}) => name === 'grandchild')?.state).toBe('stopped');
    expect(model.requests).toHaveLength(4);
  });
});

describe('an abort', () => {
  it('ends exactly the subtree, and its parent gets what there was', async () => {
    const {session, model} = openTree();
    const plan: Plan = {
      name: 'root',
      steps: [
        {
          spawn: [
            {name: 'left', steps: [{spawn: [{name: 'below', steps: [{hang: true}]}]}]},
            {name: 'right', steps: [{calls: [{name: 'Look', input: {value: 'x'}}]}]},
          ],
        },
      ],
    };
    const {outcome, events} = await runTurn(session, ask(plan), event => {
      const named = (name: string) => session.agents.snapshot().find(agent => agent.name === name)?.id;
      if (event.type !== 'text_delta' || event.agentId !== named('below')) return;
      void session.agents.abort(named('left') ?? '');
    });
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    const [left, right] = lastResults(model.requests, 'root');
    expect(right).toContain('right is done');
    expect(left).toContain('stopped');
    const states = Object.fromEntries(session.agents.snapshot().map(({name, state}) => [name ?? 'root', state]));
    expect(states).toEqual({root: 'idle', left: 'stopped', below: 'stopped', right: 'done'});
    expect(events.filter(({type}) => type === 'agent_finished')).toHaveLength(3);
  });
});

describe('a message of the person', () => {
  const low = {name: 'low', steps: [{hang: true}], background: true};
  const output = {calls: [{name: 'TaskOutput', input: {task_ids: ['low']}}]};
  const plan: Plan = {name: 'root', steps: [{spawn: [low]}, output]};
  const early = /^The wait ended early: the person wrote to you.*\n- agent-1 \("low"\), thinking: writing$/s;

  /** Writes to the root when `isTime`; stops the agent below once the message is read. */
  async function write(isTime: (event: StampedEvent) => boolean) {
    const {session, model} = openTree();
    let isSent = false;
    await runTurn(session, ask(plan), event => {
      if (!isSent && isTime(event)) isSent = session.steer('what is it doing?').accepted;
      if (event.type === 'waiting_for_agents') void session.agents.abort('agent-1');
    });
    await session.close();
    return {
      results: lastResults(model.requests, 'root'),
      third: model.requests.filter(each => planOf(each).name === 'root')[2],
    };
  }

  it.each<[string, (event: StampedEvent) => boolean]>([
    ['while it waits', event => event.type === 'text_delta' && event.agentId === 'agent-1'],
    ['before it waits', event => event.type === 'request_started' && event.agentId === 'main' && event.step === 2],
  ])('ends a wait for agents, which go on, and is in the next request: %s', async (_, isTime) => {
    const {results, third} = await write(isTime);
    expect(results).toEqual([expect.stringMatching(early)]);
    expect(JSON.stringify(third?.messages)).toContain('what is it doing?');
  });
});

describe('an agent that is stopped with agents in the background below it', () => {
  const low: Plan = {name: 'low', steps: [{hang: true}]};
  const middle = {name: 'middle', steps: [{spawn: [{...low, background: true}]}, {hang: true}], background: true};
  const plan: Plan = {name: 'root', steps: [{spawn: [{name: 'top', steps: [{spawn: [middle]}, {hang: true}]}]}]};

  it.each<[string, (session: Session, id: string) => unknown]>([
    ['an abort of the agent', (session, id) => session.agents.abort(id)],
    ['an abort of everything', session => session.abort()],
  ])('ends after them, and they below it: by %s', async (_, stop) => {
    const {session} = openTree();
    const begun = new Set<string>();
    const watched = session.observe();
    const {events} = await runTurn(session, ask(plan), event => {
      if (event.type === 'text_delta' && begun.add(event.agentId).size === 3) void stop(session, 'agent-1');
    });
    const ends = watched
      .drain()
      .flatMap(event => (event.type === 'agent_finished' ? [[event.agentId, event.parentId]] : []));
    expect(ends).toEqual([
      ['agent-3', 'agent-2'],
      ['agent-2', 'agent-1'],
      ['agent-1', 'main'],
    ]);
    expect(session.agents.snapshot().map(({parentId, state}) => [parentId, state])).toEqual([
      [null, 'idle'],
      ['main', 'stopped'],
      ['agent-1', 'stopped'],
      ['agent-2', 'stopped'],
    ]);
    const result = events.find(event => event.type === 'tool_finished' && event.agentId === 'main');
    expect(JSON.stringify(result)).toContain('top begin');
    watched.close();
  });
});

describe('winding down', () => {
  it('gives an agent and all below it one more request, without tools, to report', async () => {
    const {session, model} = openTree({more: [makeTool('Nap', 'reads', () => setImmediate('slept'))]});
    const nap = {calls: [{name: 'Nap', input: {value: 'x'}}]};
    const busy = (name: string): Plan => ({name, steps: Array.from({length: 20}, () => nap)});
    const plan: Plan = {
      name: 'root',
      steps: [
        {spawn: [{...busy('child'), steps: [{spawn: [{...busy('below'), background: true}]}, ...busy('child').steps]}]},
      ],
    };
    let isAsked = false;
    const {outcome} = await runTurn(session, ask(plan), event => {
      if (isAsked || event.type !== 'tool_started' || event.agentId !== 'agent-2') return;
      isAsked = true;
      session.agents.windDown('agent-1');
    });
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    for (const name of ['child', 'below']) {
      const requests = model.requests.filter(request => planNames([request])[0] === name);
      expect(requests.filter(({toolChoice}) => toolChoice === 'none')).toHaveLength(1);
      expect(requests.at(-1)).toMatchObject({toolChoice: 'none', tools: requests[0]?.tools});
    }
    expect(mailOf(model.requests, 'child').join('\n')).toContain('below reports');
    expect(lastResults(model.requests, 'root')[0]).toContain('child reports');
  });
});

describe('mail', () => {
  it('reaches a running agent at its next request, once', async () => {
    const {session, model} = openTree();
    const child: Plan = {
      name: 'child',
      steps: [{calls: [{name: 'Look', input: {value: 'x'}}]}, {calls: [{name: 'Look', input: {value: 'y'}}]}],
    };
    const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (event.type !== 'tool_started' || event.agentId !== 'agent-1' || event.title !== 'x') return;
      expect(session.agents.send('agent-1', 'only src, please')).toMatchObject({accepted: true, position: 1});
    });
    expect(mailOf(model.requests, 'child')).toEqual(['only src, please']);
    const queued = events.find(({type}) => type === 'mail_queued');
    const delivered = events.find(event => event.type === 'entry_appended' && event.mail !== undefined);
    expect(queued).toMatchObject({agentId: 'agent-1', mail: {text: 'only src, please', from: 'user'}});
    expect(delivered).toMatchObject({mail: {id: queued?.type === 'mail_queued' ? queued.mail.id : ''}});
  });

  it('goes between siblings and to those above; to one that has ended it bounces, unless that is to go on', async () => {
    const {session, model} = openTree();
    const plan: Plan = {
      name: 'root',
      steps: [
        {spawn: [leaf('gone')]},
        {calls: [{name: 'SendMessage', input: {to: 'gone', message: 'are you there?'}}]},
        {calls: [{name: 'SendMessage', input: {to: 'gone', message: 'then go on', resume: true}}]},
        {
          spawn: [
            {name: 'one', steps: [{calls: [{name: 'SendMessage', input: {to: 'main', message: 'hello above'}}]}]},
            {name: 'two', steps: [{calls: [{name: 'SendMessage', input: {to: 'nobody', message: 'x'}}]}]},
          ],
        },
      ],
    };
    await runTurn(session, ask(plan));
    const texts = mailOf(model.requests, 'root').join('\n---\n');
    expect(texts).toContain('Message from agent-2 (worker: one):\nhello above');
    expect(texts).toContain('Agent agent-1 (worker: gone) has ended: done.');
    const results = model.requests.flatMap(({messages}) => JSON.stringify(messages));
    expect(results.at(-1)).toContain(
      'Agent agent-1 has ended (done): nobody reads this. With resume it goes on, if no limit is in the way.',
    );
    expect(lastResults(model.requests, 'two')[0]).toContain('There is no agent \\"nobody\\"'.replaceAll('\\', ''));
    expect(mailOf(model.requests, 'gone')).toEqual(['Message from the main agent:\nthen go on']);
  });
});

describe('mail at the end of an agent', () => {
  it('is read or bounces, at whatever moment it comes', async () => {
    let bounced = 0;
    let read = 0;
    for (let at = 1, isThere = true; isThere; at += 1) {
      isThere = false;
      for (const hops of [0, 1, 2, 4, 8]) {
        const {session} = openTree();
        let own = 0;
        let receipt: MailReceipt | null = null;
        const write = async (): Promise<void> => {
          for (let hop = 0; hop < hops; hop += 1) await null;
          receipt = session.agents.send('agent-1', 'late');
        };
        const watcher = session.observe({
          filter({agentId}) {
            own += agentId === 'agent-1' ? 1 : 0;
            if (own === at && agentId === 'agent-1') queueMicrotask(write);
            return false;
          },
        });
        const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}));
        watcher.close();
        if (own < at) continue;
        isThere = true;
        const {accepted} = receipt ?? {accepted: false};
        const isRead = events.some(event => event.type === 'entry_appended' && event.mail?.text === 'late');
        expect([at, hops, isRead]).toEqual([at, hops, accepted]);
        if (accepted) read += 1;
        else bounced += 1;
      }
    }
    expect(Math.min(read, bounced)).toBeGreaterThan(5);
  });

  it('that it was stopped before it read is the first it reads should it go on', async () => {
    const {session, model} = openTree();
    const steps = [
      {spawn: [{name: 'child', steps: [{hang: true}]}]},
      {calls: [{name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}}]},
    ];
    let isStopped = false;
    await runTurn(session, ask({name: 'root', steps}), event => {
      if (isStopped || event.type !== 'text_delta' || event.agentId !== 'agent-1') return;
      isStopped = true;
      session.agents.send('agent-1', 'by the way');
      session.agents.windDown('agent-1');
      session.agents.interrupt('agent-1');
    });
    expect(mailOf(model.requests, 'child')).toEqual(['by the way', 'Message from the main agent:\ngo on']);
    expect(session.agents.snapshot()[1]?.state).toBe('done');
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

  const spentOf = ({usage}: {readonly usage: Usage}): number => usage.input + usage.output;

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

describe('a new conversation', () => {
  const old = (name: string, steps: Plan['steps']) => ({name, steps, background: true});
  const hang = [{hang: true}];
  const plan: Plan = {
    name: 'root',
    steps: [{spawn: [old('quick', []), old('slow', [{spawn: [old('below', hang)]}, ...hang])]}, {text: 'I wait'}],
  };

  /** A turn that was interrupted with agents in the background, one of which has ended. */
  async function begin() {
    const tree = openTree();
    const {session} = tree;
    const isLive = (name: string): boolean =>
      session.agents.snapshot().some(agent => agent.name === name && agent.endedAt === null);
    const open = session.observe();
    const turn = runTurn(session, ask(plan));
    while (!isLive('below')) await open.wait(new AbortController().signal).then(() => open.drain());
    open.close();
    session.interrupt();
    await turn;
    return {...tree, isLive};
  }

  it('ends the agents of the one before, says how many lived, and hears nothing of them', async () => {
    const {session, model, isLive} = await begin();
    expect([isLive('slow'), isLive('below')]).toEqual([true, true]);
    session.steer('what belongs to the old conversation');
    const ended = session.clear();
    // It need not be waited for.
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{text: 'anew'}]}));
    expect(await ended).toBe(2);
    expect([isLive('slow'), isLive('below')]).toEqual([false, false]);
    expect(outcome).toMatchObject({reason: 'completed', text: 'anew'});
    await runTurn(session, 'and again');
    const told = (model.requests.at(-1)?.messages ?? []).map(message => JSON.stringify(message.content));
    expect(told).toHaveLength(3);
    expect(told[0]).toContain('anew');
    expect(told.join()).not.toMatch(/quick|slow|below|old conversation/);
    expect(session.agents.snapshot()[0]?.state).not.toBe('waiting');
  });

  it('lets none of them go on, and has no other to stop', async () => {
    const {session, model} = await begin();
    await session.clear();
    expect(await session.clear()).toBe(0);
    const resume = {name: 'SendMessage', input: {to: 'quick', message: 'go on', resume: true}};
    await runTurn(session, ask({name: 'root', steps: [{calls: [resume]}]}));
    expect(lastResults(model.requests, 'root')[0]).toContain('ended too long ago to go on');
  });
});

describe('the agents of a session', () => {
  it('are held by what is promised, and by nothing else', () => {
    expect(Object.keys(openTree().session.agents).sort()).toEqual([
      'abort',
      'events',
      'interrupt',
      'send',
      'snapshot',
      'takeBack',
      'windDown',
    ]);
  });
});

describe('the events of one agent', () => {
  it('are what it says from then on, to its end, also when something is told of it after that', async () => {
    const {session} = openTree();
    const seen: string[] = [];
    let watching: Promise<void> | null = null;
    const follow = async (): Promise<void> => {
      for await (const event of session.agents.events('agent-1')) seen.push(`${event.agentId} ${event.type}`);
    };
    const child: Plan = {name: 'child', steps: [{calls: [{name: 'Look', input: {value: 'x'}}]}]};
    const watcher = session.observe({
      filter: ({type, agentId}) => {
        if (type === 'agent_finished') queueMicrotask(() => session.tell({type: 'commands_changed', live: 0}, agentId));
        return false;
      },
    });
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (event.type === 'tool_started' && event.agentId === 'agent-1') watching = follow();
    });
    await watching;
    watcher.close();
    expect(new Set(seen.map(each => each.split(' ')[0]))).toEqual(new Set(['agent-1']));
    expect(seen.filter(each => each.endsWith('request_started'))).toHaveLength(1);
    expect(seen.at(-1)).toBe('agent-1 agent_finished');
  });

  it('are none of an agent that has ended, and end with the session', async () => {
    const {session} = openTree();
    const root = session.agents.events('main');
    await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}));
    expect(await session.agents.events('agent-1').next()).toEqual({done: true, value: undefined});
    const types: string[] = [];
    const watching = (async () => {
      for await (const {type} of root) types.push(type);
    })();
    await session.close();
    await watching;
    expect(types.at(-1)).toBe('run_finished');
  });

  it('end with the watching of those who break off, and stop nothing else', async () => {
    const {session} = openTree();
    const gone: string[] = [];
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}), event => {
      if (event.type !== 'agent_started') return;
      void (async () => {
        for await (const {type} of session.agents.events('agent-1')) {
          gone.push(type);
          break;
        }
      })();
    });
    expect(gone).toHaveLength(1);
    expect(outcome.text).toBe('root is done');
  });
});
