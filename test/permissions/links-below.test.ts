/** Links in a folder that is gone through lead no command out of the project, nor to what may not be read. */
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createProject, type Given, open, rules, running} from './scene.js';

interface Where {
  readonly deny?: readonly string[];
  readonly mode?: Given['mode'];
  readonly isFar?: boolean;
  readonly allow?: readonly string[];
}

async function verdict(command: string, {deny = [], mode = null, isFar = false, allow = []}: Where): Promise<string> {
  const project = createProject();
  for (const name of ['src/a.md', 'a.txt', '.env', 'keys/k']) project.put(name, 'root:K\n');
  writeFileSync(join(project.home, 'passwd.md'), 'root:\n');
  mkdirSync(project.path('l'));
  mkdirSync(project.path('near'));
  symlinkSync('../a.txt', project.path('near/a.md'));
  if (isFar) {
    symlinkSync(project.home, project.path('l/homedir'));
    symlinkSync(join(project.home, 'passwd.md'), project.path('l/out.md'));
    symlinkSync('../l', project.path('src/further'));
  } else {
    symlinkSync('../.env', project.path('l/link.txt'));
    symlinkSync('../keys', project.path('l/keys'));
  }
  const scene = open({settings: {rules: rules(project, {deny, allow})}, mode}, project);
  return (await scene.decide(running(command, project.root))).verdict;
}

describe('a link that leads out of the project', () => {
  it.each([
    'cat l/out.md',
    'grep -R root: l',
    'grep --dereference-recursive root: .',
    'grep -R root: src',
    'rg -L root l',
    'rg --follow root',
    'diff -r l src',
    'find -L l -name shadow -exec head -1 {} +',
    'find src -follow -exec cat {} +',
    "find l -name '*.md' -exec head -1 {} +",
    "find l -name '*.md' | xargs head -1",
    "find . \\( -type f -o -name '*.md' \\) -exec cat {} +",
  ])('is asked about: %s', async command => {
    expect(await verdict(command, {isFar: true})).toBe('ask');
  });

  it.each([
    'grep -r root: l',
    'grep -R root: near',
    'rg root l',
    "find l -name '*.txt' -exec cat {} +",
    'find l -type f -exec cat {} +',
    'find near -exec cat {} +',
    'find l -exec ls -l {} +',
  ])('is no reason to ask where it is not followed: %s', async command => {
    expect(await verdict(command, {isFar: true})).toBe('allow');
  });

  it('is followed where a rule allows the command, or the place', async () => {
    expect(await verdict('grep -R root: l', {isFar: true, allow: ['Bash(grep:*)']})).toBe('allow');
  });
});

describe('a link to a file that may not be read', () => {
  it.each([
    "find l -name '*.txt' -exec cat {} +",
    "find . -name '*.txt' -exec cat {} +",
    'grep -R K l',
    'rg -L K l --hidden',
    'rg -L K l',
    'diff -r l src',
    'zip -r x.zip l',
    'cp -rL l /tmp/y',
  ])('is asked about in every mode: %s', async command => {
    expect(await verdict(command, {deny: ['Read(./.env)']})).toBe('ask');
    expect(await verdict(command, {deny: ['Read(./.env)'], mode: 'bypassPermissions'})).toBe('ask');
  });

  it.each(['grep -R K l', 'find -L l -name k -exec cat {} +'])(
    'is asked about in a folder that a link leads to: %s',
    async command => {
      expect(await verdict(command, {deny: ['Read(./keys/k)'], mode: 'bypassPermissions'})).toBe('ask');
    },
  );

  it.each(['grep -r K l', 'rg K l', "find l -name '*.md' -exec cat {} +"])(
    'is no reason to ask where it is not followed: %s',
    async command => {
      expect(await verdict(command, {deny: ['Read(./.env)']})).toBe('allow');
    },
  );
});
