import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Budget, createBudget, type Reservation} from '../../src/core/budget.js';
import type {BudgetLimits} from '../../src/core/tree.js';
import type {Price, Usage} from '../../src/core/types.js';
import {createVirtualClock} from '../support/clock.js';

const clock = createVirtualClock();

/** Dollars a million tokens; the second vendor writes its cache for nothing. */
const dear: Price = {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75};
const cheap: Price = {input: 0.3, output: 2.5, cacheRead: 0.0375, cacheWrite: 0};

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
              const answer = pick(levels, step.at).budget.reserve(step);
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
      {numRuns: 500},
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
          const paid = accepted(budget.reserve({inputTokens, maxTokens, price})).settle(used);
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
    accepted(parent.reserve({inputTokens: 0, maxTokens: 20_000, price: dear})).settle(usage({output: 20_000}));
    const child = parent.child({});
    // 0.70 $ at 15 $ a million.
    const first = accepted(child.reserve({inputTokens: 0, maxTokens: 100_000, price: dear}));
    expect(first.maxTokens).toBe(46_666);
    expect(child.reserve({inputTokens: 0, maxTokens: 100_000, price: dear})).toMatchObject({accepted: false, cap: 1});
    first.settle(usage({output: 46_666}));
    expect(parent.spent().costUsd).toBe(0.99999);
  });

  it('lets a child not spend past its own cap, while its sibling goes on', () => {
    const parent = createBudget({tokens: 100_000}, clock);
    const [small, other] = [parent.child({tokens: 5_000}), parent.child({})];
    accepted(small.reserve({inputTokens: 1_000, maxTokens: 4_000, price: null})).settle(
      usage({cacheRead: 1_000, output: 4_000}),
    );
    expect(small.exceeded()).toMatchObject({limit: 'tokens', cap: 5_000, spent: 5_000});
    expect(small.reserve({inputTokens: 0, maxTokens: 1, price: null}).accepted).toBe(false);
    expect(parent.exceeded()).toBeNull();
    expect(accepted(other.reserve({inputTokens: 0, maxTokens: 200_000, price: null})).maxTokens).toBe(95_000);
  });
});

describe('a reservation', () => {
  it('books all input at its dearest: at the price of writing the cache, or of input where that is free', () => {
    // What is left of a dollar for output: 0.625 $ at 15 $ a million, 0.97 $ at 2.50 $.
    const leftFor = (price: Price): number =>
      accepted(createBudget({usd: 1}, clock).reserve({inputTokens: 100_000, maxTokens: 1e9, price})).maxTokens;
    expect(leftFor(dear)).toBe(41_666);
    expect(leftFor(cheap)).toBe(388_000);
  });

  it('is refused when fewer than 1,000 output tokens are affordable, unless fewer were asked for', () => {
    const budget = createBudget({tokens: 3_000}, clock);
    expect(accepted(budget.reserve({inputTokens: 1_000, maxTokens: 500, price: null})).maxTokens).toBe(500);
    // 1,500 are left.
    expect(budget.reserve({inputTokens: 501, maxTokens: 4_000, price: null})).toMatchObject({
      accepted: false,
      limit: 'tokens',
      cap: 3_000,
      spent: 0,
    });
    expect(accepted(budget.reserve({inputTokens: 500, maxTokens: 4_000, price: null})).maxTokens).toBe(1_000);
  });

  it('gives back what it booked too much', () => {
    const budget = createBudget({tokens: 10_000}, clock);
    const ask = {inputTokens: 1_000, maxTokens: 9_000, price: null};
    const first = accepted(budget.reserve(ask));
    expect(budget.reserve(ask).accepted).toBe(false);
    first.settle(usage({input: 900, output: 100}));
    expect(accepted(budget.reserve(ask)).maxTokens).toBe(8_000);
  });

  it('counts what was used beyond the booking, and then the budget is exceeded', () => {
    const root = createBudget({usd: 0.1}, clock);
    const budget = root.child({});
    const {settle} = accepted(budget.reserve({inputTokens: 1_000, maxTokens: 1_000, price: dear}));
    expect(settle(usage({input: 100_000, output: 1_000}))).toBe(0.315);
    expect(root.spent()).toEqual({usage: usage({input: 100_000, output: 1_000}), costUsd: 0.315});
    expect(budget.exceeded()).toMatchObject({limit: 'usd', cap: 0.1, spent: 0.315});
    expect(budget.reserve({inputTokens: 0, maxTokens: 1_000, price: dear}).accepted).toBe(false);
  });

  it('settles once: a second time is a bug, and changes nothing', () => {
    const budget = createBudget({}, clock);
    const {settle} = accepted(budget.reserve({inputTokens: 10, maxTokens: 10, price: dear}));
    settle(usage({input: 10, output: 10}));
    const before = budget.spent();
    expect(() => settle(usage({input: 10, output: 10}))).toThrow('settled once');
    expect(budget.spent()).toEqual(before);
  });
});

describe('an unknown price', () => {
  const ask = {inputTokens: 10, maxTokens: 2_000, price: null};

  it('makes the cost unknown, never zero, here and at every level above, and stays so', () => {
    const root = createBudget({}, clock);
    const [child, sibling] = [root.child({}), root.child({})];
    expect(accepted(child.reserve(ask)).settle(usage({input: 10, output: 5}))).toBeNull();
    expect(accepted(root.reserve({...ask, price: dear})).settle(usage({output: 1_000}))).toBe(0.015);
    expect(child.spent()).toEqual({usage: usage({input: 10, output: 5}), costUsd: null});
    expect(root.spent()).toEqual({usage: usage({input: 10, output: 1_005}), costUsd: null});
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
    expect(child.reserve({inputTokens: 0, maxTokens: 1_000, price: null})).toMatchObject({
      accepted: false,
      limit: 'ms',
    });
    expect(root.exceeded()).toBeNull();
    await clock.advance(10_000);
    expect(root.exceeded()).toMatchObject({limit: 'ms', cap: 60_000, spent: 60_000});
  });
});

describe('the message of an excess', () => {
  it('says how much of which budget is spent, in its own unit', () => {
    const message = (limits: BudgetLimits): string | undefined => createBudget(limits, clock).exceeded()?.message;
    expect(message({usd: 0})).toBe(
      'The budget of $0 has no room for another request: $0 of it is spent. Raise it to go on.',
    );
    expect(message({tokens: 0})).toContain('The budget of 0 tokens ');
    expect(message({ms: 0})).toContain('The budget of 0 s ');
    expect(message({usd: 1, tokens: 1, ms: 1})).toBeUndefined();
  });
});
