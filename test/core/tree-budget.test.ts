/**
 * Budgets under chance: random trees with caps of every kind at random levels, agents side by side, a model whose
 * requests take time and use whatever was booked for them, or more. A failing run prints its seed and path.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Hooks} from '../../src/core/policy.js';
import type {ModelEvent, ModelRequest} from '../../src/core/ports.js';
import type {BudgetLimits} from '../../src/core/tree.js';
import type {Entry, MessageParam, Usage} from '../../src/core/types.js';
import {addUsage, noUsage} from '../../src/core/usage.js';
import {estimateInput} from '../../src/core/window.js';
import {createScriptedModel, type ScriptedModel} from '../../src/providers/scripted.js';
import {createVirtualClock} from '../support/clock.js';
import {grow, openWorld, type PlannedNode, type Shape, shapes, type World} from '../support/random-tree.js';
import {runs} from '../support/runs.js';
import {forever} from '../support/runtime.js';
import {planOf, replyTo} from '../support/tree.js';

const part = fc.double({min: 0, max: 1, noNaN: true});
/** What one request does: parts of what was booked, seconds, and whether it is cut once and tried again. */
const request = fc.record({
  input: part,
  cached: part,
  written: part,
  output: fc.oneof(part, fc.constant(0.01), fc.constant(1)),
  seconds: fc.nat({max: 30}),
  isCut: fc.boolean(),
});
/** A server that answers some day, or never. */
const stuck = fc.oneof(
  {weight: 6, arbitrary: request},
  {weight: 1, arbitrary: request.map(each => ({...each, seconds: Infinity}))},
);
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

