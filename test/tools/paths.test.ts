import {homedir} from 'node:os';
import {describe, expect, it} from 'vitest';
import {resolvePath, shortPath} from '../../src/tools/paths.js';

describe('paths', () => {
  it('are absolute, below the home, or below where the agent stands', () => {
    expect(resolvePath('/a', '/b/c')).toBe('/b/c');
    expect(resolvePath('/a', '../b/./c')).toBe('/b/c');
    expect(resolvePath('/a', '~/c')).toBe(`${homedir()}/c`);
    expect(resolvePath('/a', '~c')).toBe('/a/~c');
  });

  it('are shown relative where they lie below', () => {
    expect(shortPath('/a', '/a/b/c')).toBe('b/c');
    expect(shortPath('/a', '/a')).toBe('.');
    expect(shortPath('/a', '/ab')).toBe('/ab');
    expect(shortPath('/a', '/a/..b')).toBe('..b');
    expect(shortPath('/', '/a')).toBe('a');
  });
});
