import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Budget, Reservation} from '../../src/core/budget.js';
import {createBudget} from '../../src/core/ledger.js';
import type {BudgetLimits} from '../../src/core/tree.js';
import type {Price, Usage} from '../../src/core/types.js';
import {createVirtualClock} from '../support/clock.js';
import {runs} from '../support/runs.js';

const clock = createVirtualClock();

/** Dollars a million tokens; the second vendor writes its cache for nothing. */
const dear: Price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75};
const cheap: Price = {input: 0.3, output: 2.5, cacheRead: 0.0375, cacheWrite: 0};

/** A model that nobody is charged for. */
const nothingCosts: Price = {input: 0, output: 0, cacheRead: 0, cacheWrite: 0};

const usage = (parts: Partial<Usage>): Usage => ({input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...parts});
const tokensOf = ({input, output, cacheRead, cacheWrite}: Usage): number => input + output + cacheRead + cacheWrite;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function dollars(used: Usage, price: Price): number {
  const kinds = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;
  return sum(kinds.map(kind => used[kind] * price[kind])) / 1e6;
}

function accepted(answer: ReturnType<Budget['reserve']>): Reservation {
  if (!answer.accepted) throw new Error(`refused: ${answer.message}`);
  return answer;
}

function pick<T>(list: readonly T[], at: number): T {
  const item = list[at % list.length];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
}

interface Level {
  readonly budget: Budget;
  readonly limits: BudgetLimits;
  /** The levels from the root down to this one, by their places in the list. */
  readonly path: readonly number[];
}

/** Plants a tree: each child names its parent by a number that is taken modulo what there is. */
function plant(root: BudgetLimits, children: readonly {readonly parent: number; readonly limits: BudgetLimits}[]) {
  const levels: Level[] = [{budget: createBudget(root, clock), limits: root, path: [0]}];
  for (const {parent, limits} of children) {
    const {budget, path} = pick(levels, parent);
    levels.push({budget: budget.child(limits), limits, path: [...path, levels.length]});
  }
  return levels;
}

const someLimits: fc.Arbitrary<BudgetLimits> = fc.record(
  {usd: fc.double({min: 0.0001, max: 2, noNaN: true}), tokens: fc.integer({min: 1_000, max: 300_000})},
  {requiredKeys: []},
);
const treeOf = (limits: fc.Arbitrary<BudgetLimits>) => fc.array(fc.record({parent: fc.nat(), limits}), {maxLength: 8});
const request = fc.record({
  type: fc.constant('reserve' as const),
  at: fc.nat(),
  inputTokens: fc.integer({min: 0, max: 20_000}),
  maxTokens: fc.integer({min: 1, max: 40_000}),
  price: fc.constantFrom(dear, cheap),
});
const part = fc.double({min: 0, max: 1, noNaN: true});
/** `at` picks one of the open reservations; `cached` and `answered` are parts of its booking. */
const settlement = fc.record({type: fc.constant('settle' as const), at: fc.nat(), cached: part, answered: part});