const limits: fc.Arbitrary<BudgetLimits> = fc.record(
  {
    usd: fc.double({min: 0.02, max: 0.6, noNaN: true}),
    tokens: fc.integer({min: 6_000, max: 150_000}),
    ms: fc.integer({min: 10_000, max: 300_000}),
  },
  {requiredKeys: []},
);
const tokensOnly = fc.record({tokens: fc.integer({min: 6_000, max: 150_000})});
const scenario = fc.record({
  all: shapes,
  /** Of the root, and of the agents by their numbers. */
  rootCap: fc.oneof(limits, tokensOnly, fc.constant(null)),
  caps: fc.array(fc.option(limits, {freq: 3, nil: null}), {minLength: 12, maxLength: 12}),
  requests: fc.array(request, {minLength: 1, maxLength: 20}),
  /** Everything is aborted at this event. */
  abortAt: fc.option(fc.integer({min: 1, max: 600}), {freq: 3, nil: null}),
  /** Characters that the results of calls have, and answers, one after the other. */
  sizes: fc.constant<number[]>([]),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
/** All of the tree stands under a cap on time, so that anything in it may hang. */
const timed: fc.Arbitrary<Scenario> = fc.record({
  all: shapes,
  rootCap: fc.record({ms: fc.integer({min: 10_000, max: 300_000})}),
  caps: fc.array(fc.option(fc.record({ms: fc.integer({min: 1_000, max: 200_000})}), {nil: null}), {
    minLength: 12,
    maxLength: 12,
  }),
  requests: fc.array(stuck, {minLength: 1, maxLength: 20}),
  abortAt: fc.option(fc.integer({min: 1, max: 600}), {freq: 6, nil: null}),
  sizes: fc.constant<number[]>([]),
});
/** Results and reports of every size, larger than all that is left too. */
const wordy: fc.Arbitrary<Scenario> = fc.record({
  all: shapes,
  rootCap: fc.oneof(limits, tokensOnly),
  caps: fc.array(fc.option(limits, {freq: 3, nil: null}), {minLength: 12, maxLength: 12}),
  requests: fc.array(
    request.map(each => ({...each, isCut: false})),
    {minLength: 1, maxLength: 20},
  ),
  abortAt: fc.constant(null),
  sizes: fc.array(fc.oneof(fc.nat({max: 400}), fc.nat({max: 100_000})), {minLength: 1, maxLength: 8}),
});

const tokensOf = ({input, output, cacheRead, cacheWrite}: Usage): number => input + output + cacheRead + cacheWrite;
const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);

const isHanging = ({end}: Shape): boolean => end !== 'says so' && end !== 'fails' && end !== 'refuses';

/** What core estimates a request's input to be, from the request and from what the agent's last one used. */
function estimateOf(
  {system, tools, messages}: ModelRequest,
  last: {readonly entries: number; readonly tokens: number},
): number {
  const history: Entry[] = messages.map((message: MessageParam) => ({id: '', message}));
  return estimateInput({history, measured: last}, {system, definitions: tools});
}

interface Departure {
  readonly name: string;
  readonly toolChoice: 'auto' | 'none';
  readonly at: number;
  /** When it was answered or given up. */
  endedAt: number;
  /** How many events there had been when its agent said something last, before it announced the request. */
  readonly since: number;
}

/**
 * Plays a tree in which each request uses what the scenario says; `excess` times as much input as was estimated. Nothing
 * hangs in it unless it may.
 */
async function play({all, rootCap, caps: others, requests, abortAt, sizes}: Scenario, excess: number, mayHang = false) {
  let sized = 0;
  const nextWords = (): string => 'x'.repeat(sizes[sized++ % sizes.length] ?? 0);
  /** Adds to what calls give. */
  const hooks: Hooks = {
    matches: event => event === 'PostToolUse',
    run: async () => ({context: nextWords()}),
  };
  const caps = [rootCap, ...others];
  const clock = createVirtualClock();
  const shapes = all.map((shape, index) => {
    const budget = index === 0 ? null : caps[index];
    const isTamed = isHanging(shape) && !mayHang;
    return {...shape, ...(isTamed && {end: 'says so' as const}), ...(budget && {budget})};
  });
  const nodes = grow(shapes);
  const measured = new Map<string, {readonly entries: number; readonly tokens: number}>();
  const departures: Departure[] = [];
  const times: number[] = [];
  const startedAt = clock.now();

  const around = (): ScriptedModel => {
    let used: Usage = noUsage;
    const scripted = createScriptedModel(request => {
      const reply = replyTo(request);
      const text = reply.calls ? reply.text : `${reply.text} ${nextWords()}`;
      return {...reply, ...(text !== undefined && {text}), chunk: 10_000, usage: used};
    });
    return {...scripted, stream};
    async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const departure = depart(request);
      try {
        yield* answer(request, signal);
      } finally {
        departure.endedAt = clock.now();
      }
    }
    function depart(request: ModelRequest): Departure {
      const {name} = planOf(request);
      const since = world.events.findLastIndex(
        ({agentId, type}) => world.nameOf(agentId) === name && type !== 'request_started',
      );
      const {toolChoice} = request;
      const departure = {name, toolChoice, at: clock.now(), endedAt: Infinity, since: since + 1};
      departures.push(departure);
      return departure;
    }
    async function* answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const {name} = planOf(request);
      const own = requests[(departures.length - 1) % requests.length];
      if (!own) throw new Error('a scenario without a request');
      const estimated = estimateOf(request, measured.get(name) ?? {entries: 0, tokens: 0});
      const usage = toUsage(own, Math.floor(estimated * excess), request.maxTokens);
      if (own.seconds === Infinity) await forever(signal);
      if (own.seconds > 0) await clock.sleep(own.seconds * 1_000, signal);
      if (own.isCut) {
        used = {...usage, output: 1};
        for await (const event of scripted.stream(request, signal)) {
          yield event;
          if (event.type === 'message_start') break;
        }
        yield {type: 'attempt_retracted', reason: 'cut'};
      }
      used = usage;
      for await (const event of scripted.stream(request, signal)) {
        const {length} = request.messages;
        if (event.type === 'message_stop') measured.set(name, {entries: length + 1, tokens: tokensOf(usage)});
        yield event;
      }
    }
  };
  const world = openWorld({
    clock,
    around,
    budget: caps[0] ?? {},
    hooks: sizes.length > 0 ? hooks : null,
    onEvent(_, count) {
      times.push(clock.now());
      if (count === abortAt) queueMicrotask(() => void world.session.abort());
    },
  });
  await world.play(JSON.stringify(nodes[0]?.plan));
  const levels: readonly Level[] = nodes.flatMap(({name}, index) => {
    const limits = caps[index];
    const start = world.events.findIndex(
      ({type, agentId}) => type === 'agent_started' && world.nameOf(agentId) === name,
    );
    if (!limits || (start < 0 && index > 0)) return [];
    return [{limits, startedAt: times[start] ?? startedAt, names: new Set([name, ...below(nodes, name)])}];
  });
  return {world, departures, levels, times, measured};
}
type Played = Awaited<ReturnType<typeof play>>;

