import {getEventListeners} from 'node:events';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Interrupted, ProviderError, type ProviderErrorKind} from '../../src/core/errors.js';
import {createGate, type Hold, type Pass} from '../../src/providers/gate.js';
import {noAbort} from '../support/asking.js';
import {createVirtualClock} from '../support/clock.js';
import {type Attempt, type Outage, type SimulatedAgent, type Simulation, simulate} from '../support/outages.js';

const failing = (kind: ProviderErrorKind, more: {status?: number; retryAfterMs?: number; isTransient?: boolean} = {}) =>
  new ProviderError(`it was ${kind}`, {kind, ...more});

/** A gate, and visitors of it: what each was told of why it has to wait, and the pass it got. */
function setUp() {
  const clock = createVirtualClock();
  const gate = createGate({clock, random: () => 1});
  return {
    clock,
    gate,
    visit(model = 'small', signal: AbortSignal = noAbort()) {
      const holds: Hold[] = [];
      const visitor = {holds, pass: null as Pass | null, entered: Promise.resolve()};
      const entrance = gate.enter(model, signal, hold => hold);
      visitor.entered = (async () => {
        for (;;) {
          const {done, value} = await entrance.next();
          if (done) {
            visitor.pass = value;
            return;
          }
          holds.push(value);
        }
      })();
      visitor.entered.catch(() => {});
      return visitor;
    },
  };
}

const noPass: Pass = {answered() {}, failed: () => false, leave() {}};

/** A gate that has just refused a request to `small`. */
async function closed(error = failing('overloaded', {status: 529})) {
  const set = setUp();
  const first = set.visit();
  await first.entered;
  first.pass?.failed(error);
  first.pass?.leave();
  return set;
}

