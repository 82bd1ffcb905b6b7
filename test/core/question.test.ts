import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {permissionModes, strictest} from '../../src/core/question.js';

const demand = fc.option(fc.constantFrom(...permissionModes));

describe('the strictest of two modes', () => {
  it.each([
    ['plan', 'bypassPermissions', 'plan'],
    ['acceptEdits', 'default', 'default'],
    ['dontAsk', 'default', 'dontAsk'],
    [null, 'acceptEdits', 'acceptEdits'],
    ['plan', null, 'plan'],
    [null, null, null],
  ] as const)('of %s and %s is %s', (one, other, expected) => {
    expect(strictest(one, other)).toBe(expected);
  });

  it('does not depend on the order in which they are told', () => {
    fc.assert(
      fc.property(demand, demand, demand, (a, b, c) => {
        expect(strictest(a, b)).toBe(strictest(b, a));
        expect(strictest(strictest(a, b), c)).toBe(strictest(a, strictest(b, c)));
      }),
    );
  });
});
