import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync, utimesSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {grepTool} from '../../src/tools/grep.js';
import {createScene, type Scene} from './scene.js';

/** A small project: what is in git's folder or ignored must not be found. */
function createProject(): Scene {
  const scene = createScene();
  for (const folder of ['src', 'src/deep', '.git', 'ignored', '.hidden']) mkdirSync(scene.path(folder));
  scene.put('.gitignore', 'ignored/\n*.log\n');
  scene.put('a.ts', 'one\nneedle a\nthree\nfour\nfive\nneedle b\n');
  scene.put('src/b.ts', 'needle c\n');
  scene.put('src/deep/c.py', 'Needle d\n');
  for (const name of ['.git/config', 'ignored/x.ts', 'trace.log']) scene.put(name, 'needle hidden\n');
  scene.put('.hidden/e', 'needle e\n');
  for (const [age, name] of ['a.ts', '.hidden/e', 'src/b.ts', 'src/deep/c.py'].entries()) {
    utimesSync(scene.path(name), new Date(1e12), new Date(1e12 + age * 1_000));
  }
  return scene;
}

const grep = (scene: Scene, input: object): Promise<string> => scene.say(grepTool, {pattern: 'needle', ...input});

describe('Grep', () => {
  it('gives the files that match, the newest first, hidden ones too, ignored ones not', async () => {
    const scene = createProject();
    expect(await scene.call(grepTool, {pattern: 'needle'})).toEqual({
      content: 'src/b.ts\n.hidden/e\na.ts',
      display: {summary: '3 files'},
    });
  });

  it('gives the lines in the order of the paths, with or without numbers', async () => {
    const scene = createProject();
    expect(await scene.call(grepTool, {pattern: 'needle', output_mode: 'content'})).toEqual({
      content: '.hidden/e:1:needle e\na.ts:2:needle a\na.ts:6:needle b\nsrc/b.ts:1:needle c',
      display: {summary: '4 matches in 3 files'},
    });
    expect(await grep(scene, {output_mode: 'content', '-n': 'false', path: 'src'})).toBe('src/b.ts:needle c');
  });

  it('gives lines around, divided where they do not follow each other', async () => {
    const scene = createProject();
    expect(await grep(scene, {output_mode: 'content', '-A': 1, '-B': '1', glob: '*.ts'})).toBe(
      [
        'a.ts-1-one',
        'a.ts:2:needle a',
        'a.ts-3-three',
        '--',
        'a.ts-5-five',
        'a.ts:6:needle b',
        '--',
        'src/b.ts:1:needle c',
      ].join('\n'),
    );
    expect(await grep(scene, {output_mode: 'content', '-C': 9, path: 'a.ts'})).toMatch(
      /^a\.ts-1-one\n.*\na\.ts:6:needle b$/s,
    );
  });

  it('counts', async () => {
    const scene = createProject();
    expect(await scene.call(grepTool, {pattern: 'needle', output_mode: 'count', '-i': true})).toEqual({
      content: '.hidden/e:1\na.ts:2\nsrc/b.ts:1\nsrc/deep/c.py:1',
      display: {summary: '5 matches in 4 files'},
    });
  });

  it('takes globs as meant: one or several, relative to the folder searched or to where the agent works', async () => {
    const scene = createProject();
    const found = (glob: string, path?: string): Promise<string> =>
      grep(scene, {'-i': true, glob, ...(path && {path})});
    expect(await found('*.py')).toBe('src/deep/c.py');
    expect(await found('*.{py,rb}, src/*.ts')).toBe('src/deep/c.py\nsrc/b.ts');
    expect(await found('src/**/*.py')).toBe('src/deep/c.py');
    expect(await found('deep/*.py', 'src')).toBe('src/deep/c.py');
    expect(await found('src/deep/*.py', 'src')).toBe('src/deep/c.py');
    expect(await found('!*.ts')).toBe('src/deep/c.py\n.hidden/e');
    expect(await found('src/**', 'src')).toBe('src/deep/c.py\nsrc/b.ts');
    // One that fits everything does not bring back what is ignored, nor git's own files.
    for (const glob of ['*', '**', '**/*', './**/*'])
      expect(await found(glob)).toBe('src/deep/c.py\nsrc/b.ts\n.hidden/e\na.ts');
  });

  it('takes a file type, and refuses one that does not exist', async () => {
    const scene = createProject();
    expect(await grep(scene, {type: 'py', '-i': true})).toBe('src/deep/c.py');
    await expect(grep(scene, {type: 'klingon'})).rejects.toThrow(/unrecognized file type: klingon/);
  });

  it('searches what is ignored where path points to it', async () => {
    const scene = createProject();
    expect(await grep(scene, {path: 'ignored'})).toBe('ignored/x.ts');
    expect(await grep(scene, {path: 'trace.log'})).toBe('trace.log');
  });

  it('spans lines with multiline only', async () => {
    const scene = createProject();
    const pattern = 'needle a.three';
    expect(await scene.say(grepTool, {pattern})).toBe('No matches.');
    expect(await scene.say(grepTool, {pattern, multiline: true, output_mode: 'content'})).toBe(
      'a.ts:2:needle a\na.ts:3:three',
    );
  });

  it('takes a pattern for a pattern, whatever it begins with', async () => {
    const scene = createScene();
    scene.put('a', '--files\n-e\n');
    scene.put('--help', '--files\n');
    expect(await scene.say(grepTool, {pattern: '--files', output_mode: 'content'})).toBe(
      '--help:1:--files\na:1:--files',
    );
    expect(await scene.say(grepTool, {pattern: '-e', path: '--help'})).toBe('No matches.');
    expect(await scene.say(grepTool, {pattern: '-e', path: 'a'})).toBe('a');
  });

  it('shows lines of CRLF files and UTF-16 files as text', async () => {
    const scene = createScene();
    scene.put('crlf', 'needle\r\n');
    scene.put('wide', Buffer.from('\ufeffa needle\r\n', 'utf16le'));
    expect(await grep(scene, {output_mode: 'content'})).toBe('crlf:1:needle\nwide:1:a needle');
  });
});