/** A cap, and whose spending it holds. */
interface Level {
  readonly limits: BudgetLimits;
  readonly startedAt: number;
  readonly names: ReadonlySet<string>;
}

function below(nodes: readonly PlannedNode[], name: string): readonly string[] {
  return nodes.flatMap(node => (node.parent === name ? [node.name, ...below(nodes, node.name)] : []));
}

function toUsage({input, cached, written, output}: Request, most: number, maxTokens: number): Usage {
  const whole = Math.floor(most * (0.5 + input / 2));
  const cacheRead = Math.floor(whole * cached);
  const cacheWrite = Math.floor((whole - cacheRead) * written);
  const answer = Math.max(1, Math.floor(maxTokens * output));
  return {input: whole - cacheRead - cacheWrite, cacheRead, cacheWrite, output: answer};
}

/** What a level is known to have spent when so many events had been: of replies that were taken back, nothing. */
function spentBy({world}: Played, {names}: Level, events: number): {readonly usd: number; readonly tokens: number} {
  const replies = world.events.slice(0, events).flatMap(event => {
    if (event.type !== 'reply_finished' || !names.has(world.nameOf(event.agentId))) return [];
    return [{usd: event.costUsd ?? 0, tokens: tokensOf(event.usage)}];
  });
  return {usd: sum(replies.map(({usd}) => usd)), tokens: sum(replies.map(({tokens}) => tokens))};
}

/** No request that may call tools leaves after a cap above its agent was reached, and only one that may not. */
function expectNoActionAfterCaps(played: Played): number {
  const {departures, levels, times} = played;
  let reports = 0;
  for (const {name, toolChoice, since} of departures) {
    if (toolChoice === 'none') reports += 1;
    for (const level of levels.filter(({names}) => names.has(name))) {
      const {usd = Infinity, tokens = Infinity, ms = Infinity} = level.limits;
      const spent = spentBy(played, level, since);
      const isReached = spent.usd >= usd || spent.tokens >= tokens || (times[since - 1] ?? 0) - level.startedAt >= ms;
      if (isReached) expect(toolChoice).toBe('none');
    }
  }
  for (const name of new Set(departures.map(each => each.name))) {
    const own = departures.filter(each => each.name === name).map(({toolChoice}) => toolChoice);
    expect(own.slice(0, -1)).not.toContain('none');
  }
  return reports;
}

/** A call that waits for agents may go on while those report; any other, and any request, ends at the cap. */
function expectCallsInTime({world, departures, levels, times}: Played): number {
  let cut = 0;
  for (const {limits, names, startedAt} of levels) {
    // Through minutes and back it may be a little more, and a clock knows no parts of a millisecond.
    const end = startedAt + (limits.ms ?? Infinity) + 1;
    for (const {name, toolChoice, endedAt} of departures) {
      if (!names.has(name)) continue;
      // All reports together have a minute.
      if (toolChoice === 'none') expect(endedAt).toBeLessThanOrEqual(end + 60_000);
      else expect(endedAt).toBeLessThanOrEqual(end);
    }
    for (const [index, event] of world.events.entries()) {
      if (!names.has(world.nameOf(event.agentId))) continue;
      const at = times[index] ?? Infinity;
      if (event.type === 'tool_started') expect(at).toBeLessThanOrEqual(end);
      if (event.type === 'run_finished') expect(at).toBeLessThanOrEqual(end + 61_000);
      if (event.type !== 'tool_finished') continue;
      if (event.outcome === 'interrupted') cut += 1;
      // What does not hear of its end is given a second.
      if (!isWaiting(world, event.callId)) expect(at).toBeLessThanOrEqual(end + 1_000);
      // A minute for all reports below, and a second for what does not hear.
      else expect(at).toBeLessThanOrEqual(end + 61_000);
    }
  }
  return cut;
}

const isWaiting = ({events}: World, callId: string): boolean =>
  events.some(event => event.type === 'tool_started' && event.callId === callId && event.tool === 'Agent');

/** Who was ended by a cap has said what it had, if it had begun. Returns how many there were. */
function expectReports({world, departures}: Played): number {
  const ended = world.events.flatMap(event =>
    event.type === 'run_finished' && event.reason === 'budget' && event.steps > 0 ? [world.nameOf(event.agentId)] : [],
  );
  for (const name of ended) expect(departures.findLast(each => each.name === name)?.toolChoice).toBe('none');
  return ended.length;
}

