import {describe, expect, it} from 'vitest';
import {editDistance, nearest} from '../../src/platform/edit-distance.js';

describe('the distance of two names', () => {
  it('counts what is put in, taken out, replaced, or swapped with its neighbour', () => {
    expect(editDistance('edit', 'edit')).toBe(0);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('edt', 'edit')).toBe(1);
    expect(editDistance('modle', 'model')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('the nearest name', () => {
  const names = ['model', 'mode', 'hooks', 'permissions'];

  it('is the one that a slip away is meant, whatever its case', () => {
    expect(nearest('hoosk', names)).toBe('hooks');
    expect(nearest('Permisions', names)).toBe('permissions');
  });

  it('is none where nobody would confuse any', () => {
    expect(nearest('sandbox', names)).toBeNull();
    expect(nearest('', names)).toBeNull();
  });
});
