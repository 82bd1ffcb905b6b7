import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Interrupted, ProviderError, type ProviderErrorKind} from '../../src/core/errors.js';
import type {Model, ModelEvent} from '../../src/core/ports.js';
import {createGate} from '../../src/providers/gate.js';
import type {RetryPolicy} from '../../src/providers/retries.js';
import {retrying} from '../../src/providers/retrying.js';
import {createScriptedModel, type Script, toEvents} from '../../src/providers/scripted.js';
import {aRequest, ask, failureOf, noAbort, textOf} from '../support/asking.js';
import {createVirtualClock, type VirtualClock} from '../support/clock.js';

const failing = (kind: ProviderErrorKind, more: {retryAfterMs?: number; isTransient?: boolean; status?: number} = {}) =>
  new ProviderError(`it was ${kind}`, {kind, ...more});

interface Setup {
  readonly policy?: RetryPolicy;
  /** Like Math.random; the longest wait of each step unless told. */
  readonly random?: () => number;
}

function setUp(script: Script, {policy = {maxAttempts: 10}, random = () => 1}: Setup = {}) {
  const clock = createVirtualClock();
  const scripted = createScriptedModel(script);
  const gate = createGate({clock, random});
  return {clock, scripted, gate, model: retrying(scripted, {gate, clock, random, policy})};
}

/** Lets time pass until the work is done. */
async function finish<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = work.finally(() => {
    isDone = true;
  });
  end.catch(() => {});
  while (!isDone) await clock.step();
  return end;
}

const scheduled = (events: readonly ModelEvent[]) => events.filter(event => event.type === 'retry_scheduled');
const delays = (events: readonly ModelEvent[]) => scheduled(events).map(({delayMs}) => delayMs);

