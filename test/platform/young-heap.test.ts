import {getHeapSpaceStatistics} from 'node:v8';
import {expect, it} from 'vitest';
import {boundYoungHeap} from '../../src/platform/young-heap.js';

const youngMegabytes = (): number =>
  (getHeapSpaceStatistics().find(({space_name}) => space_name === 'new_space')?.space_size ?? Number.NaN) / 1024 / 1024;

/** Makes many objects that live for a while. */
function burden(): void {
  for (let round = 0; round < 5; round += 1) Array.from({length: 400_000}, (_, index) => ({index}));
}

it('does not grow with what survives, once it is bound', () => {
  boundYoungHeap();
  const before = youngMegabytes();
  burden();
  // The half that objects are copied into may have been without memory until now.
  expect(youngMegabytes()).toBeLessThanOrEqual(2 * before);
});