describe('a tree of budgets', () => {
  it('passes no cap on any level, even if every open reservation comes to all that it booked', () => {
    let lowered = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        someLimits,
        treeOf(someLimits),
        fc.array(fc.oneof(request, settlement), {maxLength: 60}),
        (root, children, steps) => {
          const levels = plant(root, children);
          const open: {
            readonly settle: Reservation['settle'];
            readonly input: number;
            readonly output: number;
            readonly price: Price;
          }[] = [];
          for (const step of steps) {
            if (step.type === 'reserve') {
              const answer = pick(levels, step.at).budget.reserve({...step, purpose: 'report', model: 'm'});
              if (!answer.accepted) refused += 1;
              else {
                if (answer.maxTokens < step.maxTokens) lowered += 1;
                open.push({
                  settle: answer.settle,
                  input: step.inputTokens,
                  output: answer.maxTokens,
                  price: step.price,
                });
              }
            } else if (open.length > 0) {
              const [booking] = open.splice(step.at % open.length, 1);
              if (booking === undefined) continue;
              const cacheRead = Math.floor(booking.input * step.cached);
              const output = Math.floor(booking.output * step.answered);
              booking.settle(usage({cacheRead, input: booking.input - cacheRead, output}));
            }
          }
          for (const {settle, input, output, price} of open) {
            settle(usage(price.cacheWrite > price.input ? {cacheWrite: input, output} : {input, output}));
          }
          for (const {budget, limits} of levels) {
            const spent = budget.spent();
            expect(spent.costUsd).toBeLessThanOrEqual(limits.usd ?? Infinity);
            expect(tokensOf(spent.usage)).toBeLessThanOrEqual(limits.tokens ?? Infinity);
          }
        },
      ),
      runs(500),
    );
    // The law would hold in a test that never met a cap.
    expect(Math.min(lowered, refused)).toBeGreaterThan(10);
  });

  it('has at every level exactly what it and all below spent themselves', () => {
    fc.assert(
      fc.property(treeOf(fc.constant({})), fc.array(request, {maxLength: 60}), (children, requests) => {
        const levels = plant({}, children);
        const own: {readonly path: readonly number[]; readonly used: Usage; readonly paid: number | null}[] = [];
        for (const {at, inputTokens, maxTokens, price} of requests) {
          const {budget, path} = pick(levels, at);
          const used = usage({input: inputTokens, cacheRead: maxTokens, cacheWrite: at % 1_000, output: maxTokens});
          const paid = accepted(budget.reserve({inputTokens, maxTokens, price, purpose: 'report', model: 'm'})).settle(
            used,
          );
          expect(paid).toBeCloseTo(dollars(used, price), 12);
          own.push({path, used, paid});
        }
        levels.forEach(({budget}, place) => {
          const below = own.filter(({path}) => path.includes(place));
          const spent = budget.spent();
          expect(tokensOf(spent.usage)).toBe(sum(below.map(({used}) => tokensOf(used))));
          const pico = (amount: number | null): number => Math.round((amount ?? Number.NaN) * 1e12);
          expect(pico(spent.costUsd)).toBe(sum(below.map(({paid}) => pico(paid))));
        });
      }),
    );
  });

  it('lets a child without a cap spend what its parent has left, and no more', () => {
    const parent = createBudget({usd: 1}, clock);
    accepted(parent.reserve({inputTokens: 0, maxTokens: 20_000, price: dear, purpose: 'report', model: 'm'})).settle(
      usage({output: 20_000}),
    );
    const child = parent.child({});
    // 0.70 $ at 15 $ a million.
    const first = accepted(
      child.reserve({inputTokens: 0, maxTokens: 100_000, price: dear, purpose: 'report', model: 'm'}),
    );
    expect(first.maxTokens).toBe(46_666);
    expect(
      child.reserve({inputTokens: 0, maxTokens: 100_000, price: dear, purpose: 'report', model: 'm'}),
    ).toMatchObject({
      accepted: false,
      cap: 1,
    });
    first.settle(usage({output: 46_666}));
    expect(parent.spent().costUsd).toBe(0.99999);
  });

  it('lets a child not spend past its own cap, while its sibling goes on', () => {
    const parent = createBudget({tokens: 100_000}, clock);
    const [small, other] = [parent.child({tokens: 5_000}), parent.child({})];
    accepted(small.reserve({inputTokens: 1_000, maxTokens: 4_000, price: null, purpose: 'report', model: 'm'})).settle(
      usage({cacheRead: 1_000, output: 4_000}),
    );
    expect(small.exceeded()).toMatchObject({limit: 'tokens', cap: 5_000, spent: 5_000});
    expect(small.reserve({inputTokens: 0, maxTokens: 1, price: null, purpose: 'report', model: 'm'}).accepted).toBe(
      false,
    );
    expect(parent.exceeded()).toBeNull();
    expect(
      accepted(other.reserve({inputTokens: 0, maxTokens: 200_000, price: null, purpose: 'report', model: 'm'}))
        .maxTokens,
    ).toBe(95_000);
  });
});

const action = fc.record({
  type: fc.constantFrom('step', 'step', 'settle', 'settle', 'report', 'close'),
  at: fc.nat(),
  inputTokens: fc.integer({min: 0, max: 20_000}),
  maxTokens: fc.integer({min: 1, max: 40_000}),
  price: fc.constantFrom(dear, cheap),
  used: part,
});

/** The most that a reservation can be settled at. */
const worst = (input: number, output: number, price: Price): Usage =>
  usage(price.cacheWrite > price.input ? {cacheWrite: input, output} : {input, output});

