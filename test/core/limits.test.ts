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

  it.each([
    ['depth', 'depth'],
    ['children', 'children'],
    ['live', 'live'],
    ['spawns', 'spawnsPerTurn'],
  ] as const)('of no %s lets nobody start, and sends nobody to wait', (limit, key) => {
    expect(refuseSpawn(free, {...defaultLimits, [key]: 0})).toEqual({
      limit,
      message: `No agent was started: the limit "${limit}" is 0. No agents are started here. Do the work yourself.`,
    });
  });

  it('of all advises to wait only who has agents to wait for', () => {
    const told = (standing: Partial<Standing>) => refuseSpawn({...free, ...standing}, defaultLimits)?.message;
    expect(told({live: 16, children: 1})).toContain('Wait until one of yours has ended, or do this part');
    expect(told({live: 16})).toMatch(/running in all\. Do this part of the work yourself\.$/);
    expect(told({children: 8})).toContain('Wait until one of them has ended.');
    expect(told({depth: 3}) + String(told({spawns: 32}))).not.toMatch(/wait/i);
  });
});
