import {describe, expect, it} from 'vitest';
import {nothing} from '../../src/core/amounts.js';
import {poolOf} from '../../src/core/caps.js';
import {createShares} from '../../src/core/share.js';
import type {Usage} from '../../src/core/types.js';
import {noUsage} from '../../src/core/usage.js';

const spender = () => ({costPico: 0, usage: noUsage as Usage});
const spend = (who: ReturnType<typeof spender>, costPico: number, input: number): void => {
  who.costPico += costPico;
  who.usage = {...who.usage, input: who.usage.input + input};
};

describe('a share', () => {
  it('is all for one that was started alone', () => {
    const share = createShares(1, {usd: 100, tokens: 100, ms: Infinity})(spender());
    expect(share.size(nothing)).toEqual({usd: Infinity, tokens: Infinity, ms: Infinity});
  });

  it('is equal for all, and grows by what those that have ended did not use', () => {
    const start = createShares(3, {usd: 300, tokens: 600, ms: Infinity});
    const all = [spender(), spender(), spender()];
    const [first, second, third] = all.map(start);
    for (const share of [first, second, third]) expect(share?.size(nothing)).toMatchObject({usd: 100, tokens: 200});
    for (const each of all) spend(each, 40, 20);
    first?.take(false);
    expect([second?.size(nothing), third?.size(nothing)]).toMatchObject([
      {usd: 130, tokens: 290},
      {usd: 130, tokens: 290},
    ]);
    // It goes on, with the others as before.
    first?.take(true);
    expect([first?.size(nothing), second?.size(nothing)]).toMatchObject([
      {usd: 100, tokens: 200},
      {usd: 100, tokens: 200},
    ]);
  });

  it('leaves out what nobody can spend, for want of room for a step with the last of all', () => {
    const start = createShares(2, {usd: 300, tokens: 600, ms: Infinity});
    const [first, second] = [start(spender()), start(spender())];
    expect(first.size({usd: 100, tokens: 200, ms: 0})).toMatchObject({usd: 100, tokens: 200});
    first.take(false);
    expect(second.size({usd: 100, tokens: 200, ms: 0})).toMatchObject({usd: 200, tokens: 400});
  });

  it('knows what all of its group have spent, in the middle', () => {
    const start = createShares(2, {usd: 300, tokens: 600, ms: Infinity});
    const all = [spender(), spender()];
    const [share] = all.map(start);
    for (const [at, each] of all.entries()) spend(each, 40 * at, 20 * at);
    expect(share?.mean()).toEqual([20, 10]);
  });

  it('counts, until it is begun, all that were asked for; then those that have come', () => {
    const start = createShares(4, {usd: 400, tokens: 400, ms: Infinity});
    const one = spender();
    const share = start(one);
    expect(share.size(nothing)).toMatchObject({usd: 100});
    start(spender());
    spend(one, 1, 1);
    expect(share.size(nothing)).toMatchObject({usd: 200});
  });
});

describe('the pool of those that are started together', () => {
  it('is the least that is neither spent nor kept, however much is booked', () => {
    const use = {kept: 0, spent: 0} as const;
    expect(
      poolOf([
        {...use, limit: 'usd', cap: 100, spent: 25, kept: 50},
        {...use, limit: 'usd', cap: 900},
        {...use, limit: 'tokens', cap: 100, spent: 200},
        {...use, limit: 'ms', cap: 1},
      ]),
    ).toEqual({usd: 25, tokens: 0, ms: Infinity});
  });
});
