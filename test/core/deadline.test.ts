/** Caps on wall time, over the true loop on a clock that a test moves: what runs at that moment ends there. */
import {describe, expect, it} from 'vitest';
import type {Hooks} from '../../src/core/policy.js';
import type {ModelRequest} from '../../src/core/ports.js';
import type {AgentEvent, StampedEvent} from '../../src/core/types.js';
import type {ScriptedModel} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {openWorld, type World, type WorldOptions} from '../support/random-tree.js';
import {forever, makeTool} from '../support/runtime.js';
import {lastResults, mailOf, type Plan, planOf, type Step} from '../support/tree.js';

type Child = NonNullable<Step['spawn']>[number];

const call = (name: string, value: string): Step => ({calls: [{name, input: {value}}]});
const hang = call('Peek', 'hangs 0');
const timed = (name: string, ...steps: readonly Step[]): Child => ({name, steps, budget: {minutes: 1}});
const root = (...spawn: readonly Child[]): Plan => ({name: 'root', steps: [{spawn}]});

/** Stops when it is told to, and hands back what it has. */
const half = makeTool('Half', 'changes', async (_, {signal}) => {
  await forever(signal).catch(() => {});
  return {content: 'half of it', isError: true};
});

interface PlayOptions extends Omit<WorldOptions, 'onEvent'> {
  readonly watch?: (event: StampedEvent, session: World['session']) => void;
}

/** Plays a plan to its end. Each event comes with the seconds since the start. */
async function play(plan: Plan, {watch = () => {}, clock = createVirtualClock(), ...options}: PlayOptions = {}) {
  const startedAt = clock.now();
  const times: number[] = [];
  const world = openWorld({
    clock,
    more: [half],
    ...options,
    onEvent(event) {
      times.push((clock.now() - startedAt) / 1_000);
      watch(event, world.session);
    },
  });
  await world.play(JSON.stringify(plan));
  const when = (name: string, type: AgentEvent['type']): readonly number[] =>
    world.events.flatMap((event, index) =>
      event.type === type && world.nameOf(event.agentId) === name ? [times[index] ?? Number.NaN] : [],
    );
  const requestsOf = (name: string): readonly ModelRequest[] =>
    world.requests.flatMap(({request, name: each}) => (each === name ? [request] : []));
  const choices = (name: string) => requestsOf(name).map(({toolChoice}) => toolChoice);
  return {world, when, choices, requestsOf};
}

const outcomeOf = ({events, idOf}: World, name: string) =>
  events.find(
    (event): event is Extract<StampedEvent, {type: 'run_finished'}> =>
      event.type === 'run_finished' && event.agentId === idOf(name),
  );

async function expectNothingLeft({session, settle, sleepers, running}: World): Promise<void> {
  expect(session.isRunning).toBe(false);
  expect(sleepers()).toBe(0);
  const closed = session.close();
  await settle();
  await closed;
  expect(running()).toBe(0);
}

/** What the model is told of a call that was never run. */
const unstarted = 'Interrupted: the call did not start, so it did nothing.';

