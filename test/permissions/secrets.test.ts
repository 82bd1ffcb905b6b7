/** A file that may not be read is not shown by what goes through folders, patterns or git without naming it. */
import {execFileSync} from 'node:child_process';
import {symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createProject, type Given, open, type Project, rules, running, verdictOf} from './scene.js';

const git = (project: Project, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=me', '-c', 'user.email=me@example.com', ...words], {
    cwd: project.root,
    encoding: 'utf8',
  });

/** A repository in which a secret was committed, and one that was not. */
function createRepository(): Project {
  const project = createProject();
  git(project, 'init', '-q');
  for (const name of ['.env', 'a.txt', 'src/x.ts', 'secrets/key', 'web/index.html']) project.put(name, 'x\n');
  git(project, 'add', '.env', 'a.txt', 'src');
  for (const message of ['one', 'two']) git(project, 'commit', '-qm', message, '--allow-empty');
  return project;
}

const allow = ['Bash(tar:*)', 'Bash(mytool:*)'];

function decide(
  deny: readonly string[],
  command: string,
  {mode = null, folder = '.'}: {mode?: Given['mode']; folder?: string} = {},
) {
  const project = createRepository();
  const scene = open({settings: {rules: rules(project, {deny, allow: [...allow, 'Edit(//**)']})}, mode}, project);
  return scene.decide(running(command, project.path(folder)));
}

const verdict = async (deny: readonly string[], command: string, folder?: string) =>
  (await decide(deny, command, folder === undefined ? {} : {folder})).verdict;

describe('a denied file that the line names in git’s own ways', () => {
  it.each([
    'git log -L1,1:.env',
    'git log -L1,1:./.env --oneline',
    'git log -L :main:.env',
    "git log -p -- ':(top).env'",
    "git diff HEAD~1 -- ':/.env'",
    'git show HEAD:.env',
    'git show :.env',
    'git show :0:.env',
    "find . -name '\\.env' -exec cat {} +",
    'find . -name .env -exec cat {} +',
  ])('is denied: %s', async command => {
    expect(await verdict(['Read(.env)'], command)).toBe('deny');
  });

  it('is denied from a folder below, where git counts from the top', async () => {
    expect(await verdict(['Read(./.env)'], 'git show HEAD:.env', 'src')).toBe('deny');
  });
});

describe('a denied file that a pattern may mean', () => {
  it.each([
    "git log -p -- ':(glob).e*'",
    "git diff HEAD~1 -- ':(icase).ENV'",
    "git diff HEAD~1 -- '*.env'",
    "git diff HEAD~1 -- '.en?'",
    "git grep SECRET -- '*env'",
    'git --icase-pathspecs diff -- .ENV',
    'git status -v',
    'git status -svv',
    'git --no-pager status --verbose',
    'git cat-file -p 6291015b',
    'git cat-file blob 6291015b',
    "find . -name '[.]env' -exec cat {} +",
    "find . -name '.e*' -exec cat {} +",
    'find . -iname .ENV -exec cat {} +',
    "find . -regex '.*env' -exec cat {} +",
    "find . -path './.e*' -exec cat {} +",
    "find . ! -name '*.ts' -exec cat {} +",
    "find . ! \\( -name '*.html' -o -name x \\) -exec cat {} +",
    "find . -name '*.ts' -o -type f -exec cat {} +",
    "find . -exec cat {} + -name '*.ts'",
    "find . -exec echo -name '*.ts' {} \\; -exec cat {} +",
  ])('is asked about: %s', async command => {
    expect(await verdict(['Read(.env)'], command)).toBe('ask');
  });

  it.each([
    "find . -path './sec*' -exec head {} \\;",
    'find . -name key -exec cat {} \\;',
    "find secrets/.. -path 'secrets/../sec*' -exec cat {} +",
  ])('is asked about, in a folder: %s', async command => {
    expect(await verdict(['Read(./secrets/**)'], command)).toBe('ask');
  });

  it('is asked about although git keeps it no longer', async () => {
    expect(await verdict(['Read(*.pem)'], "git log -p -- '*.p*'")).toBe('ask');
    expect(await verdict(['Read(*.pem)'], "git log -p -- '*.ts'")).toBe('allow');
  });

  it.each([
    "find . -name '*.ts' -exec cat {} +",
    "find . \\( -name '*.ts' -o -name '*.txt' \\) -not -path './web/*' -exec grep -l x {} +",
    "find . -path './src/*' -exec cat {} +",
    "find . -name '.e*' -exec ls -l {} +",
    "find . -name '.e*'",
    "git diff HEAD~1 -- '*.ts'",
    'git diff HEAD~1 -- src a.txt',
    'git log -p HEAD -- src/x.ts',
    'git show HEAD:a.txt',
    'git cat-file -s 6291015b',
    'git status -sb',
    'git diff --stat HEAD~1 -- .env',
  ])('is no reason to ask where it cannot: %s', async command => {
    expect(await verdict(['Read(.env)', 'Read(./secrets/**)'], command)).toBe('allow');
  });
});

