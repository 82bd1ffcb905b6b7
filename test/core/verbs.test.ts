/** Agents that are stopped: by an interrupt, an abort, winding down, and by a new conversation. */
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import type {Session} from '../../src/core/session-types.js';
import {createVirtualClock} from '../support/clock.js';
import {forever, gate, makeTool, openRuntime, runTurn} from '../support/runtime.js';
import {ask, lastResults, mailOf, openTree, type Plan, planNames, planOf} from '../support/tree.js';

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

  it('ends a wait for agents at once, and they go on', async () => {
    const wait = {calls: [{name: 'TaskOutput', input: {task_ids: ['low']}}]};
    const low = {name: 'low', steps: [{hang: true}], background: true};
    // Its time stands still: what is waited for does not come.
    const {session} = openTree({clock: createVirtualClock()});
    const {events, outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [low]}, wait]}), event => {
      // It runs once this event is taken.
      if (event.type === 'tool_started' && event.tool === 'TaskOutput') void setImmediate().then(session.interrupt);
    });
    expect(outcome.reason).toBe('aborted');
    expect(events.findLast(event => event.type === 'tool_finished')).toMatchObject({outcome: 'interrupted'});
    expect(session.agents.snapshot()[1]).toMatchObject({state: 'thinking'});
    await session.close();
  });
});

describe('winding down an agent whose request waits for its server', () => {
  const waits = {type: 'retry_scheduled', attempt: 1, maxAttempts: null, delayMs: 60_000} as const;
  const trouble = {kind: 'overloaded', message: 'Too much.', status: 529} as const;

  it.each(['while it waits', 'before it does'])('gives that request up for the report: asked %s', async when => {
    const asked: string[] = [];
    const {session} = openTree({
      around: model => ({
        ...model,
        async *stream(request, signal) {
          asked.push(`${planOf(request).name} ${request.toolChoice}`);
          if (planOf(request).name === 'low' && request.toolChoice === 'auto') {
            if (when === 'before it does') session.agents.windDown('low');
            yield {...waits, ...trouble};
            await forever(signal);
          }
          yield* model.stream(request, signal);
        },
      }),
    });
    const plan: Plan = {name: 'root', steps: [{spawn: [{name: 'low', steps: []}]}]};
    const {events} = await runTurn(session, ask(plan), event => {
      if (event.type === 'retry_scheduled' && when === 'while it waits') session.agents.windDown('low');
    });
    expect(asked).toEqual(['root auto', 'low auto', 'low none', 'root auto']);
    const low = session.agents.snapshot().find(({name}) => name === 'low');
    const end = events.find(event => event.type === 'run_finished' && event.agentId === low?.id);
    expect(end).toMatchObject({reason: 'stopped', steps: 1, text: 'low reports', error: {kind: 'wind_down'}});
  });

  it('gives nothing up for a word that its full inbox does not take', async () => {
    const asked: string[] = [];
    const {session} = openTree({
      around: model => ({
        ...model,
        async *stream(request, signal) {
          if (planOf(request).name === 'low') {
            asked.push(request.toolChoice);
            if (asked.length === 1) while (session.agents.send('low', 'and this').accepted);
            session.agents.windDown('low');
            yield {...waits, ...trouble};
          }
          yield* model.stream(request, signal);
        },
      }),
    });
    const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [{name: 'low', steps: []}]}]}));
    // Answered with the inbox full; given up once what was in it is read; then the report.
    expect(asked).toEqual(['auto', 'auto', 'none']);
    expect(events.filter(({type, agentId}) => type === 'reply_finished' && agentId !== 'main')).toHaveLength(2);
  });

  it('lets the report itself wait', async () => {
    const {session} = openTree({
      around: model => ({
        ...model,
        async *stream(request, signal) {
          if (planOf(request).name === 'low' && request.toolChoice === 'auto') session.agents.windDown('low');
          if (planOf(request).name === 'low' && request.toolChoice === 'none') {
            session.agents.windDown('low');
            yield {...waits, ...trouble};
          }
          yield* model.stream(request, signal);
        },
      }),
    });
    const step = {calls: [{name: 'Look', input: {value: 'x'}}]};
    const plan: Plan = {name: 'root', steps: [{spawn: [{name: 'low', steps: [step]}]}]};
    const {events} = await runTurn(session, ask(plan));
    const end = events.find(event => event.type === 'run_finished' && event.agentId !== 'main');
    expect(end).toMatchObject({reason: 'stopped', text: expect.stringContaining('low reports')});
  });
});

describe('winding down between two calls', () => {
  it('leaves the second undone, says so to the model, and has its report', async () => {
    const done: string[] = [];
    let session: Session | null = null;
    const change = makeTool('Change', 'changes', value => {
      done.push(value);
      session?.agents.windDown('main');
      return `changed ${value}`;
    });
    const calls = ['a', 'b'].map(value => ({name: 'Change', input: {value}}));
    const runtime = openRuntime([{calls}, {text: 'I changed one of two.'}], {tools: [change]});
    session = runtime.session;
    const {outcome} = await runTurn(session, 'change both');
    expect(done).toEqual(['a']);
    expect(JSON.stringify(runtime.model.requests[1]?.messages)).toMatch(
      /changed a.*Not run: you were asked to wrap up before it began/,
    );
    expect(outcome.text).toContain('I changed one of two.');
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

  it('lets an agent report only once those below it have, in the background too', async () => {
    const {opened, open: release} = gate();
    const hold = makeTool('Hold', 'reads', () => opened.then(() => 'held'));
    const {session, model} = openTree({more: [hold]});
    const below = {name: 'below', steps: [{calls: [{name: 'Hold', input: {value: 'x'}}]}], background: true};
    const child = {name: 'child', steps: [{spawn: [below]}, {text: 'nothing else to do'}]};
    let isAsked = false;
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (event.type !== 'waiting_for_agents') return;
      // First it waits for mail; then, asked to wrap up, for the end of the one below.
      if (!isAsked) session.agents.windDown('child');
      else release();
      isAsked = true;
    });
    expect(outcome.text).toBe('root is done');
    const choices = model.requests.map(request => [planOf(request).name, request.toolChoice].join(' ')).slice(-4);
    expect(choices).toEqual(['child auto', 'below none', 'child none', 'root auto']);
    const mails = mailOf(model.requests, 'child');
    expect(mails).toEqual([
      expect.stringMatching(/^You are asked to wrap up/),
      expect.stringMatching(/^Agent agent-2 .*\n\nbelow reports$/s),
    ]);
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
