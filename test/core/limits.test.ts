import {describe, expect, it} from 'vitest';
import {defaultLimits, type Limit, refuseSpawn, type Standing} from '../../src/core/limits.js';

const free: Standing = {depth: 0, children: 0, live: 0, spawns: 0};
const full: Standing = {depth: 3, children: 8, live: 16, spawns: 32};

describe('a limit', () => {
  it.each([
    ['depth', 3],
    ['children', 8],
    ['live', 16],
    ['spawns', 32],
  ] as const)('of %s refuses the one beyond it, by name and number', (limit: Limit, most) => {
    expect(refuseSpawn({...free, [limit]: most - 1}, defaultLimits)).toBeNull();
    const refusal = refuseSpawn({...free, [limit]: most}, defaultLimits);
    expect(refusal).toMatchObject({limit, message: expect.stringContaining(`the limit "${limit}" is ${most}.`)});
  });

  it('that lasts longest is the one that is named', () => {
    expect(refuseSpawn(full, defaultLimits)?.limit).toBe('depth');
    expect(refuseSpawn({...full, depth: 0}, defaultLimits)?.limit).toBe('children');
  });

  it('of nothing lets nobody start', () => {
    expect(refuseSpawn(free, {depth: 0, live: 0, children: 0, spawnsPerTurn: 0})?.limit).toBe('depth');
  });
});