describe('a retrying model', () => {
  it('passes a good answer on as it is', async () => {
    const {model, scripted} = setUp([{text: 'hello there'}]);
    expect(await ask(model)).toEqual(toEvents({text: 'hello there'}, 'scripted'));
    expect(scripted.requests).toEqual([aRequest()]);
  });

  it.each<ProviderErrorKind>(['server_error', 'network', 'cut', 'timeout', 'rate_limited', 'overloaded'])(
    'tries again after %s, with longer and longer waits, and tells each before it begins',
    async kind => {
      const answered = kind === 'network' ? {} : {status: 500};
      const {clock, model, scripted} = setUp(failingFirst(4, failing(kind, answered)));
      const began = clock.now();
      const events = await finish(clock, ask(model));
      expect(scheduled(events)).toEqual(
        [500, 1_000, 2_000, 4_000].map((delayMs, count) => ({
          type: 'retry_scheduled',
          attempt: count + 1,
          maxAttempts: 10,
          delayMs,
          kind,
          message: `it was ${kind}`,
          ...answered,
        })),
      );
      expect(clock.now() - began).toBe(7_500);
      expect(textOf(events)).toBe('done');
      expect(new Set(scripted.requests.map(request => JSON.stringify(request))).size).toBe(1);
    },
  );

  it.each<ProviderErrorKind>(['authentication', 'permission', 'not_found', 'invalid_request', 'context_exceeded'])(
    'fails at once after %s',
    async kind => {
      const failure = failing(kind);
      const {model, scripted} = setUp(failingFirst(1, failure));
      expect(await failureOf(ask(model))).toBe(failure);
      expect(scripted.requests.length).toBe(1);
    },
  );

  it('fails at once when the server says that trying again is useless', async () => {
    const {model, scripted, clock} = setUp(failingFirst(1, failing('rate_limited', {isTransient: false})));
    await failureOf(ask(model));
    expect(scripted.requests.length).toBe(1);
    expect(textOf(await ask(model))).toBe('done');
    expect(clock.sleepers).toBe(0);
  });

  it('takes back what a cut attempt said, and says the answer once', async () => {
    const cut = {text: 'one two three', after: 4, ending: 'cut'} as const;
    const {clock, model} = setUp([cut, {...cut, ending: failing('network')}, {text: 'one two three'}]);
    const events = await finish(clock, ask(model));
    expect(events.map(({type}) => type)).toEqual([
      ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta'],
      ...['attempt_retracted', 'retry_scheduled'],
      ...['message_start', 'content_block_start', 'content_block_delta', 'content_block_delta'],
      ...['attempt_retracted', 'retry_scheduled'],
      ...toEvents({text: 'one two three'}, 'scripted').map(({type}) => type),
    ]);
    expect(textOf(events)).toBe('one two three');
    expect(events.filter(({type}) => type === 'attempt_retracted')).toEqual([
      {type: 'attempt_retracted', reason: 'The answer ended in the middle.'},
      {type: 'attempt_retracted', reason: 'it was network'},
    ]);
  });

  it('takes nothing back when the attempt had said nothing', async () => {
    const {clock, model} = setUp(failingFirst(2, failing('network')));
    const events = await finish(clock, ask(model));
    expect(events.some(({type}) => type === 'attempt_retracted')).toBe(false);
  });

  it('gives up after the attempts of its policy, and says so', async () => {
    for (const kind of ['network', 'overloaded'] as const) {
      const {clock, model, scripted} = setUp(() => ({ending: failing(kind, {status: 529})}), {
        policy: {maxAttempts: 3},
      });
      expect(await failureOf(finish(clock, ask(model)))).toMatchObject({
        kind,
        status: 529,
        message: `it was ${kind} Gave up after 3 more attempts.`,
      });
      expect(scripted.requests.length).toBe(4);
    }
  });

  it('tries three times again what is no answer of this API, even if it tries all else without end', async () => {
    const page = failing('garbage', {status: 200});
    const {clock, model, scripted} = setUp(() => ({ending: page}), {policy: {maxAttempts: null}});
    expect(await failureOf(finish(clock, ask(model)))).toMatchObject({
      kind: 'garbage',
      message: 'it was garbage Gave up after 3 more attempts.',
    });
    expect(scripted.requests.length).toBe(4);
    const passing = setUp(failingFirst(3, page), {policy: {maxAttempts: null}});
    const events = await finish(passing.clock, ask(passing.model));
    expect(delays(events)).toEqual([500, 1_000, 2_000]);
    expect(scheduled(events).map(({attempt, maxAttempts}) => [attempt, maxAttempts])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('says with which try it gives up, also where another failure came between', async () => {
    const [page, cut] = [failing('garbage', {status: 200}), failing('network')];
    const ends = [page, cut, page, page];
    const {clock, model} = setUp((_, index) => ({...(ends[index] ? {ending: ends[index]} : {text: 'ok'})}), {
      policy: {maxAttempts: 10},
    });
    const told = scheduled(await finish(clock, ask(model)));
    expect(told.map(({attempt, maxAttempts}) => [attempt, maxAttempts])).toEqual([
      [1, 3],
      [2, 10],
      [3, 4],
      [4, 4],
    ]);
  });

  it('goes on without end when its policy says so', async () => {
    const {clock, model} = setUp(failingFirst(200, failing('network')), {policy: {maxAttempts: null}});
    const events = await finish(clock, ask(model));
    expect(delays(events).slice(0, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000, 32_000]);
    expect(scheduled(events).at(-1)).toMatchObject({attempt: 200, maxAttempts: null});
  });

  it('waits anywhere between nothing and the step, by chance', async () => {
    const chances = [0, 0.5, 0.25, 1];
    const {clock, model} = setUp(failingFirst(4, failing('network')), {random: () => chances.shift() ?? 0});
    expect(delays(await finish(clock, ask(model)))).toEqual([0, 500, 500, 4_000]);
  });

  it('waits at least as long as the server asks', async () => {
    for (const kind of ['server_error', 'rate_limited'] as const) {
      const {clock, model} = setUp(failingFirst(2, failing(kind, {retryAfterMs: 45_000})));
      expect(delays(await finish(clock, ask(model)))).toEqual([45_000, 45_000]);
    }
  });

  it('does not wait for hours when its attempts are counted, but does when they are not', async () => {
    const failure = failing('rate_limited', {retryAfterMs: 5 * 3_600_000});
    const counted = setUp(failingFirst(1, failure));
    expect(await failureOf(ask(counted.model))).toMatchObject({
      kind: 'rate_limited',
      cause: failure,
      message: `${failure.message} Gave up because the server asks to wait for 5 h, longer than the limit of 10 min.`,
    });
    const patient = setUp(failingFirst(1, failure), {policy: {maxAttempts: null}});
    expect(textOf(await finish(patient.clock, ask(patient.model)))).toBe('done');
  });

  it('wakes at once when it is aborted while it waits, at the gate or elsewhere', async () => {
    for (const kind of ['network', 'overloaded'] as const) {
      const {clock, model, scripted} = setUp(() => ({ending: failing(kind)}));
      const abort = new AbortController();
      const seen: string[] = [];
      const asked = (async () => {
        for await (const {type} of model.stream(aRequest(), abort.signal)) seen.push(type);
      })();
      asked.catch(() => {});
      await clock.advance(0);
      expect([seen, clock.sleepers]).toEqual([['retry_scheduled'], 1]);
      abort.abort();
      await expect(asked).rejects.toBeInstanceOf(Interrupted);
      expect(clock.sleepers).toBe(0);
      expect(scripted.requests.length).toBe(1);
    }
  });

  it('does not try again what was aborted', async () => {
    const {model, scripted} = setUp([{text: 'one two', after: 3, ending: 'hang'}]);
    const abort = new AbortController();
    const asked = (async () => {
      for await (const event of model.stream(aRequest(), abort.signal)) {
        if (event.type === 'content_block_delta') abort.abort();
      }
    })();
    await expect(asked).rejects.toBeInstanceOf(Interrupted);
    expect(scripted.requests.length).toBe(1);
  });

  it('lets a bug through', async () => {
    const {model} = setUp([{ending: new TypeError('oops')}]);
    await expect(ask(model)).rejects.toThrow(TypeError);
  });
});

/** A script whose first requests fail. */
function failingFirst(failures: number, failure: ProviderError): Script {
  return (_, position) => (position < failures ? {ending: failure} : {text: 'done'});
}

describe('a model that another one would stand in for', () => {
  const replaceable = aRequest({isReplaceable: true});
  const patient = {policy: {maxAttempts: null}};

  it('is not waited for longer than three refusals, which it says before', async () => {
    const {clock, model, scripted} = setUp(() => ({ending: failing('overloaded', {status: 529})}), patient);
    const events: ModelEvent[] = [];
    const asked = (async () => {
      for await (const event of model.stream(replaceable, noAbort())) events.push(event);
    })();
    const failure = await finish(clock, failureOf(asked));
    expect(failure).toMatchObject({kind: 'overloaded', status: 529, message: 'it was overloaded'});
    expect(scheduled(events)).toMatchObject([
      {attempt: 1, maxAttempts: 2},
      {attempt: 2, maxAttempts: 2},
    ]);
    expect(scripted.requests.length).toBe(3);
  });

  it('is not asked for ever to begin what it never ends', async () => {
    const {clock, model, scripted} = setUp(
      () => ({text: 'half of it', after: 3, ending: failing('overloaded')}),
      patient,
    );
    expect((await finish(clock, failureOf(ask(model, replaceable)))).kind).toBe('overloaded');
    expect(scripted.requests.length).toBe(3);
  });

  it('is asked no more while it is known to be overloaded, then once for each back-off step', async () => {
    const {clock, model, scripted} = setUp(() => ({ending: failing('overloaded')}), patient);
    await finish(clock, failureOf(ask(model, replaceable)));
    for (let agent = 0; agent < 5; agent += 1) await failureOf(ask(model, replaceable));
    expect(scripted.requests.length).toBe(3);
    await clock.advance(4_000);
    for (let agent = 0; agent < 5; agent += 1) await failureOf(ask(model, replaceable));
    expect(scripted.requests.length).toBe(4);
  });

  it('is not waited for as long as its server asks, but is for other failures', async () => {
    const long = setUp(() => ({ending: failing('overloaded', {retryAfterMs: 60_000})}), patient);
    await failureOf(ask(long.model, replaceable));
    expect([long.scripted.requests.length, long.clock.sleepers]).toEqual([1, 0]);
    const limited = setUp(failingFirst(5, failing('rate_limited', {retryAfterMs: 60_000})), patient);
    expect(textOf(await finish(limited.clock, ask(limited.model, replaceable)))).toBe('done');
  });
});

describe('agents that share a gate', () => {
  it('say whether they try again, or wait behind others, and until when', async () => {
    const {clock, model, scripted} = setUp(failingFirst(3, failing('overloaded', {status: 529})));
    const first = ask(model);
    await clock.advance(0);
    const second = ask(model);
    await clock.advance(10_000);
    expect(scripted.requests.length).toBe(5);
    const failure = {kind: 'overloaded', message: 'it was overloaded', status: 529};
    const held = (delayMs: number) => ({type: 'request_held', delayMs, ...failure});
    const again = (attempt: number, delayMs: number) => ({
      ...{type: 'retry_scheduled', attempt, maxAttempts: 10, delayMs},
      ...failure,
    });
    // The first probes after 500 ms and is refused, the second after 1,000 and is refused, then it is the first's turn.
    const waits = (events: readonly ModelEvent[]) => events.filter(event => 'delayMs' in event);
    expect(waits(await first)).toEqual([again(1, 500), held(1_000), again(2, 2_000)]);
    expect(waits(await second)).toEqual([held(500), held(1_000), held(2_000), again(1, 0)]);
  });

  it('give up together what is refused to all of them, with the words of those who tried', async () => {
    const {clock, model, scripted} = setUp(() => ({ending: failing('overloaded')}), {policy: {maxAttempts: 3}});
    const failures = [1, 2, 3, 4, 5, 6].map(() => failureOf(ask(model)));
    const messages = (await finish(clock, Promise.all(failures))).map(({message}) => message);
    expect(messages).toEqual(
      failures.map(() => 'it was overloaded Gave up after 3 more attempts, those of other agents included.'),
    );
    // Six that were on their way before the first was refused, and three probes.
    expect(scripted.requests.length).toBe(9);
  });

  it('do not give up while others get answers: their turn will come', async () => {
    const {clock, model} = setUp((_, position) =>
      position % 3 === 2 ? {text: 'done'} : {ending: failing('overloaded')},
    );
    const asked = Promise.all(Array.from({length: 16}, () => ask(model)));
    expect((await finish(clock, asked)).map(textOf)).toEqual(Array.from({length: 16}, () => 'done'));
  });

  it('do not wait for hours behind others when their attempts are counted', async () => {
    const failure = failing('rate_limited', {retryAfterMs: 5 * 3_600_000});
    const {clock, model, scripted} = setUp(failingFirst(1, failure));
    for (let asked = 0; asked < 2; asked += 1) {
      expect(await failureOf(ask(model))).toMatchObject({cause: failure, message: expect.stringContaining('5 h')});
    }
    expect([scripted.requests.length, clock.sleepers]).toEqual([1, 0]);
  });

  it('hand the probe on when the one that held it is aborted or fails otherwise', async () => {
    const abort = new AbortController();
    const script: Script = (request, position) => {
      if (position === 0) return {ending: failing('overloaded')};
      return request.system === 'hangs' ? {after: 0, ending: 'hang'} : {text: 'done'};
    };
    const {clock, model, scripted} = setUp(script);
    const holder = failureOrAbort(ask(model, aRequest({system: 'hangs'}), abort.signal));
    await clock.advance(0);
    const next = ask(model);
    await clock.advance(10_000);
    expect(scripted.requests.length).toBe(2);
    abort.abort();
    expect(await holder).toBeInstanceOf(Interrupted);
    expect(textOf(await finish(clock, next))).toBe('done');
  });

  it('tell and count a closure once, though a probe failed otherwise in between', async () => {
    const failures = [failing('overloaded'), failing('network')];
    const {clock, model} = setUp((_, position) => {
      const failure = failures[position];
      return failure ? {ending: failure} : {text: 'done'};
    });
    const events = await finish(clock, ask(model));
    expect(scheduled(events).map(({attempt, kind}) => [attempt, kind])).toEqual([
      [1, 'overloaded'],
      [2, 'network'],
    ]);
  });

  it('all finish after a quarter of an hour of 529, with one probe at a time and one for each back-off step', async () => {
    const outageMs = 15 * 60_000;
    const agent = fc.record({startMs: fc.nat(60_000), latencyMs: fc.integer({min: 1, max: 3_000})});
    const scenario = fc.record({
      agents: fc.array(agent, {minLength: 10, maxLength: 10}),
      // Evenly spread: fast-check likes the ends, and chances near zero make waits without number.
      chances: fc.infiniteStream(fc.noBias(fc.integer({min: 0, max: 1_000_000})).map(chance => chance / 1_000_000)),
      retryAfterMs: fc.option(fc.nat(20_000), {nil: undefined}),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({agents, chances, retryAfterMs}) => {
        const clock = createVirtualClock();
        const ends = clock.now() + outageMs;
        const random = () => chances.next().value ?? 0;
        const gate = createGate({clock, random});
        let isClosed = false;
        let probes = 0;
        let probesInFlight = 0;
        const steps = new Set<number>();

        const worker = async ({startMs, latencyMs}: {startMs: number; latencyMs: number}) => {
          const answering = answerAfter(clock, latencyMs, {
            begins() {
              if (!isClosed) return () => {};
              probes += 1;
              probesInFlight += 1;
              expect(probesInFlight).toBe(1);
              return () => {
                probesInFlight -= 1;
              };
            },
            refusal() {
              if (clock.now() >= ends) {
                isClosed = false;
                return null;
              }
              isClosed = true;
              return failing('overloaded', {status: 529, ...(retryAfterMs !== undefined && {retryAfterMs})});
            },
          });
          const model = retrying(answering, {gate, clock, random, policy: {maxAttempts: null}});
          await clock.sleep(startMs, noAbort());
          const events: ModelEvent[] = [];
          for await (const event of model.stream(aRequest(), noAbort())) {
            if ('delayMs' in event) steps.add(clock.now() + event.delayMs);
            events.push(event);
          }
          return textOf(events);
        };

        const texts = await finish(clock, Promise.all(agents.map(worker)));
        expect(texts).toEqual(agents.map(() => 'done'));
        expect(probes).toBeGreaterThan(0);
        expect(probes).toBeLessThanOrEqual(steps.size);
        expect(clock.now()).toBeLessThan(ends + 32_000 + 20_000 + 2 * 3_000 + 1);
        expect(clock.sleepers).toBe(0);
      }),
      {numRuns: 25},
    );
  });
});

const failureOrAbort = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    error => error as unknown,
  );

interface Load {
  /** Called when a request arrives; returns what is called when it is over. */
  begins(): () => void;
  refusal(): ProviderError | null;
}

/** A model that answers or refuses after some time. */
function answerAfter(clock: VirtualClock, latencyMs: number, load: Load): Model {
  const {info} = createScriptedModel([]);
  return {
    info,
    async *stream(_, signal) {
      const end = load.begins();
      await clock.sleep(latencyMs, signal);
      const refusal = load.refusal();
      end();
      if (refusal) throw refusal;
      yield* toEvents({text: 'done'}, info.id);
    },
  };
}
