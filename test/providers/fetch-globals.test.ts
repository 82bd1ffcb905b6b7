import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {SmallHeaders, SmallResponse} from '../../src/providers/fetch-globals.js';

const name = fc.constantFrom('accept', 'Accept', 'X-Api-Key', 'x-api-key', 'content-type', 'b', 'a');
const value = fc.stringMatching(/^[ -~]{0,8}$/);
const change = fc.oneof(
  fc.tuple(fc.constant('append' as const), name, value),
  fc.tuple(fc.constant('set' as const), name, value),
  fc.tuple(fc.constant('delete' as const), name, value),
);

function applyTo(headers: Headers | SmallHeaders, changes: readonly ['append' | 'set' | 'delete', string, string][]) {
  for (const [method, key, text] of changes) {
    if (method === 'delete') headers.delete(key);
    else headers[method](key, text);
  }
  return {
    entries: [...headers.entries()],
    iterated: [...headers],
    accept: headers.get('ACCEPT'),
    has: headers.has('B'),
  };
}

describe('small headers', () => {
  it("hold what the platform's own would after the same changes", () => {
    fc.assert(
      fc.property(fc.array(change), changes => {
        expect(applyTo(new SmallHeaders(), changes)).toEqual(applyTo(new Headers(), changes));
      }),
    );
  });

  it('start from an object, from pairs or from other headers', () => {
    const plain = {B: '2', a: '1'};
    for (const init of [plain, Object.entries(plain), new SmallHeaders(plain)]) {
      expect([...new SmallHeaders(init)]).toEqual([...new Headers(plain)]);
    }
  });
});

describe('a small response', () => {
  it('tells status, headers, text and JSON', async () => {
    const response = new SmallResponse('{"a":1}', {status: 429, headers: new SmallHeaders({'Retry-After': '3'})});
    expect([response.ok, response.status, response.headers.get('retry-after')]).toEqual([false, 429, '3']);
    expect([await response.text(), await response.json()]).toEqual(['{"a":1}', {a: 1}]);
  });

  it('is fine and empty by default', async () => {
    const response = new SmallResponse(null);
    expect([response.ok, response.status, response.body, await response.text()]).toEqual([true, 200, null, '']);
  });
});
