/** A tree of agents while the server of their model is overloaded for a quarter of an hour: over real HTTP, in time that the test owns. */
import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, it, onTestFinished} from 'vitest';
import type {Model} from '../../src/core/ports.js';
import {createAnthropicModel} from '../../src/providers/anthropic.js';
import {lookUp} from '../../src/providers/catalog.js';
import {createGate} from '../../src/providers/gate.js';
import {retrying} from '../../src/providers/retrying.js';
import {createVirtualClock, realClock} from '../support/clock.js';
import {errorReply, startModelServer, textReply, toolReply} from '../support/model-server.js';
import {runTurn, unanswered} from '../support/runtime.js';
import {ask, openTree, type Plan, replyTo} from '../support/tree.js';

const minutes = 60_000;

it('parks every agent, probes once a back-off step, and finishes with every result', {timeout: 30_000}, async () => {
  /** Requests that were sent and not answered whole: however long that takes the machine, meanwhile no time passes. */
  let unheard = 0;
  const clock = createVirtualClock(0, () => unheard > 0);
  const outage = {from: 0, until: 15 * minutes};
  /** When each request came, how many were on their way then, and whether it was refused. */
  const seen: {readonly at: number; readonly others: number; readonly isRefused: boolean}[] = [];
  let underway = 0;
  let ids = 0;
  const server = await startModelServer(({body}) => async (response, request) => {
    const {calls = [], text = ''} = replyTo({messages: body.messages, toolChoice: 'auto'} as never);
    // The root has begun, and its agents are at work, when the server gives in.
    const isRefused = clock.now() < outage.until && seen.length >= 4;
    seen.push({at: clock.now(), others: underway, isRefused});
    underway += 1;
    await nextTurn();
    underway -= 1;
    if (isRefused) return errorReply(529, 'overloaded_error', 'Overloaded')(response, request);
    const named = calls.map(({name, input}) => ({name, input, id: `toolu_${++ids}`}));
    return (named.length > 0 ? toolReply(named) : textReply(text))(response, request);
  });
  onTestFinished(server.close);
  const credential = {type: 'key', value: 'k', source: 'ANTHROPIC_API_KEY'} as const;
  const env = {ANTHROPIC_BASE_URL: server.url};
  const wire = createAnthropicModel({info: lookUp('haiku'), credential, env, clock: realClock});
  let sent = 0;
  const heard: Model = {
    info: wire.info,
    async *stream(request, signal) {
      unheard += 1;
      sent += 1;
      try {
        // One of those that are on their way when the server gives in comes long after the others.
        if (sent === 6) for (let turn = 0; turn < 60; turn += 1) await nextTurn();
        yield* wire.stream(request, signal);
      } finally {
        unheard -= 1;
      }
    },
  };
  const model = retrying(heard, {
    ...{gate: createGate({clock, random: () => 1}), clock, random: () => 1},
    policy: {maxAttempts: null},
  });
  const looks = (name: string): Plan => ({
    name,
    steps: [1, 2, 3].map(step => ({calls: [{name: 'Look', input: {value: `${name}${step}`}}]})),
  });
  const branch = (name: string): Plan => ({name, steps: [{spawn: [looks(`${name}x`), looks(`${name}y`)]}]});
  const {session} = openTree({model, clock, limits: {live: 16}});
  const logs: unknown[] = [];
  const watcher = session.observe({filter: ({type}) => type === 'tool_finished' || type === 'agent_finished'});
  const run = runTurn(session, ask({name: 'root', steps: [{spawn: ['a', 'b', 'c'].map(branch)}]}));
  let isDone = false;
  void run.finally(() => {
    isDone = true;
  });
  while (!isDone) if (!(await clock.step())) await nextTurn();
  const {outcome} = await run;
  logs.push(...watcher.drain());

  expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
  expect(unanswered(session.history)).toEqual([]);
  const ends = logs as readonly {readonly type: string; readonly outcome?: string; readonly state?: string}[];
  expect(ends.filter(({type}) => type === 'agent_finished').map(({state}) => state)).toEqual(Array(9).fill('done'));
  const looked = ends.filter(({type}) => type === 'tool_finished');
  // Three looks of each of six agents, and the calls that started nine of them.
  expect(looked.map(each => each.outcome)).toEqual(Array(27).fill('ok'));

  const refused = seen.filter(({isRefused}) => isRefused);
  const burst = refused.findIndex(({at}) => at > (refused[0]?.at ?? 0));
  const probes = [refused[burst - 1], ...refused.slice(burst)].map(each => each?.at ?? 0);
  const steps = probes.slice(1).map((at, index) => at - (probes[index] ?? 0));
  const expected = steps.map((_, index) => Math.min(32_000, 500 * 2 ** index));
  expect(steps).toEqual(expected);
  expect(refused.slice(burst).every(({others}) => others === 0)).toBe(true);
  expect(clock.now()).toBeGreaterThanOrEqual(outage.until);
  expect(clock.now()).toBeLessThan(outage.until + 40_000);
  expect(clock.sleepers).toBe(0);
});