describe('a denied file in a folder that is gone through', () => {
  const readers = [
    'grep -r SECRET .',
    'grep -R SECRET',
    'grep -rn SECRET ./',
    'grep --recursive SECRET .',
    'grep -d recurse SECRET .',
    'grep --directories=recurse SECRET',
    'diff -rN src .',
    'diff src .',
    'git grep --no-index SECRET',
    'git grep --untracked SECRET',
    'find . -type f -exec cat {} +',
    'find . -type f -exec mytool {} +',
    'rg --hidden SECRET',
    'rg -uu SECRET .',
    "rg SECRET -g '.*'",
    "rg -g '*.env' SECRET",
    "rg --glob='*' SECRET",
    "rg --iglob '*.ENV' SECRET .",
    'cp -r . ../out',
    'cp -a ./ ../out',
    'tar cf ../x.tar .',
    'tar --create -f ../x.tar .',
  ];

  it.each(readers)('is asked about: %s', async command => {
    const decision = await decide(['Read(.env)'], command, {mode: 'acceptEdits'});
    expect(decision).toMatchObject({verdict: 'ask', isDemanded: true, reason: expect.stringContaining('Read(.env)')});
  });

  it.each([
    'git diff HEAD~1',
    'git log -p',
    'git log --patch -3',
    'git log --full-diff -p -- a.txt',
    'git show HEAD -- .',
    'git show',
    'git grep SECRET',
    'git diff',
    'git stash show -p',
    'git log -L1,1:a.txt .',
  ])('is asked about if git keeps it: %s', async command => {
    expect(await verdict(['Read(.env)'], command)).toBe('ask');
    // This one git does not keep.
    if (!command.includes('stash')) expect(await verdict(['Read(./secrets/**)'], command)).toBe('allow');
  });

  it.each([
    'grep -r x src',
    "grep -rn x . --include='*.ts'",
    "rg -uu x -g '*.ts'",
    'rg SECRET src',
    "rg x -g '*.ts' -g '!*.d.ts'",
    'grep x a.txt',
    'ls -R .',
    'git diff --stat HEAD~1',
    'git log --oneline -3',
    'git status',
    'git show --name-only',
    'cat src/x.ts',
    'cp -r src ../out',
    'cd src; grep -rn x .',
    'cd src || exit 1; grep -rn x .',
    'cd src && cat x.ts; grep -rn x .',
    'cd src 2>/dev/null; grep -rn x .',
    '{ cd src; }; grep -rn x .',
  ])('is no reason to ask where it is not shown: %s', async command => {
    expect(await verdict(['Read(.env)'], command)).toBe('allow');
  });

  it.each([
    'cd nowhere; grep -rn x .',
    'cd src; cd ..; grep -rn x .',
    'cd src || grep -rn x .',
    '! cd src; grep -rn x .',
    '(cd src); grep -rn x .',
    'cd src < nofile; grep -rn x .',
    'cd src > nowhere/x; grep -rn x .',
    '{ cd src; } < nofile; grep -rn x .',
    'cd src & grep -rn x .',
    'mv src other; cd src; grep -rn x .',
    'mytool; cd src; grep -rn x .',
    'timeout 5 mytool; cd src; grep -rn x .',
    'for i in 1 2; do cd src; grep -rn x .; cd "$OLDPWD"; mv src other; done',
  ])('is asked about where it is not certain that one goes elsewhere: %s', async command => {
    expect((await decide(['Read(.env)'], command, {mode: 'acceptEdits'})).verdict).toBe('ask');
  });

  it('is found where a link leads to it, and whether or not the folder was looked at before', async () => {
    const other = createProject();
    const deny = {settings: {rules: rules(other, {deny: ['Read(.env)', 'Read(./vault/*.key)']})}};
    const here = open(deny, other);
    const look = () => verdictOf(here, running('grep -r x .', other.root));
    other.put('src/a.ts');
    expect(await look()).toBe('allow');
    expect(await look()).toBe('allow');
    other.put('src/deep/.env');
    await expect.poll(look).toBe('ask');
    expect(await verdictOf(here, running('grep -r x vault', other.root))).toBe('allow');
    other.put('vault/a.key');
    symlinkSync('../vault', other.put('links/x').replace(/x$/, 'to'));
    await expect.poll(() => verdictOf(here, running('grep -R x links', other.root))).toBe('ask');
  });

  it('is asked about where git’s index cannot be read, or is of another kind', async () => {
    const other = createRepository();
    const here = open({settings: {rules: rules(other, {deny: ['Read(.env)']})}}, other);
    const diff = () => verdictOf(here, running('git diff', other.root));
    git(other, 'rm', '-q', '--cached', '.env');
    expect(await diff()).toBe('allow');
    git(other, 'update-index', '--index-version', '4');
    expect(await diff()).toBe('allow');
    git(other, 'add', '-f', '.env');
    expect(await diff()).toBe('ask');
    git(other, 'rm', '-q', '--cached', '.env');
    expect(await diff()).toBe('allow');
    git(other, 'update-index', '--split-index');
    expect(await diff()).toBe('ask');
  });
});
