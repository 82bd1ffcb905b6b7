/** Agents in working trees of their own, over real git and the scripted model. */
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {pruneWorktrees} from '../src/files/worktrees.js';
import {createScriptedModel, createSession, type ScriptedReply, type SessionOptions} from '../src/index.js';
import {createFolder} from './support/folder.js';
import {runTurn} from './support/runtime.js';

let calls = 0;
const call = (name: string, input: unknown) => ({id: `toolu_${++calls}`, name, input});

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd, encoding: 'utf8', stdio: 'pipe'});

function createRepository(): string {
  const cwd = createFolder();
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src/a.txt'), 'one\n');
  git(cwd, 'init', '-q');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-qm', 'one');
  return cwd;
}

/** A session that starts one agent in a tree of its own, which makes these calls. */
async function delegate(cwd: string, does: ScriptedReply['calls'], options: SessionOptions = {}) {
  const home = createFolder();
  const works = (does ?? []).map((each): ScriptedReply => ({calls: [each]}));
  let step = 0;
  const model = createScriptedModel(({messages}) => {
    const isChild = JSON.stringify(messages).includes('git worktree of your own');
    if (isChild) return works[step++] ?? {text: 'Child is done.'};
    if (messages.length > 1) return {text: 'Done.'};
    return {calls: [call('Agent', {description: 'alone', prompt: 'the child works', isolation: 'worktree'})]};
  });
  const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')};
  const session = await createSession({cwd, env, model, skipPermissions: true, ...options});
  onTestFinished(() => session.close());
  await runTurn(session, 'go');
  const told = JSON.stringify(model.requests.flatMap(({messages}) => messages));
  const report = JSON.stringify(session.history.at(-2));
  const path = /worktree of your own, ([^,]+),/.exec(told)?.[1] ?? '';
  return {session, report, path, told};
}

const worktrees = (cwd: string): readonly string[] =>
  git(cwd, 'worktree', 'list', '--porcelain')
    .split('\n')
    .filter(line => line.startsWith('worktree '))
    .slice(1);
const branches = (cwd: string): readonly string[] =>
  git(cwd, 'branch', '--format=%(refname:short)')
    .split('\n')
    .filter(name => name.startsWith('agent/'));

