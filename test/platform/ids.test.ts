import {describe, expect, it} from 'vitest';
import {newId} from '../../src/platform/ids.js';

describe('an id', () => {
  it('is a UUID of version 4, and never the same', () => {
    const ids = new Set(Array.from({length: 20_000}, newId));
    expect(ids.size).toBe(20_000);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});
