/** Trees of agents whose models fail by chance, each in its own way: another one takes over, and every law holds. */
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {ProviderError} from '../../src/core/errors.js';
import type {Model, ModelInfo} from '../../src/core/ports.js';
import type {LogRecord} from '../../src/core/records.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {runs} from '../support/runs.js';
import {runTurn, unanswered} from '../support/runtime.js';
import {ask, openTree, type Plan, replyTo, typeOf} from '../support/tree.js';

const half = 'THE HALF OF A REPLY';
const ways = ['answers', 'answers', 'answers', 'is overloaded', 'breaks off', 'is gone'] as const;
type Way = (typeof ways)[number];

const plan: fc.Arbitrary<Plan> = fc.letrec<{plan: Plan}>(tie => ({
  plan: fc.record({
    name: fc.string({unit: fc.constantFrom(...'abcdef'), minLength: 4, maxLength: 8}),
    steps: fc.array(
      fc.record({
        text: fc.constant('I go on.'),
        calls: fc.array(
          fc.constantFrom('x', 'y').map(value => ({name: 'Look', input: {value}})),
          {maxLength: 2},
        ),
        spawn: fc.oneof({depthSize: 'small', maxDepth: 2}, fc.constant([]), fc.array(tie('plan'), {maxLength: 2})),
      }),
      {maxLength: 2},
    ),
  }),
})).plan;

const dollars = (input: number, output: number) => ({input, output, cacheRead: 0, cacheWrite: 0});

/** A model that goes these ways, one a request, then answers. */
function fickle(info: Partial<ModelInfo>, going: readonly Way[]): Model {
  return createScriptedModel((request, index) => {
    const way = going[index] ?? 'answers';
    const reply = replyTo(request);
    if (way === 'answers') return reply;
    const kind = way === 'is gone' ? 'not_found' : 'overloaded';
    const ending = new ProviderError(`It ${way}.`, {kind, status: way === 'is gone' ? 404 : 529});
    // Reads of a reply that breaks off may have begun.
    return way === 'breaks off'
      ? {text: half, calls: [{name: 'Look', input: {value: 'x'}}], after: 10, ending}
      : {ending};
  }, info);
}

const byName = (name: string): Plan['steps'] => [{calls: [{name: 'Look', input: {value: name}}]}];

it('another one takes over, with every call answered, every cent counted, and nothing kept of what was taken back', async () => {
  await fc.assert(
    fc.asyncProperty(
      plan,
      fc.array(fc.constantFrom(...ways), {maxLength: 12}),
      fc.array(fc.constantFrom(...ways), {maxLength: 12}),
      async (tree, ofFirst, ofSecond) => {
        const records = new Map<string, LogRecord[]>();
        const logOf = (id: string) => ({
          write: (record: LogRecord) => void records.set(id, [...(records.get(id) ?? []), record]),
          sync: () => {},
        });
        const {session} = openTree({
          model: fickle({id: 'first', price: dollars(3, 15)}, ofFirst),
          fallbacks: [
            fickle({id: 'second', price: dollars(1, 5)}, ofSecond),
            createScriptedModel(replyTo, {id: 'third', price: dollars(2, 10)}),
          ],
          types: [typeOf('worker')],
          limits: {live: 100, children: 50, spawnsPerTurn: 500, depth: 10},
          store: {root: logOf('main'), below: logOf},
        });
        const watcher = session.observe({bound: 100_000});
        const {outcome} = await runTurn(session, ask({...tree, steps: [...byName('root'), ...tree.steps]}));
        const events = watcher.drain();
        // The last one always answers.
        expect(outcome.reason).toBe('completed');
        expect(unanswered(session.history)).toEqual([]);
        expect(JSON.stringify([session.history, [...records.values()]])).not.toContain(half);
        const started = events.flatMap(event => (event.type === 'agent_started' ? [event.agentId] : []));
        const ended = events.flatMap(event => (event.type === 'agent_finished' ? [[event.agentId, event.state]] : []));
        expect(ended.toSorted()).toEqual(started.map(id => [id, 'done']).toSorted());
        const {costUsd, models} = session.spent();
        const ofAgents = session.agents.snapshot().reduce((sum, agent) => sum + (agent.costUsd ?? 0), 0);
        const ofModels = [...models.values()].reduce((sum, each) => sum + (each.costUsd ?? 0), 0);
        const kept = [...records.values()]
          .flat()
          .reduce((sum, each) => sum + (each.type === 'spent' ? (each.costUsd ?? 0) : 0), 0);
        for (const sum of [ofAgents, ofModels, kept]) expect(sum).toBeCloseTo(costUsd ?? -1, 9);
        // Each began with its own, and no reply is ascribed to one that did not give it.
        const asked = events.flatMap(event => (event.type === 'run_started' ? [event.model] : []));
        expect(new Set(asked)).toEqual(new Set(['first']));
        await session.close();
      },
    ),
    runs(60),
  );
}, 60_000);
