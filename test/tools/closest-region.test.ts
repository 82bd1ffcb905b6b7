import {describe, expect, it} from 'vitest';
import {closestRegion} from '../../src/tools/closest-region.js';

describe('the lines of a file most like a text', () => {
  it('are those that agree with most of its lines, with blanks made visible', () => {
    const file = [
      'head',
      '',
      'function a() {',
      '\treturn 1;  ',
      '}',
      '',
      'function b() {',
      '\treturn\u00a02;',
      '}',
    ].join('\n');
    expect(closestRegion(file, 'function b() {\n    return 3;\n}')).toBe('7\tfunction b() {\n8\t→return⍽2;\n9\t}');
    expect(closestRegion(file, 'function a() {\n\treturn 2;\n}')).toBe('3\tfunction a() {\n4\t→return 1;··\n5\t}');
  });

  it('are found by their words if no line agrees', () => {
    expect(closestRegion('one\nconst total = sum(list, 0);\nthree\nfour', 'const total = sum(items, 0);')).toBe(
      '2\tconst total = sum(list, 0);\n3\tthree\n4\tfour',
    );
  });

  it('are found by a word that only they have, far down in a file of like lines', () => {
    const file = Array.from({length: 60_000}, (_, line) => `    const value${line} = compute(${line}, other);`).join(
      '\n',
    );
    expect(closestRegion(file, 'const value30001 = compute( 30001);')).toMatch(/^30002\t {4}const value30001 = /);
  });

  it('are none if nothing is like it', () => {
    expect(closestRegion('alpha\nbeta\n', 'something quite different()')).toBe('');
    expect(closestRegion('', 'x')).toBe('');
  });

  it('are bounded in number and length', () => {
    const file = Array.from({length: 100}, (_, line) => `${line} ${'x'.repeat(1_000)}`).join('\n');
    const region = closestRegion(file, file.replace('50 x', '50 y')).split('\n');
    expect(region).toHaveLength(12);
    expect(Math.max(...region.map(line => line.length))).toBeLessThan(250);
    const cut = closestRegion(`${'x'.repeat(199)}😀 end`, `${'x'.repeat(199)} end`);
    expect(cut).toBe(`1\t${'x'.repeat(199)}\ufffd…`);
  });

  it('are looked for without comparing everything with everything', () => {
    // 80,000 lines against 80,000 that all agree but for a blank: 6.4 thousand million pairs.
    const file = Array.from({length: 80_000}, (_, line) => `    same(line, again, ${line % 2});`).join('\n');
    const wanted = file.replaceAll(', again', ' , again');
    expect(closestRegion(file, wanted).split('\n')).toHaveLength(12);
  });
});
