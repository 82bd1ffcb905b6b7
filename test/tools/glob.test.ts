import {mkdirSync, utimesSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {globTool} from '../../src/tools/glob.js';
import {createScene, type Scene} from './scene.js';

/** A small project, each file a second newer than the one before. */
function createProject(): Scene {
  const scene = createScene();
  for (const folder of ['src', 'src/deep', '.git', 'dist', 'with space', '.hidden']) mkdirSync(scene.path(folder));
  scene.put('.gitignore', 'dist/\n');
  const names = [
    'a.ts',
    'src/b.ts',
    'src/deep/c.ts',
    'src/d.tsx',
    'dist/e.ts',
    '.git/f.ts',
    '.hidden/g.ts',
    'with space/[x].ts',
  ];
  for (const [age, name] of names.entries()) {
    scene.put(name, '');
    utimesSync(scene.path(name), new Date(1e12), new Date(1e12 + age * 1_000));
  }
  return scene;
}

const glob = (scene: Scene, pattern: string, path?: string): Promise<string> =>
  scene.say(globTool, {pattern, ...(path !== undefined && {path})});

describe('Glob', () => {
  it('finds files by name, the newest first, hidden ones too, ignored ones not', async () => {
    const scene = createProject();
    expect(await scene.call(globTool, {pattern: '**/*.ts'})).toEqual({
      content: 'with space/[x].ts\n.hidden/g.ts\nsrc/deep/c.ts\nsrc/b.ts\na.ts',
      display: {summary: '5 files'},
    });
    expect(await glob(scene, '*.tsx')).toBe('src/d.tsx');
    expect(await glob(scene, '**/*.{ts,tsx}', 'src')).toBe('src/d.tsx\nsrc/deep/c.ts\nsrc/b.ts');
  });

  it('anchors a pattern at the folders it begins with', async () => {
    const scene = createProject();
    expect(await glob(scene, 'src/*.ts')).toBe('src/b.ts');
    expect(await glob(scene, './src/**')).toBe('src/d.tsx\nsrc/deep/c.ts\nsrc/b.ts');
    expect(await glob(scene, 'src/')).toBe('src/d.tsx\nsrc/deep/c.ts\nsrc/b.ts');
    expect(await glob(scene, 'deep/*.ts', 'src')).toBe('src/deep/c.ts');
    expect(await glob(scene, `${scene.folder}/src/**/c.ts`)).toBe('src/deep/c.ts');
    expect(await glob(scene, 'src/deep/c.ts')).toBe('src/deep/c.ts');
    expect(await glob(scene, 'with space/*')).toBe('with space/[x].ts');
    // Not above the project: beside it are folders of other tests.
    expect(await glob(scene, '../*/c.ts', 'src/deep')).toBe('src/deep/c.ts');
  });

  it('lists everything but what is ignored for a pattern that fits everything', async () => {
    const scene = createProject();
    const everything = await glob(scene, '**');
    expect(everything.split('\n')).toHaveLength(7);
    for (const pattern of ['*', '**/*', './**/*']) expect(await glob(scene, pattern)).toBe(everything);
  });

  it('finds ignored files where there is nothing else, and says so', async () => {
    const scene = createProject();
    expect(await glob(scene, '**/e.ts')).toBe('dist/e.ts\n\n[These files are ignored, by .gitignore or the like.]');
    expect(await glob(scene, 'dist/**')).toMatch(/^dist\/e\.ts/);
    expect(await glob(scene, '**/f.ts')).toBe('No files.');
    expect(await glob(scene, '**/absent')).toBe('No files.');
  });

  it('takes a leading ! or - for a character', async () => {
    const scene = createScene();
    for (const name of ['!a', '-b', 'c']) scene.put(name, '');
    expect(await glob(scene, '!*')).toBe('!a');
    expect(await glob(scene, '-*')).toBe('-b');
  });

  it('shows the 250 newest of many and says so', async () => {
    const scene = createScene();
    for (let number = 0; number < 300; number++) scene.put(`f${number}`, '');
    const lines = (await glob(scene, 'f*')).split('\n');
    expect(lines.slice(250)).toEqual([
      '',
      '[250 of 300 files shown. They are the newest; narrow the pattern for others.]',
    ]);
  });

  it('refuses a place that is not there and a pattern that is none', async () => {
    const scene = createProject();
    await expect(glob(scene, '*', 'missing')).rejects.toThrow(/no such file or folder/);
    await expect(glob(scene, 'missing/**/*.ts')).rejects.toBeInstanceOf(ToolError);
    await expect(glob(scene, '{a')).rejects.toThrow(/glob/);
    await expect(glob(scene, 'a\0b')).rejects.toThrow(/NUL/);
    expect(() => globTool.parse({path: 'a'})).toThrow(/`pattern`/);
  });

  it('is titled by its pattern and its place', () => {
    const place = {root: '/r', cwd: '/r'};
    expect(globTool.title({pattern: '*.ts', path: 'src'}, place)).toBe('*.ts in src');
  });
});