describe('a cap in dollars', () => {
  // What is free counts as a picodollar a token.
  const room = (usd: number): number => {
    const request = {inputTokens: 0, maxTokens: 900_000, price: nothingCosts, purpose: 'report', model: 'm'} as const;
    return accepted(createBudget({usd}, clock).reserve(request)).maxTokens;
  };

  it('is not passed by the part of a picodollar that it does not hold', () => {
    expect(room(500_000.7 / 1e12)).toBe(500_000);
  });

  it('holds all of it, however its fraction is kept', () => {
    for (let pico = 300_000; pico < 301_000; pico += 1) expect(room(pico / 1e12)).toBe(pico);
  });
});

describe('the report after a step', () => {
  it('always has its room, whatever others book and spend, and passes no cap either', () => {
    let reports = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        someLimits,
        treeOf(someLimits),
        fc.array(action, {minLength: 30, maxLength: 60}),
        (root, children, actions) => {
          const levels = plant(root, children);
          /** Of each level's agent its request under way, or what a report of it may take. */
          const open = new Map<
            Level,
            {
              readonly settle: Reservation['settle'];
              readonly input: number;
              readonly output: number;
              readonly price: Price;
            }
          >();
          const kept = new Map<Level, {readonly input: number; readonly price: Price}>();
          const settle = (level: Level, used: number): void => {
            const request = open.get(level);
            if (!request) return;
            open.delete(level);
            request.settle(worst(Math.floor(request.input * used), Math.floor(request.output * used), request.price));
          };
          for (const {type, at, inputTokens, maxTokens, price, used} of actions) {
            const level = pick(levels, at);
            const {budget} = level;
            if (type === 'settle') settle(level, used);
            else if (open.has(level)) continue;
            else if (type === 'close') {
              budget.close();
              kept.delete(level);
            } else if (type === 'step') {
              const answer = budget.reserve({inputTokens, maxTokens, price, purpose: 'step', model: 'm'});
              if (!answer.accepted) {
                refused += 1;
                continue;
              }
              open.set(level, {settle: answer.settle, input: inputTokens, output: answer.maxTokens, price});
              kept.set(level, {input: inputTokens + answer.maxTokens + 2_000, price});
            } else {
              const room = kept.get(level);
              if (!room) continue;
              const answer = accepted(
                budget.reserve({
                  inputTokens: room.input,
                  maxTokens: 4_000,
                  price: room.price,
                  purpose: 'report',
                  model: 'm',
                }),
              );
              expect(answer.maxTokens).toBeGreaterThanOrEqual(1_000);
              open.set(level, {settle: answer.settle, input: room.input, output: answer.maxTokens, price: room.price});
              kept.delete(level);
              reports += 1;
            }
          }
          for (const level of levels) settle(level, 1);
          for (const {budget, limits} of levels) {
            const spent = budget.spent();
            expect(spent.costUsd).toBeLessThanOrEqual(limits.usd ?? Infinity);
            expect(tokensOf(spent.usage)).toBeLessThanOrEqual(limits.tokens ?? Infinity);
          }
          // All that is not spent is there again.
          for (const {budget} of levels) budget.close();
          for (const {budget, path} of levels) {
            const lefts = path.map(place => {
              const {budget: above, limits} = pick(levels, place);
              const spent = above.spent();
              const dollarsLeft = (limits.usd ?? Infinity) * 1e12 - Math.round((spent.costUsd ?? Number.NaN) * 1e12);
              // What is free counts as a picodollar a token.
              return Math.min((limits.tokens ?? Infinity) - tokensOf(spent.usage), Math.floor(dollarsLeft));
            });
            const free = Math.min(400_000, ...lefts);
            const answer = budget.reserve({
              inputTokens: 0,
              maxTokens: 400_000,
              price: nothingCosts,
              purpose: 'report',
              model: 'm',
            });
            if (free < 200) expect(answer.accepted).toBe(false);
            else {
              expect(accepted(answer).maxTokens).toBe(free);
              accepted(answer).settle(usage({}));
            }
          }
        },
      ),
      runs(400),
    );
    expect(Math.min(reports, refused)).toBeGreaterThan(0);
  });

  it('is there for who is out of time, and for nobody else', async () => {
    const budget = createBudget({ms: 1_000, tokens: 20_000}, clock);
    const ask = {inputTokens: 1_000, maxTokens: 2_000, price: null};
    accepted(budget.reserve({...ask, purpose: 'step', model: 'm'})).settle(usage({input: 1_000, output: 100}));
    await clock.advance(1_000);
    expect(budget.reserve({...ask, purpose: 'step', model: 'm'})).toMatchObject({accepted: false, limit: 'ms'});
    expect(accepted(budget.reserve({...ask, purpose: 'report', model: 'm'})).maxTokens).toBe(2_000);
  });

  it('may be short: 200 tokens are enough, where a step needs 1,000', () => {
    const ask = {inputTokens: 0, maxTokens: 4_000, price: null, model: 'm'};
    const left = (tokens: number, purpose: 'step' | 'report'): boolean =>
      createBudget({tokens}, clock).reserve({...ask, purpose}).accepted;
    expect([left(199, 'report'), left(200, 'report')]).toEqual([false, true]);
    // The answer is input of the report: it counts twice, beside 3,000 tokens for the rest of that.
    expect([left(4_999, 'step'), left(5_000, 'step')]).toEqual([false, true]);
  });

  it('is paid once from what was set aside, which the end gives back', () => {
    const parent = createBudget({tokens: 30_000}, clock);
    const child = parent.child({});
    const ask = {inputTokens: 1_000, maxTokens: 1_000, price: null};
    const free = (): number => {
      const answer = accepted(
        parent.reserve({inputTokens: 0, maxTokens: 100_000, price: null, purpose: 'report', model: 'm'}),
      );
      answer.settle(usage({}));
      return answer.maxTokens;
    };
    accepted(child.reserve({...ask, purpose: 'step', model: 'm'})).settle(usage({input: 1_000, output: 1_000}));
    // 2,000 are spent; 2,000 and what came to them for the report, 2,000 for results and 1,000 for its answer are held.
    expect(free()).toBe(30_000 - 2_000 - 5_000);
    accepted(child.reserve({...ask, inputTokens: 4_000, purpose: 'report', model: 'm'})).settle(
      usage({input: 4_000, output: 1_000}),
    );
    expect(free()).toBe(30_000 - 7_000);
    accepted(child.reserve({...ask, purpose: 'step', model: 'm'})).settle(usage({}));
    child.close();
    child.close();
    expect(free()).toBe(30_000 - 7_000);
  });
});

