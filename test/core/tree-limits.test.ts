/**
 * Trees of a model that never relents: it asks for agents in every reply, under random limits. It ends by itself, and
 * at no instant is there one agent too many. A failing run prints its seed and path.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {maxRefusals} from '../../src/core/endings.js';
import {defaultLimits, type RegistryLimits} from '../../src/core/limits.js';
import type {AgentSnapshot} from '../../src/core/tree.js';
import {createScriptedModel, type ScriptedCall, type ScriptedModel} from '../../src/providers/scripted.js';
import {openWorld} from '../support/random-tree.js';
import {runs} from '../support/runs.js';
import {planOf} from '../support/tree.js';

const limits: fc.Arbitrary<RegistryLimits> = fc.record({
  depth: fc.nat({max: 4}),
  live: fc.nat({max: 12}),
  children: fc.nat({max: 6}),
  spawnsPerTurn: fc.nat({max: 16}),
});
/** What one reply asks for: in the background or not, or for a name that is to go on. */
const wish = fc.constantFrom('foreground', 'foreground', 'background', 'resume');
const scenario = fc.record({
  limits: fc.oneof({weight: 5, arbitrary: limits}, {weight: 1, arbitrary: fc.constant(defaultLimits)}),
  replies: fc.array(fc.array(wish, {minLength: 1, maxLength: 10}), {minLength: 1, maxLength: 6}),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const promptOf = (name: string): string => JSON.stringify({name, steps: []});

/** Every agent asks again and again, and none ever says that it is done. */
function openGreedy({limits, replies}: Scenario) {
  let asked = 0;
  const greedy = createScriptedModel(request => {
    if (request.toolChoice === 'none') return {text: `${planOf(request).name} reports`};
    const first = world.session.agents.snapshot().find(({id}) => id === 'agent-1');
    const mayResume = planOf(request).name === 'root' && first !== undefined && first.endedAt !== null;
    const wishes = replies[asked++ % replies.length] ?? [];
    return {
      chunk: 1_000,
      calls: wishes.map((wish, index) => toCall(wish === 'resume' && !mayResume ? 'background' : wish, index)),
    };
  });
  const around = (): ScriptedModel => greedy;
  let most = {live: 0, depth: 0, children: 0};
  const world = openWorld({
    around,
    limits,
    maxSteps: null,
    onEvent({type}) {
      if (type !== 'agent_started') return;
      const live = world.session.agents.snapshot().filter(({id, endedAt}) => id !== 'main' && endedAt === null);
      const perParent = live.map(({parentId}) => live.filter(each => each.parentId === parentId).length);
      most = {
        live: Math.max(most.live, live.length),
        depth: Math.max(most.depth, ...live.map(({depth}) => depth)),
        children: Math.max(most.children, ...perParent),
      };
    },
  });
  return {world, most: () => most};
}

function toCall(wish: 'foreground' | 'background' | 'resume', index: number): ScriptedCall {
  if (wish === 'resume') return {name: 'SendMessage', input: {to: 'agent-1', message: 'again', resume: true}};
  const input = {
    description: `task ${index}`,
    prompt: promptOf('greedy'),
    subagent_type: 'worker',
    run_in_background: wish === 'background',
  };
  return {name: 'Agent', input};
}

describe('a model that never relents', () => {
  it('comes to its end within the limits, whatever it asks for', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async each => {
        const {world, most} = openGreedy(each);
        await world.play(promptOf('root'));
        const {session, events, requests} = world;
        expect(session.isRunning).toBe(false);
        const {live, depth, children, spawnsPerTurn} = each.limits;
        expect(most().live).toBeLessThanOrEqual(live);
        expect(most().depth).toBeLessThanOrEqual(depth);
        expect(most().children).toBeLessThanOrEqual(children);
        const starts = events.filter(({type}) => type === 'agent_started').length;
        expect(starts).toBeLessThanOrEqual(spawnsPerTurn);
        const ended = ({endedAt, id}: AgentSnapshot): boolean => endedAt !== null || id === 'main';
        expect(session.agents.snapshot().every(ended)).toBe(true);
        const [root] = events.filter(({type, agentId}) => type === 'run_finished' && agentId === 'main');
        expect(root).toMatchObject({reason: 'stopped', error: {kind: 'refused_calls'}, text: 'root reports'});
        // Each run asks so often in vain and reports; each start may come after vain asking, and takes a request itself.
        expect(requests.length).toBeLessThanOrEqual((maxRefusals + 1) * (1 + 2 * starts));
        refused += requests.filter(({request}) => request.toolChoice === 'none').length;
        await session.close();
      }),
      runs(25),
    );
    expect(refused).toBeGreaterThan(0);
  });
});