describe('an agent with a worktree of its own', () => {
  it('works there and nowhere else, and what it changed stays, with a word on where', async () => {
    const cwd = createRepository();
    writeFileSync(join(cwd, 'src/mine.txt'), 'not committed\n');
    const {report, path} = await delegate(cwd, [
      call('Read', {file_path: 'src/a.txt'}),
      call('Edit', {file_path: 'src/a.txt', old_string: 'one', new_string: 'two'}),
      call('Bash', {command: 'pwd > where.txt'}),
      call('Write', {file_path: join(cwd, 'src/b.txt'), content: 'outside\n'}),
    ]);
    expect(path.startsWith(join(cwd, '.agent/worktrees/general-purpose-'))).toBe(true);
    expect(readFileSync(join(cwd, 'src/a.txt'), 'utf8')).toBe('one\n');
    expect(readFileSync(join(path, 'src/a.txt'), 'utf8')).toBe('two\n');
    expect(readFileSync(join(path, 'where.txt'), 'utf8')).toBe(`${path}\n`);
    expect(existsSync(join(cwd, 'src/b.txt'))).toBe(false);
    expect(existsSync(join(path, 'src/mine.txt'))).toBe(false);
    expect(report).toContain(`Its changes are in the worktree ${path}, on the branch agent/`);
    expect(git(cwd, 'status', '--porcelain')).toBe('?? src/mine.txt\n');
    expect(branches(cwd)).toHaveLength(1);
    await pruneWorktrees(cwd);
    expect(existsSync(join(path, 'src/a.txt'))).toBe(true);
  });

  it('leaves nothing behind where it changed nothing', async () => {
    const cwd = createRepository();
    const {report, path} = await delegate(cwd, [call('Read', {file_path: 'src/a.txt'})]);
    expect(path).not.toBe('');
    expect(report).toContain('It changed no files.');
    expect([existsSync(path), worktrees(cwd), branches(cwd)]).toEqual([false, [], []]);
    expect(readdirSync(join(cwd, '.agent/worktrees'))).toEqual(['.gitignore']);
  });

  it('keeps what was committed there', async () => {
    const cwd = createRepository();
    const commit = 'echo two > src/a.txt && git -c user.name=a -c user.email=a@b commit -qam two';
    const {path} = await delegate(cwd, [call('Bash', {command: commit})]);
    expect(git(cwd, 'log', '--format=%s', branches(cwd)[0] ?? '')).toBe('two\none\n');
    expect(existsSync(path)).toBe(true);
  });

  it('writes nothing out of it through a link', async () => {
    const cwd = createRepository();
    const outside = createFolder();
    symlinkSync(outside, join(cwd, 'link'));
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'link');
    const {told} = await delegate(cwd, [call('Write', {file_path: 'link/x.txt', content: 'x'})]);
    expect(told).toContain('is outside of the worktree that you work in');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is not started where there is no repository, or one that would have git run programs', async () => {
    const none = await delegate(createFolder(), []);
    expect(none.report).toContain('There is no git repository here');
    const cwd = createRepository();
    git(cwd, 'config', 'filter.evil.smudge', 'touch /tmp/canary');
    const evil = await delegate(cwd, []);
    expect(evil.report).toContain('names programs that git would run');
    expect(worktrees(cwd)).toEqual([]);
  });

  it('is told the project’s instructions once, also where it reads there', async () => {
    const cwd = createRepository();
    writeFileSync(join(cwd, 'AGENTS.md'), 'Write short words.\n');
    writeFileSync(join(cwd, 'src/AGENTS.md'), 'Here is the source.\n');
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'two');
    const {told, path} = await delegate(cwd, [call('Read', {file_path: 'src/a.txt'})]);
    expect(told).toContain('Here is the source.');
    expect(told).toContain(join(path, 'src/AGENTS.md'));
    expect(told).not.toContain('Write short words.');
  });

  it('is not made where its folder leads out of the project, and nothing is left there', async () => {
    const cwd = createRepository();
    const outside = createFolder();
    symlinkSync(outside, join(cwd, '.agent'));
    const {report} = await delegate(cwd, []);
    expect(report).toContain('is reached through a link');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('leaves no branch behind where git cannot make it', async () => {
    const cwd = createRepository();
    const blob = git(cwd, 'rev-parse', 'HEAD:src/a.txt').trim();
    rmSync(join(cwd, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const {report} = await delegate(cwd, []);
    expect(report).toContain('No worktree could be made');
    expect([worktrees(cwd), branches(cwd)]).toEqual([[], []]);
    expect(readdirSync(join(cwd, '.agent/worktrees'))).toEqual(['.gitignore']);
  });

  it('is judged by the rules of the project', async () => {
    const cwd = createRepository();
    const {path} = await delegate(
      cwd,
      [
        call('Read', {file_path: 'src/a.txt'}),
        call('Write', {file_path: 'src/allowed.txt', content: 'x'}),
        call('Write', {file_path: 'other.txt', content: 'x'}),
        call('Write', {file_path: 'src/.env', content: 'x'}),
      ],
      {skipPermissions: false, allowedTools: ['Edit(src/**)'], disallowedTools: ['Edit(.env)']},
    );
    expect([existsSync(join(path, 'src/allowed.txt')), existsSync(join(path, 'other.txt'))]).toEqual([true, false]);
    expect(existsSync(join(path, 'src/.env'))).toBe(false);
  });

  it('is taken away later, if a crash came between and nothing has changed', async () => {
    const cwd = createRepository();
    const {path} = await delegate(cwd, [call('Bash', {command: 'echo x > new.txt'})]);
    rmSync(join(path, 'new.txt'));
    writeFileSync(`${path}.lock`, `${hostname()} 999999999 0\n`);
    await pruneWorktrees(cwd);
    expect([existsSync(path), worktrees(cwd), branches(cwd)]).toEqual([false, [], []]);
  });

  it('leaves no note behind where a person has taken it away', async () => {
    const cwd = createRepository();
    const {path} = await delegate(cwd, [call('Bash', {command: 'echo x > new.txt'})]);
    git(cwd, 'worktree', 'remove', '--force', path);
    git(cwd, 'branch', '-D', ...branches(cwd));
    await pruneWorktrees(cwd);
    expect(readdirSync(join(cwd, '.agent/worktrees'))).toEqual(['.gitignore']);
  });

  it('is never taken for what a folder brings along: nothing runs, and no branch goes', async () => {
    const cwd = createRepository();
    git(cwd, 'branch', 'agent/mine');
    git(cwd, 'branch', 'other');
    const folder = join(cwd, '.agent/worktrees');
    const canary = join(createFolder(), 'canary');
    mkdirSync(join(folder, 'evil'), {recursive: true});
    git(join(folder, 'evil'), 'init', '-q');
    git(join(folder, 'evil'), 'config', 'filter.x.clean', `touch ${canary}`);
    writeFileSync(join(folder, 'evil/.gitattributes'), '* filter=x\n');
    writeFileSync(join(folder, 'evil/a'), 'a');
    writeFileSync(join(folder, 'evil.json'), JSON.stringify({base: 'x', branch: 'other'}));
    writeFileSync(join(folder, 'mine.json'), JSON.stringify({base: '0'.repeat(40), branch: 'other'}));
    writeFileSync(join(folder, 'broken.json'), 'no JSON');
    await pruneWorktrees(cwd);
    expect(existsSync(canary)).toBe(false);
    expect(readdirSync(folder).filter(name => name.endsWith('.lock'))).toEqual([]);
    expect(existsSync(join(folder, 'evil/a'))).toBe(true);
    expect(git(cwd, 'branch', '--format=%(refname:short)').split('\n')).toEqual(
      expect.arrayContaining(['agent/mine', 'other']),
    );
  });

  it('may be what a type of agents says', async () => {
    const cwd = createRepository();
    const home = createFolder();
    const model = createScriptedModel(({messages}) => {
      if (JSON.stringify(messages).includes('git worktree of your own')) return {text: 'Alone.'};
      if (messages.length > 1) return {text: 'Done.'};
      return {calls: [call('Agent', {description: 'alone', prompt: 'work', subagent_type: 'hermit'})]};
    });
    const session = await createSession({
      cwd,
      env: {PATH: process.env.PATH, HOME: home},
      model,
      agents: {hermit: {description: 'works alone', prompt: 'Work.', isolation: 'worktree'}},
    });
    onTestFinished(() => session.close());
    await runTurn(session, 'go');
    expect(JSON.stringify(session.history)).toContain('It changed no files.');
  });
});