describe('a cap on time', () => {
  it('ends a call that runs on, whose partial output is its result, and lets one request out for a report', async () => {
    const {world, when, choices, requestsOf} = await play(root(timed('child', call('Half', 'x'))));
    expect(when('child', 'tool_finished')).toEqual([60]);
    expect(choices('child')).toEqual(['auto', 'none']);
    expect(lastResults(requestsOf('child'), 'child')).toEqual(['half of it']);
    expect(mailOf(requestsOf('child'), 'child')).toEqual([
      expect.stringMatching(/^The budget of 60 s is used up\. .*This is your last message, and it can call no tools/),
    ]);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'budget', text: 'child reports', steps: 2});
    expect(lastResults(requestsOf('root'), 'root')[0]).toContain('child reports');
    expect(when('root', 'run_finished')).toEqual([60]);
    await expectNothingLeft(world);
  });

  it('ends a reply that hangs; what had come of it stays', async () => {
    const {world, when, choices, requestsOf} = await play(root(timed('child', {hang: true})));
    expect(choices('child')).toEqual(['auto', 'none']);
    expect(JSON.stringify(requestsOf('child')[1]?.messages)).toContain('"text":"chil');
    expect(when('child', 'agent_finished')).toEqual([60]);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'budget', text: 'child reports'});
    await expectNothingLeft(world);
  });

  it('does not wait for a call that does not hear of it', async () => {
    const {world, when} = await play(root(timed('child', call('Change', 'deaf 0'))));
    expect(when('child', 'agent_finished')).toEqual([61]);
    await expectNothingLeft(world);
  });

  it('starts none of the calls that are left, and no agent', async () => {
    const step: Step = {
      calls: [
        {name: 'Half', input: {value: 'x'}},
        {name: 'Peek', input: {value: 'works 0'}},
        {name: 'Agent', input: {prompt: 'p', description: 'late'}},
      ],
    };
    const {world, requestsOf} = await play(root(timed('child', step)));
    expect(lastResults(requestsOf('child'), 'child')).toEqual(['half of it', unstarted, unstarted]);
    expect(world.session.agents.snapshot()).toHaveLength(2);
    await expectNothingLeft(world);
  });

  it('ends a question that nobody answers', async () => {
    const {world, when, requestsOf} = await play(root(timed('child', call('Peek', 'works 0'))), {
      permissions: {
        decide: ({tool}) => ({verdict: tool === 'Peek' ? 'ask' : 'allow'}),
        ask: (_, signal) => forever(signal),
      },
    });
    expect(world.events.find(({type}) => type === 'question_answered')).toMatchObject({verdict: 'cancelled'});
    expect(lastResults(requestsOf('child'), 'child')).toEqual([unstarted]);
    expect(when('child', 'agent_finished')).toEqual([60]);
    await expectNothingLeft(world);
  });

  it('ends a question whether an agent may be started, after the second that whoever waits for agents has', async () => {
    const {world, when} = await play(root(timed('child', {spawn: [timed('below')]})), {
      permissions: {
        decide: ({agentId, tool}) => ({verdict: tool === 'Agent' && agentId !== 'main' ? 'ask' : 'allow'}),
        ask: (_, signal) => forever(signal),
      },
    });
    expect(when('child', 'agent_finished')).toEqual([61]);
    await expectNothingLeft(world);
  });

  it('ends a hook that hangs', async () => {
    const hooks: Hooks = {
      matches: (event, tool) => event === 'PreToolUse' && tool === 'Peek',
      run: (_, signal) => forever(signal),
    };
    const {world, when} = await play(root(timed('child', call('Peek', 'works 0'))), {hooks});
    expect(when('child', 'agent_finished')).toEqual([60]);
    await expectNothingLeft(world);
  });

  it('ends a hook that thinks about the end: the answer had come in time, and stands', async () => {
    const hooks: Hooks = {
      matches: event => event === 'SubagentStop',
      run: (_, signal) => forever(signal),
    };
    const {world, when, choices} = await play(root(timed('child')), {hooks});
    expect(when('child', 'agent_finished')).toEqual([60]);
    expect(choices('child')).toEqual(['auto']);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'completed', text: 'child is done'});
    await expectNothingLeft(world);
  });

  it('lets those below report first, in the foreground and in the background, each once', async () => {
    const child: Child = {
      ...timed(
        'child',
        {spawn: [{name: 'back', steps: [hang], background: true}]},
        {spawn: [{name: 'front', steps: [hang]}]},
      ),
    };
    const {world, when, choices, requestsOf} = await play(root(child));
    expect([choices('back'), choices('front')]).toEqual([
      ['auto', 'none'],
      ['auto', 'none'],
    ]);
    expect(choices('child')).toEqual(['auto', 'auto', 'none']);
    const read = JSON.stringify(requestsOf('child').at(-1)?.messages);
    expect(read).toContain('front reports');
    expect(read.split('back reports')).toHaveLength(2);
    for (const name of ['back', 'front', 'child']) expect(when(name, 'agent_finished')).toEqual([60]);
    await expectNothingLeft(world);
  });

  it('above ends those below it, whatever time of their own they have', async () => {
    const {world, when} = await play(root(timed('child', {spawn: [{...timed('below', hang), budget: {minutes: 9}}]})));
    expect([when('below', 'agent_finished'), when('child', 'agent_finished')]).toEqual([[60], [60]]);
    await expectNothingLeft(world);
  });

  it('below ends those below and not their parent', async () => {
    const {world, when, choices} = await play(
      root({...timed('child', {spawn: [timed('below', hang)]}), budget: {minutes: 9}}),
    );
    expect(when('below', 'agent_finished')).toEqual([60]);
    expect(choices('child')).toEqual(['auto', 'auto']);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'completed', text: 'child is done'});
    await expectNothingLeft(world);
  });

  /** A model whose reports stop in the middle, until the abort. */
  const stuckReports = (model: ScriptedModel): ScriptedModel => ({
    ...model,
    async *stream(request, signal) {
      let count = 0;
      for await (const event of model.stream(request, signal)) {
        yield event;
        if (request.toolChoice !== 'none' || event.type !== 'content_block_delta') continue;
        count += 1;
        if (count === 2) await forever(signal);
      }
    },
  });

  it('lets a report take a minute and no more, and hands back what there is of it', async () => {
    const {world, when, choices} = await play(root(timed('child', hang)), {around: stuckReports});
    expect(when('child', 'agent_finished')).toEqual([120]);
    expect(choices('child')).toEqual(['auto', 'none']);
    const {text = '', reason} = outcomeOf(world, 'child') ?? {};
    expect('child reports'.startsWith(text)).toBe(true);
    expect([text.length > 0, reason]).toEqual([true, 'budget']);
    await expectNothingLeft(world);
  });

  it('shares that minute among all reports that follow one another, so that everyone above has a part', async () => {
    const low: Child = {name: 'low', steps: [hang]};
    const deep = timed('child', {spawn: [{name: 'middle', steps: [{spawn: [low, {...low, name: 'beside'}]}]}]});
    const {world, when} = await play(root(deep), {around: stuckReports});
    const ends = ['low', 'beside', 'middle', 'child'].map(name => when(name, 'agent_finished'));
    expect(ends).toEqual([[80], [80], [100], [120]]);
    for (const name of ['low', 'beside', 'middle', 'child']) {
      const {text = '', reason} = outcomeOf(world, name) ?? {};
      expect([text.length > 0, `${name} reports`.startsWith(text), reason]).toEqual([true, true, 'budget']);
    }
    await expectNothingLeft(world);
  });

  it('further up gives those below no minute of their own after it', async () => {
    const low: Child = {...timed('low', hang), budget: {minutes: 1.5}};
    const {world, when} = await play(root(timed('child', {spawn: [low]})), {around: stuckReports});
    expect([when('low', 'agent_finished'), when('child', 'agent_finished')]).toEqual([[90], [120]]);
    await expectNothingLeft(world);
  });

  it('says nothing to an agent whose answer came in time', async () => {
    const {world, choices} = await play(root(timed('child', call('Peek', 'works 3'))));
    expect(choices('child')).toEqual(['auto', 'auto']);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'completed'});
    await expectNothingLeft(world);
  });

  it('ends the waiting for what others have booked', async () => {
    const slow = (
      model: ScriptedModel,
      clock: {sleep(ms: number, signal: AbortSignal): Promise<void>},
    ): ScriptedModel => ({
      ...model,
      async *stream(request, signal) {
        if (planOf(request).name === 'greedy') await clock.sleep(300_000, signal);
        yield* model.stream(request, signal);
      },
    });
    const clock = createVirtualClock();
    const {world, when} = await play(root({...timed('greedy'), budget: {}}, timed('child')), {
      budget: {tokens: 20_000},
      around: model => slow(model, clock),
      clock,
    });
    expect(when('child', 'request_started')).toEqual([]);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'budget', steps: 0});
    expect(when('child', 'agent_finished')).toEqual([60]);
    await expectNothingLeft(world);
  });

  it('ends it also where the cap is a part of a millisecond later than any clock tells', async () => {
    const minutes = 0.27;
    // Else this shows nothing: it is a little more than 16.2 s.
    expect(minutes * 60_000).toBeGreaterThan(16_200);
    const clock = createVirtualClock();
    const slow = (model: ScriptedModel): ScriptedModel => ({
      ...model,
      async *stream(request, signal) {
        if (planOf(request).name === 'greedy') await clock.sleep(300_000, signal);
        yield* model.stream(request, signal);
      },
    });
    const {world, when} = await play(root({...timed('greedy'), budget: {}}, {...timed('child'), budget: {minutes}}), {
      budget: {tokens: 20_000},
      around: slow,
      clock,
    });
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'budget', steps: 0});
    expect(when('child', 'agent_finished')).toEqual([16.201]);
    await expectNothingLeft(world);
  });

  it('is of no weight after an interrupt: the agent was stopped, and reports nothing', async () => {
    const {world, choices} = await play(root(timed('child', hang)), {
      watch({type, agentId}, session) {
        if (type === 'tool_started' && agentId === 'agent-1') queueMicrotask(session.interrupt);
      },
    });
    expect(choices('child')).toEqual(['auto']);
    expect(outcomeOf(world, 'child')).toMatchObject({reason: 'aborted'});
    await expectNothingLeft(world);
  });
});
