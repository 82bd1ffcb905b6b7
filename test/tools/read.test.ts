import {execFileSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, symlinkSync, writeSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {readTool} from '../../src/tools/read.js';
import {gif, jpeg, png, webp} from '../support/images.js';
import {createScene} from './scene.js';

describe('Read', () => {
  it('numbers the lines from 1, with a tab, without the line breaks', async () => {
    const scene = createScene();
    scene.put('a', 'alpha\n\tbeta\r\n\ngamma');
    expect(await scene.call(readTool, {file_path: scene.path('a')})).toEqual({
      content: '1\talpha\n2\t\tbeta\n3\t\n4\tgamma',
      display: {summary: '4 lines'},
    });
  });

  it('resolves relative paths where the agent stands, and shortens them for its title', async () => {
    const scene = createScene();
    mkdirSync(scene.path('sub'));
    scene.put('sub/a', 'x\n');
    const place = {root: scene.folder, cwd: scene.path('sub')};
    const context = scene.context('main', {place});
    expect(await readTool.run(readTool.parse({file_path: 'a'}), context)).toMatchObject({content: '1\tx'});
    expect(await readTool.run(readTool.parse({file_path: '../sub/a'}), context)).toMatchObject({content: '1\tx'});
    expect(readTool.title({file_path: 'a'}, place)).toBe('sub/a');
    expect(readTool.title({file_path: scene.path('sub/a')}, place)).toBe('sub/a');
    expect(readTool.title({file_path: '/elsewhere/a'}, place)).toBe('/elsewhere/a');
  });

  it('gives the lines asked for, and says how to go on', async () => {
    const scene = createScene();
    scene.put('a', Array.from({length: 2_500}, (_, line) => `line ${line + 1}\n`).join(''));
    const whole = await scene.say(readTool, {file_path: 'a'});
    expect(whole.split('\n').slice(1_999)).toEqual([
      '2000\tline 2000',
      '',
      '[Lines 1 to 2000 of 2500; go on with offset 2001.]',
    ]);
    expect(await scene.call(readTool, {file_path: 'a', offset: '2499', limit: '5'})).toEqual({
      content: '2499\tline 2499\n2500\tline 2500',
      display: {summary: 'lines 2499–2500 of 2500'},
    });
    expect(await scene.say(readTool, {file_path: 'a', offset: 0, limit: 1})).toMatch(/^1\tline 1\n\n\[Lines 1 to 1 of/);
  });

  it('says in words that a file is empty, or shorter than the offset', async () => {
    const scene = createScene();
    scene.put('empty', '');
    scene.put('mark', '\ufeff');
    scene.put('short', 'a\nb\n');
    expect(await scene.say(readTool, {file_path: 'empty'})).toBe('[The file is empty.]');
    expect(await scene.say(readTool, {file_path: 'mark'})).toBe('[The file is empty.]');
    expect(await scene.say(readTool, {file_path: 'short', offset: 4})).toMatch(/has 2 lines; offset 4 is past/);
  });

  it('cuts a long line and says so, without halving a character', async () => {
    const scene = createScene();
    scene.put('long', `${'x'.repeat(200_000)}\nnext\n`);
    scene.put('wide', `${'x'.repeat(1_999)}${'😀'.repeat(5_000)}`);
    expect(await scene.say(readTool, {file_path: 'long'})).toBe(
      `1\t${'x'.repeat(2_000)}… [cut: the line has 200000 bytes]\n2\tnext`,
    );
    const wide = await scene.say(readTool, {file_path: 'wide'});
    expect(wide).toBe(`1\t${'x'.repeat(1_999)}… [cut: the line has 21999 bytes]`);
    expect(/\p{Surrogate}/u.test(wide)).toBe(false);
  });

  it('bounds the whole, and says where to go on', async () => {
    const scene = createScene();
    scene.put('a', `${'é'.repeat(1_500)}\n`.repeat(500));
    const text = await scene.say(readTool, {file_path: 'a'});
    expect(text.length).toBeLessThan(100_000);
    expect(text.length).toBeGreaterThan(90_000);
    const [, last = ''] = /\[Lines 1 to (\d+) of 500; go on with offset \d+\.\]$/.exec(text) ?? [];
    expect(text.split('\n')[Number(last) - 1]).toMatch(new RegExp(`^${last}\té+$`));
    expect(await scene.say(readTool, {file_path: 'a', offset: Number(last) + 1, limit: 1})).toMatch(/^\d+\té+\n/);
  });

  it('shows UTF-16, Windows-1252, stray bytes and NUL as characters, and no byte order mark', async () => {
    const scene = createScene();
    const text = 'é “x”\r\nnext 😀\r\n';
    scene.put('le', Buffer.from(`\ufeff${text}`, 'utf16le'));
    scene.put('be', Buffer.from(`\ufeff${text}`, 'utf16le').swap16());
    scene.put('utf8', `\ufeff${text}`);
    for (const file_path of ['le', 'be', 'utf8']) {
      expect(await scene.say(readTool, {file_path})).toBe('1\té “x”\n2\tnext 😀');
    }
    scene.put('windows', Buffer.from([0xe9, 0x20, 0x93, 0x78, 0x94, 0x0a]));
    expect(await scene.say(readTool, {file_path: 'windows'})).toBe('1\té “x”');
    scene.put('stray', Buffer.concat([Buffer.from('naïve é '), Buffer.from([0xe9, 0, 0x0a])]));
    expect(await scene.say(readTool, {file_path: 'stray'})).toBe('1\tnaïve é é␀');
  });

  it('reads UTF-16 that is longer than a chunk', async () => {
    const scene = createScene();
    const lines = Array.from({length: 40_000}, (_, line) => `Zeile ${line} 😀`);
    scene.put('a', Buffer.from(`\ufeff${lines.join('\r\n')}`, 'utf16le'));
    expect(await scene.say(readTool, {file_path: 'a', offset: 39_999})).toBe(
      '39999\tZeile 39998 😀\n40000\tZeile 39999 😀',
    );
  });

  it('takes U+2028, form feed and a lone CR for characters of a line', async () => {
    const scene = createScene();
    scene.put('a', 'a\u2028b\fc\rd\ne');
    expect(await scene.say(readTool, {file_path: 'a'})).toBe('1\ta\u2028b\fc\rd\n2\te');
  });

  it('reads a place in a file of hundreds of megabytes without holding the file', async () => {
    const scene = createScene();
    const file = openSync(scene.path('large'), 'w');
    writeSync(file, 'text\n'.repeat(100_000));
    // The rest up to its end is a hole, which reads as one line of NULs.
    writeSync(file, '\nlast but one\nlast', 300e6);
    closeSync(file);
    const before = process.memoryUsage().rss;
    expect(await scene.say(readTool, {file_path: 'large', offset: 100_002})).toBe('100002\tlast but one\n100003\tlast');
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    expect(await scene.say(readTool, {file_path: 'large', offset: 100_001, limit: 1})).toMatch(
      /^100001\t␀{2000}… \[cut: the line has 299500000 bytes\]\n\n\[Lines 100001 to 100001 of 100003/,
    );
  });
});

describe('Read of an image', () => {
  it('gives an image block', async () => {
    const scene = createScene();
    scene.put('a', png(640, 480));
    expect(await scene.call(readTool, {file_path: 'a'})).toEqual({
      content: [
        {
          type: 'image',
          source: {type: 'base64', media_type: 'image/png', data: png(640, 480).toString('base64')},
        },
      ],
      display: {summary: 'PNG image, 640×480'},
    });
  });

  it('refuses one that the API would: damaged, too many bytes, too many pixels', async () => {
    const scene = createScene();
    for (const [at, image] of [png(1, 1), gif, jpeg, webp].entries()) {
      for (const length of [12, image.length - 3]) {
        scene.put(`damaged${at}`, image.subarray(0, length));
        await expect(scene.call(readTool, {file_path: `damaged${at}`})).rejects.toThrow(/is damaged/);
      }
    }
    scene.put('empty', png(0, 1));
    scene.put('heavy', Buffer.concat([png(10, 10), Buffer.alloc(4_000_000)]));
    scene.put('wide', png(9_000, 10));
    await expect(scene.call(readTool, {file_path: 'empty'})).rejects.toThrow(/is damaged/);
    await expect(scene.call(readTool, {file_path: 'heavy'})).rejects.toThrow(/of 4\.0 MB; the limit is 3\.9 MB/);
    await expect(scene.call(readTool, {file_path: 'wide'})).rejects.toThrow(/9000×10 pixels; the limit is 8000/);
  });
});

describe('Read of what it cannot show', () => {
  it('names the type and the size of a binary file', async () => {
    const scene = createScene();
    const data = gzipSync('x'.repeat(100));
    scene.put('a.gz', data);
    await expect(scene.call(readTool, {file_path: 'a.gz'})).rejects.toThrow(`gzip data, ${data.length} bytes`);
    expect(scene.files.marked('main', scene.path('a.gz'))).toBeUndefined();
  });

  it('answers with a ToolError, and at once: folder, missing, pipe, device, NUL, long name, below a file', async () => {
    const scene = createScene();
    scene.put('file', '');
    execFileSync('mkfifo', [scene.path('pipe')]);
    symlinkSync('/dev/zero', scene.path('zeros'));
    const paths = ['.', '', 'missing', 'pipe', 'zeros', '/dev/zero', 'a\0b', 'n'.repeat(300), 'file/below'];
    for (const file_path of paths) {
      await expect(scene.call(readTool, {file_path}), file_path).rejects.toBeInstanceOf(ToolError);
      expect(typeof readTool.title({file_path}, {root: scene.folder, cwd: scene.folder})).toBe('string');
    }
  });

  it('refuses wrong parameters by name', () => {
    expect(() => readTool.parse({})).toThrow(/`file_path`/);
    expect(() => readTool.parse({file_path: 'a', offset: 'x'})).toThrow(/`offset`/);
    expect(() => readTool.parse({file_path: 'a', limit: 1.5})).toThrow(/`limit`: expected a whole number/);
    expect(() => readTool.parse({file_path: 'a', lines: 3})).toThrow(/`lines`/);
  });
});

describe('a read mark', () => {
  it('is left when the reply is kept, of the whole file, also after a partial read', async () => {
    const scene = createScene();
    scene.put('a', 'one\ntwo\n');
    const effects: (() => void)[] = [];
    const context = scene.context('main', {whenKept: effect => void effects.push(effect)});
    await readTool.run(readTool.parse({file_path: 'a', limit: 1}), context);
    expect(scene.files.marked('main', scene.path('a'))).toBeUndefined();
    for (const effect of effects) effect();
    const {hash} = await scene.files.read(scene.path('a'), {maxBytes: 100, signal: context.signal});
    expect(scene.files.marked('main', scene.path('a'))).toBe(hash);
  });
});