describe('the part that is used', () => {
  it('is the largest of all caps on the way up, and nothing where there is none', async () => {
    const next = {inputTokens: 0, price: null};
    // 5,000 tokens stay for a step: the shortest, what it gives, and the report on it.
    const root = createBudget({tokens: 105_000}, clock);
    const child = root.child({usd: 1, ms: 100_000});
    expect([root.used(next), child.used(next), createBudget({}, clock).used(next)]).toEqual([0, 0, 0]);
    accepted(child.reserve({inputTokens: 0, maxTokens: 20_000, price: dear, purpose: 'report', model: 'm'})).settle(
      usage({output: 20_000}),
    );
    expect([root.used(next), child.used(next)]).toEqual([0.2, 0.3]);
    await clock.advance(90_000);
    expect([root.used(next), child.used(next)]).toEqual([0.2, 0.9]);
    accepted(root.reserve({inputTokens: 0, maxTokens: 75_000, price: dear, purpose: 'report', model: 'm'})).settle(
      usage({output: 75_000}),
    );
    expect(child.used(next)).toBe(0.95);
    expect(createBudget({tokens: 0}, clock).used(next)).toBe(1);
  });

  it('is of what may be spent on work: what others keep for their reports, and a next step, are not', () => {
    const root = createBudget({tokens: 30_000}, clock);
    const [one, other] = [root.child({}), root.child({})];
    accepted(one.reserve({inputTokens: 1_000, maxTokens: 1_000, price: dear, purpose: 'step', model: 'm'})).settle(
      usage({input: 1_000, output: 1_000}),
    );
    // One keeps 5,000 for its report. A step with an input of 1,000 takes 2,000, and 5,000 for its own report.
    const next = {inputTokens: 1_000, price: dear};
    expect(other.used(next)).toBe(2_000 / (30_000 - 5_000 - 7_000));
    expect(one.used(next)).toBe(2_000 / (30_000 - 7_000));
    expect(other.used({...next, more: {usage: usage({input: 16_000}), costUsd: 0}})).toBe(1);
    expect(other.used({...next, inputTokens: 20_000})).toBe(1);
    expect(
      other.reserve({inputTokens: 20_000, maxTokens: 1_000, price: dear, purpose: 'step', model: 'm'}).accepted,
    ).toBe(false);
    one.close();
    expect(other.used(next)).toBe(2_000 / (30_000 - 7_000));
  });
});

