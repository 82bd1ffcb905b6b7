/** What searches pass over, as if it were not there: files that no agent may read. */
import {mkdirSync, symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Tool} from '../../src/core/ports.js';
import {globTool} from '../../src/tools/glob.js';
import {grepTool} from '../../src/tools/grep.js';
import {open, rules} from '../permissions/scene.js';
import {createScene} from './scene.js';

function scene() {
  const here = createScene();
  for (const folder of ['keys', 'src', 'src/deep']) mkdirSync(here.path(folder));
  for (const name of ['keys/a.txt', '.env', 'src/deep/.env', 'src/a.txt'])
    here.put(name, 'needle one\nhay\nneedle two\n');
  symlinkSync(here.path('keys'), here.path('src/link'));
  const project = {outside: here.folder, root: here.folder, home: here.folder, path: here.path, put: () => ''};
  const {hides} = open({settings: {rules: rules(project, {deny: ['Read(.env)', 'Read(./keys/**)']})}}, project);
  const search = async (tool: Tool, input: unknown): Promise<string> => {
    const {content} = await tool.run(tool.parse(input), here.context('main', {hides: path => hides?.(path) ?? false}));
    return String(content);
  };
  return {...here, search};
}

describe('Grep', () => {
  it.each(['files_with_matches', 'content', 'count'])('passes over what may not be read: %s', async output_mode => {
    const found = await scene().search(grepTool as Tool, {pattern: 'needle', output_mode, '-C': 1});
    expect(found).toContain('src/a.txt');
    expect(found).not.toMatch(/keys|\.env/);
  });

  it('finds nothing where all of it may not be read', async () => {
    const {search} = scene();
    for (const path of ['keys', 'src/link', 'keys/a.txt', 'src/deep']) {
      for (const output_mode of ['files_with_matches', 'content', 'count']) {
        expect(await search(grepTool as Tool, {pattern: 'needle', path, output_mode})).toBe('No matches.');
      }
    }
  });
});

describe('Glob', () => {
  it('does not list what may not be read', async () => {
    const {search} = scene();
    expect((await search(globTool as Tool, {pattern: '**/*'})).split('\n')).toEqual(['src/a.txt']);
    expect(await search(globTool as Tool, {pattern: '**/.env'})).toBe('No files.');
    expect(await search(globTool as Tool, {pattern: 'keys/*'})).toBe('No files.');
  });

  it('tells the folder that its pattern names, for rules', () => {
    const {folder} = createScene();
    const place = {root: folder, cwd: folder};
    const subjectsOf = (input: Parameters<NonNullable<typeof globTool.subjects>>[0]) =>
      globTool.subjects?.(input, place);
    const at = (path: string) => [{type: 'path', access: 'read', path}];
    expect(subjectsOf({pattern: '/etc/**/*.conf'})).toEqual(at('/etc'));
    expect(subjectsOf({pattern: '../other/*'})).toEqual(at(`${folder.replace(/\/[^/]+$/, '')}/other`));
    expect(subjectsOf({pattern: '*.ts', path: 'src'})).toEqual(at(`${folder}/src`));
    expect(subjectsOf({pattern: '**/*'})).toEqual(at(folder));
  });
});