describe('a gate', () => {
  it.each<ProviderErrorKind>(['overloaded', 'rate_limited', 'server_error', 'timeout'])(
    'holds back requests to one model after %s, and to no other',
    async kind => {
      const {clock, visit} = await closed(failing(kind));
      const [same, other] = [visit('small'), visit('large')];
      await clock.advance(0);
      expect([same.pass, other.pass]).toEqual([null, expect.anything()]);
      expect(same.holds).toMatchObject([{closure: {error: {kind}, until: clock.now() + 500}, isNext: true}]);
    },
  );

  it('holds back every request when there is no connection', async () => {
    const {clock, visit} = await closed(failing('network'));
    const [same, other] = [visit('small'), visit('large')];
    await clock.advance(0);
    expect([same.pass, other.pass]).toEqual([null, null]);
    expect([same, other].map(({holds}) => holds[0]?.closure.error.kind)).toEqual(['network', 'network']);
    expect([same, other].map(({holds}) => holds[0]?.isNext)).toEqual([true, false]);
  });

  it.each([
    ['an answer that broke off', failing('cut')],
    ['an answer that is none', failing('garbage', {status: 200})],
    ['a request that is refused for good', failing('invalid_request', {status: 400})],
    ['a refusal for load that the server calls final', failing('rate_limited', {status: 429, isTransient: false})],
  ])('holds back nobody after %s', async (_, error) => {
    const {clock, visit} = await closed(error);
    const next = visit();
    await clock.advance(0);
    expect([next.pass, clock.sleepers]).toEqual([expect.anything(), 0]);
  });

  it('takes any answer, a refusal too, for a sign that there is a connection', async () => {
    const {clock, visit} = await closed(failing('network'));
    const [small, large] = [visit('small'), visit('large')];
    await clock.advance(500);
    small.pass?.failed(failing('overloaded', {status: 529}));
    const behind = visit('small');
    await clock.advance(0);
    expect([large.pass, behind.pass]).toEqual([expect.anything(), null]);
  });

  it('lets those who were refused stand in line behind those who were not yet', async () => {
    const {clock, visit} = await closed();
    const turns: string[] = [];
    const join = (name: string) => {
      const visitor = visit();
      void visitor.entered.then(() => turns.push(name));
      return visitor;
    };
    let standing = ['a', 'b', 'c'].map(name => ({name, visitor: join(name)}));
    for (let refused = 0; refused < 7; refused += 1) {
      await clock.advance(60_000);
      const probing = standing.filter(({visitor}) => visitor.pass !== null);
      expect(probing.map(({name}) => name)).toEqual(turns.slice(-1));
      for (const {name, visitor} of probing) {
        visitor.pass?.failed(failing('overloaded'));
        visitor.pass?.leave();
        standing = [...standing.filter(each => each.visitor !== visitor), {name, visitor: join(name)}];
      }
    }
    expect(turns.join('')).toBe('abcabca');
  });

  it('tells who is next, and tells the next one when that one is gone', async () => {
    const {clock, visit} = await closed();
    const abort = new AbortController();
    const [first, second] = [visit('small', abort.signal), visit()];
    await clock.advance(0);
    expect([first, second].map(({holds}) => holds.map(({isNext}) => isNext))).toEqual([[true], [false]]);
    abort.abort();
    await clock.advance(0);
    expect(second.holds.map(({isNext}) => isNext)).toEqual([false, true]);
    await clock.advance(500);
    expect(second.pass).not.toBeNull();
  });

  it('hands the probe on when the one that had it leaves without a word', async () => {
    const {clock, visit} = await closed();
    const [first, second] = [visit(), visit()];
    await clock.advance(500);
    expect([first.pass, second.pass]).toEqual([expect.anything(), null]);
    first.pass?.leave();
    await clock.advance(0);
    expect(second.pass).not.toBeNull();
  });

  it('lets go of whoever is aborted at once, and keeps neither a listener nor a timer', async () => {
    const {clock, visit} = await closed();
    const abort = new AbortController();
    const visitors = [visit('small', abort.signal), visit('small', abort.signal)];
    await clock.advance(0);
    expect([clock.sleepers, getEventListeners(abort.signal, 'abort').length]).toEqual([1, 1]);
    abort.abort();
    expect(clock.sleepers).toBe(0);
    for (const {entered} of visitors) await expect(entered).rejects.toBeInstanceOf(Interrupted);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('gives the turn on of an agent that is aborted in the moment in which it comes', async () => {
    const {clock, visit} = await closed();
    const abort = new AbortController();
    const [first, second, third] = [visit(), visit('small', abort.signal), visit()];
    await clock.advance(500);
    first.pass?.leave();
    abort.abort();
    await expect(second.entered).rejects.toBeInstanceOf(Interrupted);
    expect([second.pass, third.pass]).toEqual([null, expect.anything()]);
  });

  it('passes over whoever is still busy with what it was told, tells it so, and keeps its place', async () => {
    const {clock, gate, visit} = await closed();
    const busy = gate.enter('small', noAbort(), hold => hold);
    expect(await busy.next()).toMatchObject({value: {isNext: true}});
    const second = visit();
    await clock.advance(500);
    expect(second.pass).not.toBeNull();
    expect(await busy.next()).toMatchObject({value: {isNext: false}});
    const [third, entered] = [visit(), busy.next()];
    second.pass?.leave();
    await clock.advance(0);
    expect([(await entered).done, third.pass]).toEqual([true, null]);
  });

  it('forgets whoever stops listening while it waits', async () => {
    const {clock, gate} = await closed();
    const abort = new AbortController();
    const waiting = gate.enter('small', abort.signal, hold => hold);
    expect(await waiting.next()).toMatchObject({done: false});
    expect([clock.sleepers, getEventListeners(abort.signal, 'abort').length]).toEqual([1, 1]);
    await waiting.return(noPass);
    expect([clock.sleepers, getEventListeners(abort.signal, 'abort').length]).toEqual([0, 0]);
  });
});

const minutes = 60_000;
const anAgent = (model: fc.Arbitrary<string>, abortMs: fc.Arbitrary<number | null>): fc.Arbitrary<SimulatedAgent> =>
  fc.record({
    model,
    startMs: fc.nat(2 * minutes),
    latencyMs: fc.integer({min: 1, max: 5_000}),
    steps: fc.integer({min: 1, max: 4}),
    abortMs,
  });
const anOutage = (model: fc.Arbitrary<string | null>): fc.Arbitrary<Outage> =>
  fc.record({model, fromMs: fc.nat(3 * minutes), forMs: fc.nat(5 * minutes)});
const never = fc.constant(null);
const sometimes = fc.option(fc.nat(8 * minutes), {nil: null});

/** Chances that are evenly spread: fast-check likes the ends, and chances near zero make waits without number. */
const chances = fc.infiniteStream(fc.noBias(fc.integer({min: 0, max: 1_000})).map(chance => chance / 1_000));

const scenario = (abortMs: fc.Arbitrary<number | null>) =>
  fc.record({
    agents: fc.array(anAgent(fc.constantFrom('small', 'large'), abortMs), {minLength: 2, maxLength: 8}),
    outages: fc.array(anOutage(fc.constantFrom('small', 'large', null)), {minLength: 1, maxLength: 4}),
    chances,
  });

const run = ({agents, outages, chances}: {agents: SimulatedAgent[]; outages: Outage[]; chances: fc.Stream<number>}) =>
  simulate({agents, outages, maxAttempts: null, random: () => chances.next().value ?? 0});

type Outcome = Attempt['outcome'];

/** The most requests that were on their way at once, of those sent after one failed so and before one was answered. */
function mostProbes({happenings}: Simulation, failure: Outcome, concerns: (attempt: Attempt) => boolean): number {
  let probing: Set<Attempt> | null = null;
  let most = 0;
  for (const {attempt, isEnd} of happenings.filter(each => concerns(each.attempt))) {
    if (!isEnd) probing?.add(attempt);
    else if (attempt.outcome === failure && (probing === null || probing.has(attempt))) probing = new Set();
    else if (attempt.outcome === 'aborted') probing?.delete(attempt);
    else if (probing?.has(attempt)) probing = null;
    most = Math.max(most, probing?.size ?? 0);
  }
  return most;
}

describe('whatever happens to the server and to the agents, a gate', () => {
  const runs = {numRuns: 60};

  it('sends one probe at a time until one is answered, and none before the time that was told', () =>
    fc.assert(
      fc.asyncProperty(scenario(sometimes), async situation => {
        const simulation = await run(situation);
        for (const name of ['small', 'large']) {
          expect(mostProbes(simulation, 'refused', ({model}) => model === name)).toBeLessThanOrEqual(1);
        }
        expect(mostProbes(simulation, 'disconnected', () => true)).toBeLessThanOrEqual(1);
        for (const {sent, toldUntil} of simulation.attempts) expect(sent).toBeGreaterThanOrEqual(toldUntil);
      }),
      runs,
    ));

  it('lets requests to a model go in the order in which they came', () =>
    fc.assert(
      fc.asyncProperty(scenario(sometimes), async situation => {
        const {attempts} = await run(situation);
        for (const one of attempts) {
          for (const other of attempts) {
            if (one.model === other.model && one.joined < other.joined)
              expect(one.sent).toBeLessThanOrEqual(other.sent);
          }
        }
      }),
      runs,
    ));

  it('gets everybody through in the end, and is left without a timer', () =>
    fc.assert(
      fc.asyncProperty(scenario(sometimes), async situation => {
        const {ends, sleepers} = await run(situation);
        for (const [index, {how, atMs}] of ends.entries()) {
          const abortMs = situation.agents[index]?.abortMs ?? Number.POSITIVE_INFINITY;
          if (how === 'aborted') expect(atMs).toBe(abortMs);
          else expect([how, atMs <= abortMs]).toEqual(['done', true]);
        }
        expect(sleepers).toBe(0);
      }),
      runs,
    ));

  it('lets nothing that happens to one model touch another', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anAgent(fc.constant('large'), sometimes), {minLength: 1, maxLength: 5}),
        fc.array(anAgent(fc.constant('small'), sometimes), {minLength: 1, maxLength: 5}),
        fc.array(anOutage(fc.constant('large')), {maxLength: 2}),
        fc.array(anOutage(fc.constant('small')), {minLength: 1, maxLength: 3}),
        async (large, small, ofLarge, ofSmall) => {
          const random = () => 1;
          const options = {maxAttempts: null, random};
          const alone = await simulate({...options, agents: large, outages: ofLarge});
          const beside = await simulate({...options, agents: [...large, ...small], outages: [...ofLarge, ...ofSmall]});
          expect(beside.attempts.filter(({model}) => model === 'large')).toEqual(alone.attempts);
          expect(beside.ends.slice(0, large.length)).toEqual(alone.ends);
          expect(beside.told.slice(0, large.length)).toEqual(alone.told);
        },
      ),
      runs,
    ));

  it('ends every request whose attempts are counted, also of those that only stood in line', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anAgent(fc.constantFrom('small', 'large'), never), {minLength: 1, maxLength: 12}),
        fc.constantFrom('small', null),
        chances,
        async (agents, model, chance) => {
          const outages = [{model, fromMs: 0, forMs: Number.POSITIVE_INFINITY}];
          const random = () => chance.next().value ?? 0;
          const {ends, attempts, sleepers} = await simulate({agents, outages, maxAttempts: 10, random});
          for (const [index, {how, atMs}] of ends.entries()) {
            const agent = agents[index];
            if (agent?.model === 'large' && model !== null) expect(how).toBe('done');
            else {
              expect(how).toBeInstanceOf(ProviderError);
              expect((how as ProviderError).message).toMatch(/Gave up after \d+ more attempts/);
              // Ten back-offs, and as many requests of whoever is the slowest.
              expect(atMs - (agent?.startMs ?? 0)).toBeLessThan(10 * 32_000 + 12 * 5_000);
            }
            expect(attempts.filter(each => each.agent === index && each.outcome !== 'answered').length).toBeLessThan(
              12,
            );
          }
          expect(sleepers).toBe(0);
        },
      ),
      runs,
    ));
});
