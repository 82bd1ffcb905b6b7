/**
 * Agents that one message starts under a small cap, at the prices of real models: what each has to spend, and what it hears before
 * it is spent.
 */
import {describe, expect, it} from 'vitest';
import type {AgentSnapshot} from '../../src/core/tree.js';
import type {Price, StampedEvent} from '../../src/core/types.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {makeTool, runTurn} from '../support/runtime.js';
import {openTree, planOf, spawnCall} from '../support/tree.js';

const sonnet: Price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75};
const opus: Price = {input: 5, output: 25, cacheRead: 0.5, cacheWrite: 6.25};
const names = ['a', 'b', 'c', 'd'];

interface Scene {
  readonly price: Price;
  readonly usd: number;
  readonly isBackground: boolean;
  /** How much larger each one's steps are than those of the others. */
  readonly factors?: readonly number[];
  /** Steps after which each is done; without end unless told. */
  readonly steps?: readonly number[];
  /** How many turns of the event queue a request of the given number takes longer. */
  readonly delay?: (request: number) => number;
}

/** Four agents that would work without end, each step with more to read than the last. */
async function play({price, usd, isBackground, factors = [], steps = [], delay = () => 0}: Scene) {
  const answering = createScriptedModel(
    request => {
      const {name} = planOf(request);
      const at = names.indexOf(name);
      const step = request.messages.filter(({role}) => role === 'assistant').length;
      const usage = {input: 600, cacheRead: 3_500 + 800 * step, output: 300 * (factors[at] ?? 1)};
      if (request.toolChoice === 'none' || (at < 0 && step > 0) || step >= (steps[at] ?? Infinity))
        return {text: `${name} reports`, usage};
      if (at >= 0) return {text: 'on', calls: [{name: 'Read', input: {value: 'it'}}], usage};
      return {calls: names.map(each => spawnCall({name: each, steps: [], background: isBackground})), usage};
    },
    {price},
  );
  const model: typeof answering = {
    ...answering,
    async *stream(request, signal) {
      for (let left = delay(answering.requests.length); left > 0; left -= 1) await null;
      yield* answering.stream(request, signal);
    },
  };
  const read = makeTool('Read', 'reads', () => 'word '.repeat(400));
  const system = 'word '.repeat(3_000);
  const {session} = openTree({
    budget: {usd},
    maxSteps: null,
    around: () => model,
    more: [read],
    system,
    systemFor: () => system,
  });
  const {events} = await runTurn(session, JSON.stringify({name: 'root', steps: []}));
  const {costUsd} = session.spent();
  const agents = session.agents.snapshot().filter(({name}) => name !== null);
  await session.close();
  return {events, model, agents, spent: costUsd ?? Number.NaN};
}

/** What happened to an agent that concerns its budget: steps, the warning, the word that one request is left. */
function course(events: readonly StampedEvent[], id: string): readonly ('step' | 'warning' | 'last')[] {
  return events.flatMap(event => {
    if (event.agentId !== id) return [];
    if (event.type === 'request_started') return ['step'];
    if (event.type !== 'entry_appended' || event.origin !== 'runtime') return [];
    return [JSON.stringify(event.entry.message).includes('nearly spent') ? 'warning' : 'last'];
  });
}

/** Below `most`, drawn anew with each call: the same numbers for the same seed. */
function drawn(seed: number, most: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * most);
  };
}

const costsOf = (agents: readonly AgentSnapshot[]): readonly number[] =>
  agents.map(({costUsd}) => costUsd ?? Number.NaN);

describe.each([
  ['in the foreground', false],
  ['in the background', true],
])('agents that one message starts %s', (_, isBackground) => {
  it.each([
    ['sonnet', 0.5, sonnet],
    ['sonnet', 1, sonnet],
    ['opus', 1, opus],
    ['opus', 3, opus],
  ])('have like shares of what is left, however long each request takes: %s, %f dollars', async (_, usd, price) => {
    for (const delay of [
      () => 0,
      drawn(1, 30),
      drawn(2, 200),
      drawn(3, 800),
      (request: number) => (request % 4) * 300,
    ]) {
      const {agents, spent} = await play({price, usd, isBackground, delay});
      const costs = costsOf(agents);
      expect(costs).toHaveLength(4);
      expect(Math.max(...costs)).toBeLessThan(1.6 * Math.min(...costs));
      // Room for the worst case of a request stays unused, but not half of all.
      expect(spent).toBeGreaterThan(usd / 2);
      expect(spent).toBeLessThanOrEqual(usd);
    }
  });

  it.each([
    ['sonnet', 0.2, sonnet],
    ['sonnet', 0.3, sonnet],
    ['sonnet', 1, sonnet],
    ['opus', 0.3, opus],
    ['opus', 0.5, opus],
    ['opus', 1, opus],
  ])('are warned a step before their last request, however small the cap: %s, %f dollars', async (_, usd, price) => {
    const {events, agents, spent} = await play({price, usd, isBackground});
    expect(spent).toBeLessThanOrEqual(usd);
    const courses = agents.map(({id}) => course(events, id)).filter(own => own.includes('step'));
    expect(courses.length).toBeGreaterThan(0);
    for (const own of courses) {
      const last = own.indexOf('last');
      expect(own.slice(last)).toEqual(['last', 'step']);
      expect(own.slice(own.indexOf('warning'), last)).toContain('step');
    }
  });
});

describe('the share of an agent', () => {
  it('is no larger for one whose steps are dear', async () => {
    const {agents, events} = await play({price: sonnet, usd: 2, isBackground: false, factors: [10]});
    const [dear = Number.NaN, ...others] = costsOf(agents);
    expect(dear).toBeLessThan(0.6);
    for (const cost of others) expect(cost).toBeGreaterThan(0.3);
    const end = events.find(event => event.type === 'run_finished' && event.agentId === agents[0]?.id);
    expect(end).toMatchObject({
      reason: 'budget',
      error: {
        message: expect.stringMatching(/^The budget of \$0\.\d+, an equal part for each of those that were started/),
      },
    });
  });

  it('grows by what others had left when they ended', async () => {
    const {agents} = await play({price: sonnet, usd: 2, isBackground: false, steps: [1, 1]});
    const [one = Number.NaN, other = Number.NaN, ...long] = costsOf(agents);
    expect(Math.max(one, other)).toBeLessThan(0.05);
    for (const cost of long) expect(cost).toBeGreaterThan(0.6);
  });
});