/** Picodollars: sums of dollars in another order differ in their last digits. */
const pico = (usd: number | null): number => Math.round((usd ?? Number.NaN) * 1e12);

function expectSums({world}: Played): void {
  const all = world.session.agents.snapshot();
  const spent = world.session.spent();
  expect(spent.usage).toEqual(all.map(({usage}) => usage).reduce(addUsage, noUsage));
  expect(pico(spent.costUsd)).toBe(pico(sum(all.map(({costUsd}) => costUsd ?? Number.NaN))));
}

function expectWithinCaps({world, levels}: Played): void {
  for (const {limits, names} of levels) {
    const own = world.session.agents.snapshot().filter(({id}) => names.has(world.nameOf(id)));
    expect(sum(own.map(({usage}) => tokensOf(usage)))).toBeLessThanOrEqual(limits.tokens ?? Infinity);
    expect(pico(sum(own.map(({costUsd}) => costUsd ?? Number.NaN)))).toBeLessThanOrEqual(pico(limits.usd ?? Infinity));
  }
}

/** With nothing under way all that is not spent can be booked: the answer of the next request may be as long as that allows. */
async function expectNothingHeld({world, measured}: Played, {tokens, ...others}: BudgetLimits): Promise<boolean> {
  if (tokens === undefined || Object.keys(others).length > 0) return false;
  const before = world.requests.length;
  const {usage} = world.session.spent();
  await world.play('go on');
  const next = world.requests[before]?.request;
  const last = measured.get('root');
  if (!next || !last || world.requests[before]?.name !== 'root') return false;
  // Twice the input, for a report after it as well, with 2,000 tokens of results and 1,000 of answer.
  const input = estimateOf(next, before === 0 ? {entries: 0, tokens: 0} : last);
  expect(next.maxTokens).toBe(Math.min(32_000, Math.floor((tokens - tokensOf(usage) - 2 * input - 3_000) / 2)));
  return true;
}

describe('budgets of a tree', () => {
  it('are passed on no level, as long as no request uses more than was booked for it', async () => {
    const seen = {reports: 0, bare: 0};
    await fc.assert(
      fc.asyncProperty(scenario, async each => {
        const played = await play(each, 1);
        expect(played.world.session.isRunning).toBe(false);
        expectWithinCaps(played);
        seen.reports += expectNoActionAfterCaps(played);
        expectSums(played);
        const {measured} = played;
        if (await expectNothingHeld({...played, measured: new Map(measured)}, each.rootCap ?? {})) seen.bare += 1;
        await played.world.session.close();
      }),
      runs(100),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('let nothing act after a cap was reached, though requests use more than was booked', async () => {
    let reports = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async each => {
        const played = await play(each, 4);
        expect(played.world.session.isRunning).toBe(false);
        reports += expectNoActionAfterCaps(played);
        expectSums(played);
        await played.world.session.close();
      }),
      runs(100),
    );
    expect(reports).toBeGreaterThan(0);
  });

  it('let nothing run on after a cap on time, however it hangs, and each agent that it ends report', async () => {
    const seen = {calls: 0, replies: 0, reports: 0, stuckReports: 0};
    await fc.assert(
      fc.asyncProperty(timed, async each => {
        const played = await play(each, 1, true);
        const {world, departures} = played;
        expect([world.session.isRunning, world.sleepers(), world.running()]).toEqual([false, 0, 0]);
        expectNoActionAfterCaps(played);
        seen.calls += expectCallsInTime(played);
        seen.replies += world.events.filter(event => event.type === 'reply_finished' && !event.stopReason).length;
        seen.reports += each.abortAt === null ? expectReports(played) : 0;
        expectSums(played);
        seen.stuckReports += departures.filter(
          ({toolChoice, at, endedAt}) => toolChoice === 'none' && endedAt - at > 30_001,
        ).length;
        await played.world.session.close();
      }),
      runs(100),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('always leave room for a report, however large what came before it is', async () => {
    const seen = {reports: 0, shortened: 0};
    await fc.assert(
      fc.asyncProperty(wordy, async each => {
        const played = await play(each, 1);
        const {world} = played;
        expectWithinCaps(played);
        seen.reports += expectReports(played);
        expectSums(played);
        const entries = world.events.filter(({type}) => type === 'entry_appended');
        seen.shortened += entries.filter(entry => JSON.stringify(entry).includes('the budget has no room for')).length;
        await world.session.close();
      }),
      runs(100),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
