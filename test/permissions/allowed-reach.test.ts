/** A rule that allows a command with whatever follows lets it write nothing outside of the project, nor work there. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createProject, open, rules, running, verdictOf} from './scene.js';

function verdict(command: string, allow: readonly string[]) {
  const project = createProject();
  for (const name of ['a.txt', 'src/x.ts']) project.put(name, 'x\n');
  mkdirSync(join(project.outside, 'far'));
  const scene = open({settings: {rules: rules(project, {allow}, 'user')}}, project);
  return verdictOf(scene, running(command, project.root));
}

const allow = [
  'Bash(sort:*)',
  'Bash(awk:*)',
  'Bash(git:*)',
  'Bash(sed:*)',
  'Bash(find:*)',
  'Bash(uniq:*)',
  'Bash(grep:*)',
];

describe('a command that a rule allows with whatever follows', () => {
  it.each([
    'sort -o ../far/s a.txt',
    'sort -uo/tmp/s a.txt',
    'sort --output=/tmp/s a.txt',
    'sort --outp /tmp/s a.txt',
    'sort -o "$X" a.txt',
    'uniq a.txt ../far/u',
    'awk \'{print > "/tmp/w"}\' a.txt',
    'awk \'{print >> "../far/w"}\' a.txt',
    "sed -n 'w /tmp/w' a.txt",
    'sed -i s/a/b/ ../far/x',
    'find .. -name x -delete',
    'find . -fprint /tmp/f',
    'git -C ../far log',
    'git -C /tmp commit -m x',
    'git -C src -C ../../far log',
    'git --git-dir=../far/.git log',
    'git --work-tree /tmp checkout .',
  ])('asks where that leads out of the project: %s', async command => {
    expect(await verdict(command, allow)).toBe('ask');
  });

  it.each([
    'sort -u a.txt',
    'awk \'/x/{print | "sort"}\' a.txt',
    'awk \'{print > "w"}\' a.txt',
    "sed -i '/x/d' a.txt",
    'find . -name x -delete',
    'git -C src log',
    'git rev-parse --git-dir',
    'git commit -m x',
    'grep x /etc/hosts',
    'uniq a.txt b.txt',
  ])('does what it does in the project: %s', async command => {
    expect(await verdict(command, allow)).toBe('allow');
  });

  it('goes elsewhere where the rule says so', async () => {
    expect(await verdict('git -C /tmp log', ['Bash(git:*)', 'Bash(git -C /tmp log:*)'])).toBe('allow');
    expect(await verdict('git -C /tmp log', ['Bash'])).toBe('allow');
  });
});
