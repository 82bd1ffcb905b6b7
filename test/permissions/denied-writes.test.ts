/** A file that may not be changed is not changed by a command that is allowed, however the line tells of it. */
import {mkdirSync, symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createProject, type Given, open, type Project, rules, running} from './scene.js';

function createFiles(): Project {
  const project = createProject();
  for (const name of ['a.txt', 'b', 'src/x.ts', 'p', '.env', 'dist/cli.js']) project.put(name, 'x\n');
  mkdirSync(project.path('l'));
  symlinkSync('../.env', project.path('l/link.txt'));
  return project;
}

async function verdict(
  command: string,
  lists: Parameters<typeof rules>[1],
  mode: Given['mode'] = null,
): Promise<string> {
  const project = createFiles();
  const scene = open({settings: {rules: rules(project, lists, 'user')}, mode}, project);
  return (await scene.decide(running(command, project.root))).verdict;
}

describe('a file that a rule forbids to edit', () => {
  const lists = {deny: ['Edit(a.txt)'], allow: ['Bash']};

  it.each([
    'echo x > a.t*',
    'sort -o a.txt b',
    "sed -n 'w a.txt' b",
    "sed -n 'wa.txt' b",
    'curl -so a.txt https://example.com',
    'perl -pi -e s/h/Z/ a.txt',
    'git checkout -- a.txt',
    'git restore a.txt',
    'git rm a.txt',
    'git mv a.txt b',
    'git log --output=a.txt',
    'find . -name a.txt -delete',
    'find . -fprint a.txt',
    'tar cf a.txt src',
    'gzip a.txt',
    'wget -O a.txt https://example.com',
    'uniq p a.txt',
    'rsync p a.txt',
    'awk \'{print > "a.txt"}\' b',
    'prettier --write a.txt',
    'npx prettier --write a.txt',
    'python3 -c \'open("a.txt", "w")\'',
    'node -e \'fs.writeFileSync("a.txt", "")\'',
    'python3 -m black a.txt',
  ])('is refused: %s', async command => {
    expect(await verdict(command, lists)).toBe('deny');
    expect(await verdict(command, {deny: ['Edit(a.txt)']}, 'bypassPermissions')).toBe('deny');
  });

  it.each([
    'echo x > $(echo a.txt)',
    'echo x > "$F"',
    'echo x > a.t[x]t',
    'rm -r "$F"',
    'touch $F',
    'rm -rf .',
    'rm -rf ./',
    'git checkout .',
    'git restore -- .',
    "find . -name '*.txt' -delete",
    'prettier --write .',
    'mv ../project /tmp/y',
  ])('is asked about where the line does not tell: %s', async command => {
    expect(await verdict(command, lists)).toBe('ask');
    expect(await verdict(command, {deny: ['Edit(a.txt)']}, 'bypassPermissions')).toBe('ask');
  });

  it.each([
    'cat a.txt',
    'git add a.txt',
    "git commit -m 'change a.txt'",
    'git diff a.txt',
    'echo x > b',
    'rm -r src',
    'git checkout src',
    "find . -name '*.pyc' -delete",
    'mv b src',
    'mv p .',
    'python3 tool.py',
  ])('is no reason to ask where it stays as it is: %s', async command => {
    expect(await verdict(command, lists)).toBe('allow');
  });

  it.each(['node dist/cli.js', 'npx vitest run dist/cli.js', 'npx tsc dist/cli.ts'])(
    'may be run, tested and checked: %s',
    async command => {
      expect(await verdict(command, {deny: ['Edit(/dist/**)', 'Edit(./dist/**)'], allow: ['Bash']})).toBe('allow');
    },
  );
});

describe('a file that a rule forbids to read', () => {
  const lists = {deny: ['Read(.env)', 'Read(secrets/**)'], allow: ['Bash']};

  it.each([
    'echo hi > .env',
    'echo hi >> l/link.txt',
    'rm .env',
    'touch secrets/new',
    'echo hi | tee .env',
    'truncate -s0 .env',
    'cp b .env',
    'chmod 600 .env',
    'dd if=b of=.env',
  ])('is neither written nor removed: %s', async command => {
    expect(await verdict(command, lists)).toBe('deny');
    expect(await verdict(command, {deny: lists.deny}, 'acceptEdits')).toBe('deny');
    expect(await verdict(command, {deny: lists.deny}, 'bypassPermissions')).toBe('deny');
  });

  it.each([
    'HISTFILE=.env; history -r; history',
    'BASH_ENV=.env bash -c ls',
    'ENV=.env sh -i -c ls',
    'GIT_CONFIG_GLOBAL=.env git config -l --global',
    'NPM_CONFIG_USERCONFIG=.env npm config list',
    'export KUBECONFIG=b:.env; kubectl config view',
    'env PIP_CONFIG_FILE=./.env pip config list',
    'MAKEFILES=.env make',
    'NODE_OPTIONS=--env-file=.env node b',
    'PYTHONSTARTUP=secrets/x python3 -i',
    'COMPOSE_ENV_FILES=b,.env docker compose config',
    'cd src && LESSKEYIN=../.env less x.ts',
    "PS1='$(cat .env)' bash -i",
    "PROMPT_COMMAND='cat .env' bash -i",
    "PS4='$(cat .env)'; set -x; ls",
    'declare -x BASH_ENV=.env; bash -c ls',
    'history -r .env; history',
    'history -w .env',
  ])('is not read by a variable or the history: %s', async command => {
    expect(await verdict(command, lists)).toBe('deny');
    expect(await verdict(command, {deny: lists.deny}, 'bypassPermissions')).toBe('deny');
  });

  it.each([
    'echo x > b',
    'rm b',
    'rm -rf dist',
    'touch src/new.ts',
    'NODE_ENV=production npm test',
    'F=.env; ls -l "$F"',
    'export NODE_ENV=test; npm test',
    'history',
    'ls -l .env',
    'rm -f dist/*.js',
    'npm test 2>&1 | tee out.log',
    'npm test > out-$(date +%s).log',
    't=$(mktemp); echo x > "$t"; rm -f "$t"',
    'FOO="do not read .env" npm test',
  ])('is no reason to ask about another: %s', async command => {
    expect(await verdict(command, lists)).toBe('allow');
  });
});

describe('a file that a rule forbids to read, where all else may run', () => {
  it.each([
    "sed 'r.env' a.txt",
    'cat .[e]nv',
    'echo $(< .e*)',
    "sh -c 'cat $0' .env",
    'set -- .env; cat "$1"',
    'echo .env | xargs cat',
    'cat $(echo .env)',
    'for f in $(echo .env); do cat $f; done',
  ])('is not read: %s', async command => {
    expect(await verdict(command, {deny: ['Read(./.env)']}, 'bypassPermissions')).not.toBe('allow');
  });
});