describe('a reservation', () => {
  it('books all input at its dearest: at the price of writing the cache, or of input where that is free', () => {
    // What is left of a dollar for output: 0.625 $ at 15 $ a million, 0.97 $ at 2.50 $.
    const leftFor = (price: Price): number =>
      accepted(
        createBudget({usd: 1}, clock).reserve({
          inputTokens: 100_000,
          maxTokens: 1e9,
          price,
          purpose: 'report',
          model: 'm',
        }),
      ).maxTokens;
    expect(leftFor(dear)).toBe(41_666);
    expect(leftFor(cheap)).toBe(388_000);
  });

  it('is refused when fewer output tokens are affordable than make sense, unless fewer were asked for', () => {
    const budget = createBudget({tokens: 3_000}, clock);
    expect(
      accepted(budget.reserve({inputTokens: 1_000, maxTokens: 100, price: null, purpose: 'report', model: 'm'}))
        .maxTokens,
    ).toBe(100);
    // 1,900 are left.
    expect(
      budget.reserve({inputTokens: 1_701, maxTokens: 4_000, price: null, purpose: 'report', model: 'm'}),
    ).toMatchObject({
      accepted: false,
      limit: 'tokens',
      cap: 3_000,
      spent: 0,
    });
    expect(
      accepted(budget.reserve({inputTokens: 1_700, maxTokens: 4_000, price: null, purpose: 'report', model: 'm'}))
        .maxTokens,
    ).toBe(200);
  });

  it('gives back what it booked too much', () => {
    const budget = createBudget({tokens: 10_000}, clock);
    const ask = {inputTokens: 1_000, maxTokens: 9_000, price: null, purpose: 'report', model: 'm'} as const;
    const first = accepted(budget.reserve(ask));
    expect(budget.reserve(ask).accepted).toBe(false);
    first.settle(usage({input: 900, output: 100}));
    expect(accepted(budget.reserve(ask)).maxTokens).toBe(8_000);
  });

  it('counts what was used beyond the booking, and then the budget is exceeded', () => {
    const root = createBudget({usd: 0.1}, clock);
    const budget = root.child({});
    const {settle} = accepted(
      budget.reserve({inputTokens: 1_000, maxTokens: 1_000, price: dear, purpose: 'report', model: 'm'}),
    );
    expect(settle(usage({input: 100_000, output: 1_000}))).toBe(0.315);
    expect(root.spent()).toMatchObject({usage: usage({input: 100_000, output: 1_000}), costUsd: 0.315});
    expect(budget.exceeded()).toMatchObject({limit: 'usd', cap: 0.1, spent: 0.315});
    expect(
      budget.reserve({inputTokens: 0, maxTokens: 1_000, price: dear, purpose: 'report', model: 'm'}).accepted,
    ).toBe(false);
  });

  it('settles once: a second time is a bug, and changes nothing', () => {
    const budget = createBudget({}, clock);
    const {settle} = accepted(
      budget.reserve({inputTokens: 10, maxTokens: 10, price: dear, purpose: 'report', model: 'm'}),
    );
    settle(usage({input: 10, output: 10}));
    const before = budget.spent();
    expect(() => settle(usage({input: 10, output: 10}))).toThrow('settled once');
    expect(budget.spent()).toEqual(before);
  });
});