describe('Grep of much', () => {
  it('shows as many lines as asked for, 250 if nothing is asked, and says what is left', async () => {
    const scene = createScene();
    scene.put('a', 'needle\n'.repeat(1_000));
    const found = await grep(scene, {output_mode: 'content'});
    expect(found.split('\n').slice(-3)).toEqual([
      'a:250:needle',
      '',
      '[250 of 1000 lines shown. Raise head_limit, or narrow the search with path, glob or the pattern.]',
    ]);
    expect((await grep(scene, {output_mode: 'content', head_limit: '2'})).split('\n')[2]).toBe('');
    expect((await grep(scene, {output_mode: 'content', head_limit: 0})).split('\n')).toHaveLength(1_000);
  });

  it('bounds lines and the whole, whatever is asked for', async () => {
    const scene = createScene();
    scene.put('a', `${'x'.repeat(100_000)} needle ${'y'.repeat(100_000)}\n`);
    expect((await grep(scene, {output_mode: 'content'})).length).toBeLessThan(1_000);
    scene.put('b', `needle ${'z'.repeat(400)}\n`.repeat(1_000));
    const whole = await grep(scene, {output_mode: 'content', head_limit: 0, path: 'b'});
    expect(whole.length).toBeLessThan(41_000);
    expect(whole).toMatch(/of 1000 lines shown/);
  });

  it('says so when there is more than can be taken', async () => {
    const scene = createScene();
    scene.put('a', `needle ${'z'.repeat(400)}\n`.repeat(30_000));
    expect(await grep(scene, {output_mode: 'content', head_limit: 1})).toMatch(/more than could be taken/);
  });
});

describe('Grep refuses', () => {
  it('a wrong pattern with the word of ripgrep', async () => {
    const scene = createProject();
    await expect(scene.call(grepTool, {pattern: '('})).rejects.toThrow(/regex parse error.*unclosed group/s);
    await expect(scene.call(grepTool, {pattern: 'a\nb'})).rejects.toThrow(/multiline/);
    await expect(scene.call(grepTool, {pattern: 'a\0b'})).rejects.toThrow(/NUL/);
  });

  it('a place that is not there, or would never end', async () => {
    const scene = createProject();
    execFileSync('mkfifo', [scene.path('pipe')]);
    symlinkSync('nowhere', scene.path('dangling'));
    for (const path of ['missing', 'a\0b', 'pipe', '/dev/zero', 'dangling', 'n'.repeat(300)]) {
      await expect(grep(scene, {path}), path).rejects.toBeInstanceOf(ToolError);
    }
  });

  it('wrong parameters, by name', () => {
    expect(() => grepTool.parse({})).toThrow(/`pattern`/);
    expect(() => grepTool.parse({pattern: 'a', output_mode: 'lines'})).toThrow(/`output_mode`/);
    expect(() => grepTool.parse({pattern: 'a', '-A': 'x'})).toThrow(/`-A`/);
  });
});

it('Grep is titled by its pattern and its place', () => {
  const place = {root: '/r', cwd: '/r'};
  expect(grepTool.title({pattern: 'a.b'}, place)).toBe('a.b');
  expect(grepTool.title({pattern: 'a.b', path: 'src'}, place)).toBe('a.b in src');
});
