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

const writers = [
  'cp',
  'mv',
  'rm',
  'tee',
  'tar',
  'touch',
  'mkdir',
  'chmod',
  'truncate',
  'patch',
  'rsync',
  'curl',
  'zip',
  'dd',
  'ln',
  'git',
].map(name => `Bash(${name}:*)`);

describe('a command that a rule allows, and that is there to change files', () => {
  it.each([
    'cp a.txt /tmp/x',
    'cp a.txt ../far',
    'cp -t ../far a.txt',
    'cp --unknown a.txt /tmp/x',
    'mv a.txt ~/x',
    'mv ../far/x a.txt',
    'rm -rf ~',
    'rm -rf /',
    'rm -rf ..',
    'rm -rf "$X"',
    'rm -f build/$X',
    'rm ../far/*',
    'find .. -name x | xargs rm',
    'find .. -name x -exec rm {} +',
    'tee ../far/x < a.txt',
    'tar xf a.tar -C /tmp',
    'tar cf /tmp/x.tar src',
    'touch /tmp/x',
    'mkdir -p ../far/y',
    'chmod 777 /tmp/x',
    'truncate -s 0 /tmp/x',
    'patch -d /tmp < a.txt',
    'patch /tmp/x < a.txt',
    'rsync -a . /tmp/x',
    'curl -o /tmp/x https://example.com',
    'zip /tmp/x.zip a.txt',
    'dd if=a.txt of=/tmp/x',
    'ln -s a.txt /tmp/x',
    'git worktree add /tmp/x',
    'git clone . ../far/x',
    'git archive -o /tmp/x.tar HEAD',
    'git config --global user.name x',
    'cp a.txt .git/hooks/pre-commit',
    'tee .claude/settings.json < a.txt',
    'mv a.txt .vscode/tasks.json',
  ])('asks where that is not in the project, is not known, or decides what runs: %s', async command => {
    expect(await verdict(command, writers)).toBe('ask');
    expect(await verdict(command, ['Bash'])).toBe('allow');
  });

  it.each([
    'cp a.txt src/b.txt',
    'cp -r src out',
    'cp ../far/x a.txt',
    'cp a.txt /dev/null',
    'mv src/*.ts out',
    'rm -rf src',
    'rm -f src/*.o a.txt',
    'for f in a b; do rm "$f"; done',
    'find . -name x | xargs rm -f',
    'find . -name x -exec rm {} +',
    'find src -type f -exec chmod 644 {} +',
    'tar xf a.tar',
    'tar cf x.tar src',
    'touch a b',
    'mkdir -p a/b/c',
    'curl -s https://example.com/a/../b -o out.json',
    'git clone https://example.com/x.git',
    'git config user.name x',
  ])('does what it does in the project: %s', async command => {
    expect(await verdict(command, writers)).toBe('allow');
  });

  it('goes where a rule for the place, or one with the place in it, lets it', async () => {
    expect(await verdict('cp a.txt /tmp/x', ['Bash(cp:*)', 'Edit(//tmp/**)'])).toBe('allow');
    expect(await verdict('cp a.txt /tmp/x', ['Bash(cp a.txt /tmp/x)'])).toBe('allow');
    expect(await verdict('tar xf a.tar -C /tmp', ['Bash(tar xf a.tar -C /tmp:*)'])).toBe('allow');
    expect(await verdict('cp a.txt .vscode/tasks.json', ['Bash(cp:*)', 'Edit(.vscode/**)'])).toBe('allow');
  });
});