describe('an unknown price', () => {
  const ask = {inputTokens: 10, maxTokens: 2_000, price: null, purpose: 'report', model: 'm'} as const;

  it('makes the cost unknown, never zero, here and at every level above, and stays so', () => {
    const root = createBudget({}, clock);
    const [child, sibling] = [root.child({}), root.child({})];
    expect(accepted(child.reserve(ask)).settle(usage({input: 10, output: 5}))).toBeNull();
    expect(accepted(root.reserve({...ask, price: dear})).settle(usage({output: 1_000}))).toBe(0.015);
    expect(child.spent()).toMatchObject({usage: usage({input: 10, output: 5}), costUsd: null});
    expect(root.spent()).toMatchObject({usage: usage({input: 10, output: 1_005}), costUsd: null});
    expect(sibling.spent().costUsd).toBe(0);
  });

  it('is refused under a dollar cap anywhere above, before anything is spent, with the flag that set it', () => {
    const child = createBudget({usd: 1}, clock).child({tokens: 1_000_000});
    expect(child.exceeded()).toBeNull();
    const answer = child.reserve(ask);
    expect(answer).toMatchObject({accepted: false, limit: 'usd', cap: 1, spent: 0});
    expect(answer).toHaveProperty('message', expect.stringMatching(/price .* unknown.*--max-budget-usd/));
  });
});

describe('wall time', () => {
  it('counts for each level from its own beginning', async () => {
    const root = createBudget({ms: 60_000}, clock);
    await clock.advance(30_000);
    const child = root.child({ms: 20_000});
    expect(child.exceeded()).toBeNull();
    await clock.advance(20_000);
    expect(child.exceeded()).toMatchObject({limit: 'ms', cap: 20_000, spent: 20_000});
    expect(child.reserve({inputTokens: 0, maxTokens: 1_000, price: null, purpose: 'step', model: 'm'})).toMatchObject({
      accepted: false,
      limit: 'ms',
    });
    expect(root.exceeded()).toBeNull();
    await clock.advance(10_000);
    expect(root.exceeded()).toMatchObject({limit: 'ms', cap: 60_000, spent: 60_000});
  });
});

describe('the message of an excess', () => {
  it('names what would have been enough', () => {
    const ask = {inputTokens: 3_210, maxTokens: 8_000, price: dear, purpose: 'step', model: 'm'} as const;
    const refusal = (limits: BudgetLimits): string => {
      const answer = createBudget(limits, clock).reserve(ask);
      return answer.accepted ? 'accepted' : answer.message;
    };
    const [, tokens = ''] = /, which takes up to (\d+) tokens with a report/.exec(refusal({tokens: 3_000})) ?? [];
    const [, usd = ''] = /, which takes up to \$([\d.]+) with a report/.exec(refusal({usd: 0.02})) ?? [];
    expect([refusal({tokens: Number(tokens)}), refusal({usd: Number(usd)})]).toEqual(['accepted', 'accepted']);
    expect(refusal({usd: Number(usd) - 0.0002})).toContain('has no room for another request');
  });

  it('counts what others keep, so that it adds up', () => {
    const refusal = (limits: BudgetLimits): string => {
      const root = createBudget(limits, clock);
      const [one, other, third] = [root.child({}), root.child({}), root.child({})];
      const step = {inputTokens: 1_000, maxTokens: 1_000, price: dear, purpose: 'step', model: 'm'} as const;
      accepted(one.reserve(step)).settle(usage({input: 1_000, output: 1_000}));
      accepted(other.reserve(step));
      const answer = third.reserve({...step, inputTokens: 7_000});
      return answer.accepted ? 'accepted' : answer.message;
    };
    // Spent: a step. Kept: 5,000 for the report after it, as much for that of the other, and 2,000 for that one's step.
    expect(refusal({tokens: 30_000})).toBe(
      'The budget of 30000 tokens has no room for another request, which takes up to 19000 tokens with a report after it: 2000 tokens of it is spent, 12000 tokens kept for requests and reports of other agents. Going on takes a larger one.',
    );
    expect(refusal({usd: 0.15})).toContain(
      ', which takes up to $0.0938 with a report after it: $0.018 of it is spent, $0.0788 kept for requests and reports',
    );
  });

  it('says how much of which budget is spent, in its own unit', () => {
    const message = (limits: BudgetLimits): string | undefined => createBudget(limits, clock).exceeded()?.message;
    expect(message({usd: 0})).toBe(
      'The budget of $0 has no room for another request: $0 of it is spent. Going on takes a larger one.',
    );
    expect(message({tokens: 0})).toContain('The budget of 0 tokens ');
    expect(message({ms: 0})).toContain('The budget of 0 s ');
    expect(message({usd: 1, tokens: 1, ms: 1})).toBeUndefined();
  });
});
