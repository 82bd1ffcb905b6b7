/** Names of files that one command tells another, by a pipe, a substitution or a loop: silent where they stay in the project. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, renameSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createProject, type Given, open, type Project, rules, running, verdictOf} from './scene.js';

const git = ({root}: Project, ...words: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=me', '-c', 'user.email=me@example.com', ...words], {cwd: root});

interface Where {
  readonly prepare?: (project: Project) => void;
  readonly deny?: readonly string[];
  readonly allow?: readonly string[];
  readonly mode?: Given['mode'];
  readonly folder?: string;
}

function createRepository(): Project {
  const project = createProject();
  git(project, 'init', '-q');
  for (const name of ['src/a.ts', 'src/deep/b.ts', 'README.md', 'node_modules/x/index.js']) project.put(name, 'x\n');
  git(project, 'add', 'src', 'README.md');
  project.put('.env', 'KEY\n');
  return project;
}

function verdict(command: string, {prepare, deny = [], allow = [], mode = null, folder = '.'}: Where = {}) {
  const project = createRepository();
  prepare?.(project);
  const scene = open({mode, settings: {rules: rules(project, {deny, allow})}}, project);
  return verdictOf(scene, running(command, project.path(folder)));
}

const kept = [
  'git ls-files | xargs wc -l',
  "git ls-files '*.ts' | grep -v deep | xargs cat",
  'git ls-files -z | xargs -0 wc -l',
  'wc -l $(git ls-files)',
  'grep -n x $(git ls-files src) | head',
  'for f in $(git ls-files); do head -1 "$f"; done',
  'git grep -l x | xargs sed -n 1,5p',
  'git diff --name-only | xargs cat',
  'git ls-files | while read -r f; do wc -l "$f"; done',
  'while read -r f; do wc -l "$f"; done < <(git ls-files)',
];
const found = [
  "wc -l $(find . -name '*.ts')",
  'for f in `find src -type f`; do echo == $f; cat $f; done',
  'find . -name \'*.ts\' | while read f; do head -3 "$f"; done',
  'find src -type f -print0 | while IFS= read -r -d \'\' f; do echo "$f"; cat "$f"; done',
  'find . -name \'*.ts\' | sort | while IFS= read -r f; do if grep -q x "$f"; then echo "$f"; cat < "$f"; fi; done',
  'rg --files src | while read -r f; do wc -c < "$f"; done',
];

describe('names that are told', () => {
  it.each([...kept, ...found])('are read unasked: %s', async command => {
    expect(await verdict(command)).toBe('allow');
    expect(await verdict(command, {mode: 'plan'})).toBe('allow');
  });

  it.each(kept)('are read unasked in a folder below, save where git counts from the top: %s', async command => {
    expect(await verdict(command, {folder: 'src'})).toBe(command.includes('diff') ? 'ask' : 'allow');
  });

  it.each(['b c.ts', 'b\n.ts', "it's.ts", 'b*.ts', 'ä.ts', '-f.ts'])(
    'are asked about where one is %j, which would be cut, quoted or matched',
    async name => {
      const prepare = (project: Project) => {
        project.put(name);
        git(project, 'add', '--', name);
      };
      for (const command of ['git ls-files | xargs cat', 'cat $(git ls-files)']) {
        expect(await verdict(command, {prepare})).toBe('ask');
      }
    },
  );

  it.each([...kept, ...found])('are asked about where one leads out of the project: %s', async command => {
    const prepare = (project: Project) => {
      mkdirSync(join(project.home, 'deep'));
      writeFileSync(join(project.home, 'deep/b.ts'), '');
      renameSync(project.path('src/deep'), project.path('node_modules/deep'));
      symlinkSync(join(project.home, 'deep'), project.path('src/deep'));
    };
    expect(await verdict(command, {prepare})).toBe('ask');
  });

  it('are no reason to ask for what git does not keep, or find does not go through', async () => {
    const prepare = (project: Project) => void project.put('my notes *.txt');
    expect(await verdict('git ls-files | xargs cat', {prepare})).toBe('allow');
    expect(await verdict('find src -type f | xargs cat', {prepare})).toBe('allow');
    expect(await verdict('find . -type f | xargs cat', {prepare})).toBe('ask');
  });

  it.each([
    'ln -s / src/l; git ls-files | xargs cat',
    'for f in $(git ls-files); do ln -sf /etc/passwd "$f"; cat "$f"; done',
    'find src -type f | while read f; do cp -P x "$f"; cat "$f"; done',
    'git ls-files | sed s,^,/etc/, | xargs cat',
    'git ls-files | while read f; do cat "/etc/$f"; done',
    'git ls-files | while read f; do cat "$f"x; done',
    'git ls-files | while read f; do f=/etc/passwd; cat "$f"; done',
    'git ls-files | while read f; do read f < /etc/passwd; cat "$f"; done',
    'git ls-files | while read f; do printf -v f %s /etc/passwd; cat "$f"; done',
    'git ls-files | while read f; do : $((f=1)); cat "$f"; done',
    'git ls-files | while read f; do eval "f=$(cat x)"; cat "$f"; done',
    'git ls-files | while read f; do sh -c \'cat "$f"\'; done',
    'git ls-files | until read f; do cat "$f"; done',
    'git ls-files | while read -n 3 f; do cat "$f"; done',
    'git ls-files | while IFS=a read -r f; do cat "$f"; done',
    'IFS=a; cat $(git ls-files)',
    'git ls-files | while read a b; do cat "$b"; done',
    'g() { read f; }; git ls-files | while read f; do g < x; cat "$f"; done',
    'git ls-files() { echo /etc/passwd; }; cat $(git ls-files)',
    'find src -type f | { exec < x; while read f; do cat "$f"; done; }',
    'find src -type f | while read f; do cat "$f"; exec < x; done',
    'find src -type f | { e\\xec < x; xargs cat; }',
    "find src -type f | { '.' x; xargs cat; }",
    'g() { exec < x; }; find src -type f | while read f; do cat "$f"; g; done',
    'find src -type f | { eval "ex""ec < x"; xargs cat; }',
    'find src -type f | { $X < x; xargs cat; }',
    'find src -type f | { if ! $X < x; then xargs cat; fi; }',
    'cat $(git ls-files ..)',
    'cat $(git ls-files :/)',
    'cat $(git ls-files src/../../x)',
    'cat $(rg --files -0 src)',
    'cat "$(git ls-files)"',
    'cat /etc/$(git ls-files)',
    'cat $(git -C .. ls-files)',
    'cat $(git ls-files -s)',
    'cat $(git ls-files; echo /etc/passwd)',
    'cat $(git ls-files || cat x)',
    'cat $(git diff --name-only HEAD~1)',
    'git ls-files | { read x; cat "$x"; }; cat "$x"',
    'while read -r f; do cat "$f"; done < <(cat a)',
    'while read -r f; do cat "$f"; done < <(find ..)',
    'while read -r f; do cat "$f"; done <<< /etc/passwd',
    'git ls-files | tee x | xargs cat',
  ])('are asked about where they may become others: %s', async command => {
    expect(await verdict(command, {mode: 'acceptEdits'})).toBe('ask');
  });

  it.each(['rm "$f"', 'sh "$f"', '. "$f"', '"$f"', 'mytool "$f"', 'tee "$f"', 'echo x > "$f"'])(
    'are asked about where more is done with them than to read: %s',
    async part => {
      expect(await verdict(`git ls-files | while read f; do ${part}; done`)).toBe('ask');
    },
  );
});

describe('a file that may not be read', () => {
  const deny = ['Read(.env)'];

  it.each([
    'find . -type f | while read f; do cat "$f"; done',
    'find . -type f | while read f; do head -1 < "$f"; done',
    'cat $(find . -type f)',
    'for f in $(find . -type f); do cat $f; done',
    'find src -name nowhere | xargs grep -r KEY',
    'grep -r KEY $(find src -name nowhere)',
    'find . -maxdepth 1 -type d -exec grep -r KEY {} +',
    'find . -type d | xargs grep -r KEY',
    'find . -maxdepth 1 -name . -exec tar cf x.tar {} +',
    'git add -A && git diff --cached',
    'git stage --all; git diff --staged',
    'git add . && git ls-files | xargs cat',
  ])('is asked about in every mode where it may be among them: %s', async command => {
    const allow = ['Bash(tar:*)', 'Bash(git:*)'];
    for (const mode of ['default', 'bypassPermissions'] as const)
      expect(await verdict(command, {deny, allow, mode})).toBe('ask');
  });

  it.each([
    'git ls-files | xargs cat',
    'cat $(git ls-files)',
    'find . -type f | while read f; do ls -l "$f"; done',
    'find . -name \'*.ts\' | while read f; do cat "$f"; done',
    'git add src && git log --oneline',
  ])('is no reason to ask where it is not: %s', async command => {
    expect(await verdict(command, {deny, allow: ['Bash(git add:*)']})).toBe('allow');
  });
});

describe('what git tells of its own branches and commits', () => {
  it.each([
    'git show $(git rev-parse HEAD)',
    'git diff $(git merge-base main HEAD) -- src',
    'git log "$(git merge-base main HEAD)"..HEAD --oneline',
    'git diff "$(git branch --show-current)" --stat',
  ])('is no option and no file of its: %s', async command => {
    expect(await verdict(command)).toBe('allow');
  });

  it.each([
    'git show $(cat x)',
    'git diff $(git rev-parse HEAD) --output=x',
    'git show $(git rev-parse "$X")',
    'git checkout $(git rev-parse HEAD)',
    'timeout $(git rev-parse HEAD) 5 cat x',
    'cat $(git rev-parse HEAD)',
  ])('makes nothing else pass: %s', async command => {
    expect(await verdict(command)).toBe('ask');
  });

  it('shows no file that may not be read', async () => {
    expect(
      await verdict('git show $(git rev-parse HEAD):.env', {deny: ['Read(.env)'], mode: 'bypassPermissions'}),
    ).toBe('deny');
  });
});
