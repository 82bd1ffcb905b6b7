import {describe, expect, it} from 'vitest';
import {clockTime, cost, count, duration, ordinal, plural} from '../../src/ui/format.js';

describe('figures', () => {
  it('show durations in the units people use', () => {
    expect([0, 999, 12_900, 60_000, 184_000, 3_720_000].map(ms => duration(ms))).toEqual([
      '0 s',
      '0 s',
      '12 s',
      '1 min 0 s',
      '3 min 4 s',
      '1 h 2 min',
    ]);
    expect([840, 9_949, 9_950, 12_600].map(ms => duration(ms, true))).toEqual(['0.8 s', '9.9 s', '10 s', '13 s']);
    expect(duration(-5)).toBe('0 s');
  });

  it('show tokens with two digits or more', () => {
    expect([0, 940, 999.6, 1_000, 9_400, 9_949, 9_950, 31_200, 999_499, 999_500, 1_230_000].map(count)).toEqual([
      '0',
      '940',
      '1000',
      '1.0k',
      '9.4k',
      '9.9k',
      '10k',
      '31k',
      '999k',
      '1.0M',
      '1.2M',
    ]);
  });

  it('show dollars, and never an unknown price as a sum or a small sum as nothing', () => {
    expect([0, 0.0001, 0.004, 0.0099, 0.00996, 0.04, 12.3, null].map(cost)).toEqual([
      '$0.00',
      '$0.001',
      '$0.004',
      '$0.010',
      '$0.01',
      '$0.04',
      '$12.30',
      'cost unknown',
    ]);
  });

  it('agree with their nouns and count in order', () => {
    expect([plural(1, 'line'), plural(0, 'line'), plural(7, 'line')]).toEqual(['1 line', '0 lines', '7 lines']);
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '103rd',
      '111th',
    ]);
  });

  it('says a duration like a clock where there is little room', () => {
    expect([0, 59_000, 64_000, 3_725_000].map(clockTime)).toEqual(['0:00', '0:59', '1:04', '1:02:05']);
  });
});
