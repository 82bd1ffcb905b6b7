import {existsSync, mkdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createOutput} from '../../src/platform/output.js';
import {runProgram} from '../support/child-program.js';
import {createFolder} from '../support/folder.js';

const lines = (count: number): string => Array.from({length: count}, (_, index) => `line ${index + 1}\n`).join('');

function collect(text: string | Buffer, {keepFile = false, path = join(createFolder(), 'output')} = {}) {
  const output = createOutput(path);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 4_000) output.push(bytes.subarray(at, at + 4_000));
  output.close();
  return {...output.collect({keepFile}), path};
}

describe('collected output', () => {
  it('is all there when it is short, and no file is made', () => {
    const {text, file, path, ...rest} = collect(lines(1_000));
    expect(text).toBe(lines(1_000));
    expect(rest).toEqual({isCut: false, totalBytes: lines(1_000).length, totalLines: 1_000});
    expect(file).toBeNull();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['held whole', 5_000],
    ['longer than what is held', 100_000],
  ])('has its beginning and end in whole lines when cut, and all of it in a private file: %s', (_, count) => {
    const whole = lines(count);
    const {text, isCut, file, path} = collect(whole);
    const [head = '', tail = ''] = text.split(/\[… cut here: [\d,]+ lines, [\d,]+ bytes in all …\]\n/);
    expect(isCut).toBe(true);
    expect(whole.startsWith(head) && head.endsWith('\n') && whole.endsWith(`\n${tail}`)).toBe(true);
    expect(Math.min(head.length, tail.length)).toBeGreaterThan(14_000);
    expect(text.length).toBeLessThan(30_100);
    expect(file).toEqual({path, bytes: whole.length});
    expect(readFileSync(path, 'utf8')).toBe(whole);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('says how much there was', () => {
    expect(collect('x'.repeat(1_234_567)).text).toContain('\n[… cut here: 1 lines, 1,234,567 bytes in all …]\n');
  });

  it.each([
    ['', 0],
    ['\n', 1],
    ['one', 1],
    ['one\ntwo', 2],
    [lines(200_000), 200_000],
    [`${lines(200_000)}more`, 200_001],
  ])('has its lines counted, the last one with or without its end', (text, totalLines) => {
    expect(collect(text).totalLines).toBe(totalLines);
  });

  it('is never cut within a character', () => {
    for (const character of ['€', '😀', 'é']) {
      for (const shift of ['', 'x', 'xx', 'xxx']) {
        const {text} = collect(shift + character.repeat(100_000));
        expect(text).not.toMatch(/\uFFFD|\p{Surrogate}/u);
        expect(text.split(character).length).toBeGreaterThan(10_000);
      }
    }
  });

  it('reads a character that came in two chunks, and shows invalid bytes as such', () => {
    const output = createOutput(join(createFolder(), 'output'));
    for (const byte of Buffer.from('€')) output.push(Buffer.from([byte]));
    output.push(Buffer.from([0x80, 0x20, 0xff, 0x20, 0xe2, 0x82]));
    expect(output.collect({keepFile: false}).text).toBe('€\uFFFD \uFFFD \uFFFD');
  });

  it('holds no more of its file than 100 MB', () => {
    const output = createOutput(join(createFolder(), 'output'));
    const chunk = Buffer.alloc(3_000_000, 'x');
    for (let pushed = 0; pushed < 40; pushed += 1) output.push(chunk);
    const {totalBytes, file} = output.collect({keepFile: false});
    output.close();
    expect(totalBytes).toBe(120_000_000);
    expect(file?.bytes).toBe(100 * 1024 * 1024);
    expect(statSync(file?.path ?? '').size).toBe(100 * 1024 * 1024);
  });

  it('goes on into its file when asked to keep one', () => {
    const path = join(createFolder(), 'output');
    const output = createOutput(path);
    output.push(Buffer.from('before\n'));
    const {text, file} = output.collect({keepFile: true});
    output.push(Buffer.from('after\n'));
    output.close();
    expect({text, file}).toEqual({text: 'before\n', file: {path, bytes: 7}});
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n');
  });

  it('has no file where none can be made, and the text all the same', () => {
    const path = join(createFolder(), 'output');
    mkdirSync(path);
    const {text, file} = collect(lines(10_000), {path});
    expect(text).toContain('line 10000\n');
    expect(file).toBeNull();
  });

  it('says why its file does not hold all of it where the disk takes no more', async () => {
    const path = join(createFolder(), 'output');
    // A block is 1024 bytes; the signal that a write beyond the limit sends is ignored, so that it fails instead.
    const {stdout} = await runProgram(
      `import {createOutput} from './src/platform/output.js';
      const output = createOutput(${JSON.stringify(path)});
      for (let count = 0; count < 100; count += 1) output.push(Buffer.alloc(10_000, 'x'));
      output.close();
      console.log(JSON.stringify(output.collect({keepFile: false}).file));`,
      {},
      `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`,
    );
    expect(JSON.parse(stdout)).toEqual({path, bytes: 8_192, fault: 'EFBIG'});
  });

  it('is the same however the bytes are cut into chunks', () => {
    const whole = Buffer.from(lines(30_000));
    const expected = collect(whole).text;
    const path = join(createFolder(), 'output');
    fc.assert(
      fc.property(fc.array(fc.integer({min: 1, max: 90_000}), {minLength: 1, maxLength: 20}), sizes => {
        rmSync(path, {force: true});
        const output = createOutput(path);
        for (let at = 0, index = 0; at < whole.length; index += 1) {
          const size = sizes[index % sizes.length] ?? 1;
          output.push(whole.subarray(at, at + size));
          at += size;
        }
        output.close();
        expect(output.collect({keepFile: false}).text).toBe(expected);
      }),
      {numRuns: 20},
    );
  });
});
