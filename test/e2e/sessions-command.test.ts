/** `agent sessions`: over conversations that the program itself kept, with everything that may lie beside them. */
import {spawnSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {size} from '../../src/ui/format.js';
import {createFolder, type Finished, type Folder, runAgent, served, startAgent} from '../support/agent.js';
import {type Reply, silentReply, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let home: Folder;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\ntwo\n'});
  home = createFolder();
});

const day = 24 * 60 * 60 * 1000;
const root = (): string => join(home.path, '.agent', 'sessions');
const place = (cwd = folder.path): string => join(root(), cwd.replace(/[^A-Za-z0-9]+/g, '-'));
const logOf = (id: string, cwd?: string): string => join(place(cwd), `${id}.jsonl`);

async function converse(
  id: string,
  prompt: string,
  {
    replies = [textReply('Well.')],
    cwd = folder.path,
  }: {
    readonly replies?: readonly Reply[];
    readonly cwd?: string;
  } = {},
): Promise<void> {
  const server = await serveModel(replies);
  const run = await runAgent(['-p', prompt, '--session-id', id], {cwd, env: {...served(server.url), HOME: home.path}});
  expect(run).toMatchObject({code: 0, stderr: ''});
}

const sessions = (...args: readonly string[]): Promise<Finished> =>
  runAgent(['sessions', ...args], {cwd: folder.path, env: {HOME: home.path}});

/** Makes a conversation look as if it were last written that long ago. */
function makeOld(id: string, milliseconds: number): void {
  const at = (Date.now() - milliseconds) / 1000;
  utimesSync(logOf(id), at, at);
}

describe('agent sessions list', () => {
  it('tells of those of this folder, the newest first, or of all', async () => {
    spawnSync('git', ['init', '-q', '-b', 'spring', folder.path]);
    const other = createFolder();
    await converse('aaaa1111-1', 'count the apples');
    await converse('bbbb2222-2', 'count the\n  pears \u001b[31mnow');
    await converse('cccc3333-3', 'elsewhere', {cwd: other.path});
    makeOld('aaaa1111-1', 3 * day);
    const [head, ...rows] = (await sessions('list')).stdout.trimEnd().split('\n');
    expect(head?.split(/ +/)).toEqual(['ID', 'AGE', 'BRANCH', 'MESSAGES', 'SIZE', 'TITLE']);
    expect(rows.map(row => row.replace(/\d+ kB/, '… kB').replace(/ +/g, ' '))).toEqual([
      'bbbb2222 now spring 2 … kB count the pears ␛[31mnow',
      'aaaa1111 3 days spring 2 … kB count the apples',
    ]);
    const {stdout} = await sessions('list', '--all', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {id: 'cccc3333-3', folder: other.path, branch: null, prompt: 'elsewhere', messages: 2, isOpen: false},
      {id: 'bbbb2222-2', folder: folder.path, branch: 'spring', title: null},
      {
        id: 'aaaa1111-1',
        prompt: 'count the apples',
        path: logOf('aaaa1111-1'),
        bytes: statSync(logOf('aaaa1111-1')).size,
      },
    ]);
    const all = (await sessions('list', '--all')).stdout;
    expect(all.startsWith(`${other.path}\nID `)).toBe(true);
    expect(all).toContain(`\n${folder.path}\nID `);
  });

  it('says so where there is none, and without a home', async () => {
    expect(await sessions('list')).toEqual({
      code: 0,
      signal: null,
      stdout: '',
      stderr: 'No conversation of this folder is kept. --all lists those of all folders.\n',
    });
    const homeless = await runAgent(['sessions', 'list'], {cwd: folder.path, env: {HOME: ''}});
    expect([homeless.code, homeless.stderr]).toEqual([2, 'There is no home folder, so no conversation is kept.\n']);
  });

  it('passes over what is none: empty files, links that lead nowhere, folders, pipes, and names of others', async () => {
    await converse('aaaa1111-1', 'count the apples');
    writeFileSync(join(place(), '.jsonl'), 'x');
    writeFileSync(join(place(), 'some notes.jsonl'), 'x');
    writeFileSync(join(place(), 'notes.txt'), 'x');
    symlinkSync('/nowhere', logOf('dangling'));
    mkdirSync(logOf('folder'));
    spawnSync('mkfifo', [logOf('pipe')]);
    writeFileSync(logOf('empty'), '');
    writeFileSync(logOf('binary'), Buffer.from([0, 255, 10, 13, 200]));
    writeFileSync(join(root(), 'a-file'), 'x');
    const {code, stdout} = await sessions('list', '--all', '--json');
    const found: readonly {readonly id: string}[] = JSON.parse(stdout);
    expect([code, found.map(({id}) => id).sort()]).toEqual([0, ['aaaa1111-1', 'binary', 'empty']]);
    expect((await sessions('list')).stdout).toContain('(nothing was said)');
    const resumed = await runAgent(['-r', 'apples', '-p', 'x', '--model', 'demo'], {
      cwd: folder.path,
      env: {HOME: home.path},
    });
    expect(resumed.stderr).toContain('Loaded 2 of 2 messages');
  });

  it('of all folders, and what is named, needs no folder to be in', async () => {
    await converse('aaaa1111-1', 'count the apples');
    const gone = createFolder({'below/x': ''});
    const within = (args: string) =>
      runAgent([], {cwd: join(gone.path, 'below'), env: {HOME: home.path}, through: `rm -r "$PWD"; "$0" "$1" ${args}`});
    expect(await within('sessions list')).toMatchObject({
      code: 2,
      stderr: 'The folder to work in, the current one, does not exist. Change to one that does.\n',
    });
    mkdirSync(join(gone.path, 'below'));
    expect((await within('sessions list --all')).stdout).toContain('count the apples');
    mkdirSync(join(gone.path, 'below'));
    expect(await within('sessions delete aaaa1111')).toMatchObject({code: 0, stderr: ''});
  });

  it('knows what was said in a turn that did not end', async () => {
    const server = await serveModel([textReply('One.'), silentReply]);
    const env = {...served(server.url), HOME: home.path};
    await runAgent(['-p', 'first', '--session-id', 'aaaa1111-1'], {cwd: folder.path, env});
    const {child, finished} = startAgent(['-c', '-p', 'second'], {cwd: folder.path, env});
    await server.request(1);
    const open = JSON.parse((await sessions('list', '--json')).stdout);
    child.kill('SIGKILL');
    await finished;
    expect(open).toMatchObject([{messages: 3, prompt: 'first', isOpen: true}]);
    expect(JSON.parse((await sessions('list', '--json')).stdout)).toMatchObject([{messages: 3, isOpen: false}]);
  });
});

describe('agent sessions show and export', () => {
  const withAgent = [
    toolReply([{name: 'Agent', input: {description: 'look', prompt: 'Look at <b>it</b>.'}}]),
    toolReply([{name: 'Read', input: {file_path: 'notes.txt'}}]),
    textReply('I looked.'),
    textReply('All ```is``` <script>alert(1)</script> well.'),
  ];

  it('tell the conversation, and that of each agent where it was started', async () => {
    await converse('aaaa1111-1', 'let one look', {replies: withAgent});
    const {code, stdout} = await sessions('show', 'aaaa');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^# let one look\n[\s\S]*## You\n\nlet one look\n\n\*\*Agent\*\* `look`[\s\S]*### Agent agent-1, general-purpose[\s\S]*Look at <b>it<\/b>\.[\s\S]*\*\*Read\*\* `notes.txt` → 2 lines[\s\S]*I looked\.[\s\S]*\*End of agent-1\*[\s\S]*All ```is```/,
    );
    const shown = JSON.parse((await sessions('show', 'aaaa', '--json')).stdout);
    expect(shown).toMatchObject({
      id: 'aaaa1111-1',
      folder: folder.path,
      agents: [{id: 'agent-1', parentId: 'main', kind: 'general-purpose', description: 'look'}],
    });
    expect(shown.messages).toHaveLength(4);
    expect(shown.agents[0].messages).toHaveLength(4);
  });

  it("write a file of one's own, of the kind that its name says, and none over another", async () => {
    await converse('aaaa1111-1', 'let one look', {replies: withAgent});
    const first = await sessions('export', 'aaaa1111-1');
    expect(first).toMatchObject({code: 0, stdout: `${join(folder.path, 'conversation-aaaa1111.md')}\n`});
    expect(folder.read('conversation-aaaa1111.md')).toBe((await sessions('show', 'aaaa')).stdout);
    expect(statSync(join(folder.path, 'conversation-aaaa1111.md')).mode & 0o777).toBe(0o600);
    const again = await sessions('export', 'aaaa1111-1');
    expect([again.code, again.stderr]).toEqual([
      2,
      `${join(folder.path, 'conversation-aaaa1111.md')} is there already. Give another name, or --force to replace it.\n`,
    ]);
    expect(await sessions('export', 'aaaa1111-1', '--force', '--format=json')).toMatchObject({code: 0});
    expect(JSON.parse(folder.read('conversation-aaaa1111.json')).title).toBe('let one look');
    await sessions('export', 'aaaa1111-1', 'out.html');
    const html = folder.read('out.html');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('Look at &lt;b&gt;it&lt;/b&gt;.');
    expect(html).not.toMatch(/<script|src="(?!data:)|href=/);
    const nowhere = await sessions('export', 'aaaa1111-1', 'no/such/folder.md');
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      `${join(folder.path, 'no/such/folder.md')} cannot be written (ENOENT).\n`,
    ]);
  });

  it('leave out what is damaged, and say so', async () => {
    await converse('aaaa1111-1', 'count the apples');
    const lines = readFileSync(logOf('aaaa1111-1'), 'utf8').split('\n');
    writeFileSync(
      logOf('aaaa1111-1'),
      lines.map(line => (line.includes('"reply"') ? line.slice(0, -30) : line)).join('\n'),
    );
    const {code, stdout, stderr} = await sessions('show', 'aaaa');
    expect([code, stderr]).toEqual([0, `Damaged, and left out: 1 line of ${logOf('aaaa1111-1')}.\n`]);
    expect(stdout).toContain('count the apples');
  });
});

describe('agent sessions delete', () => {
  it('takes all that is kept of it, whatever the rest, and asks for enough of the id', async () => {
    const spawn = toolReply([{name: 'Agent', input: {description: 'look', prompt: 'Look.'}}]);
    await converse('aaaa1111-1', 'one', {replies: [spawn, textReply('Seen.'), textReply('Good.')]});
    await converse('aaaa1111-2', 'two');
    await converse('bbbb2222-1', 'three');
    expect(existsSync(join(place(), 'aaaa1111-1', 'agents'))).toBe(true);
    const short = await sessions('delete', 'bbbb');
    expect([short.code, short.stderr]).toEqual([
      2,
      'No conversation has the id "bbbb". Give at least 8 characters of it. agent sessions list --all lists them.\n',
    ]);
    const many = await sessions('delete', 'bbbb2222', 'aaaa1111');
    expect([many.code, many.stderr]).toEqual([
      2,
      '2 conversations have ids that begin with "aaaa1111". Give more of it.\n',
    ]);
    expect(existsSync(logOf('bbbb2222-1'))).toBe(true);
    const listed: readonly {id: string; bytes: number}[] = JSON.parse((await sessions('list', '--json')).stdout);
    const bytes = listed.find(({id}) => id === 'aaaa1111-1')?.bytes ?? 0;
    const gone = await sessions('delete', 'bbbb2222', 'aaaa1111-1', 'aaaa1111-1');
    expect(gone.stdout).toContain(`Deleted aaaa1111-1 (${size(bytes)}).`);
    expect(gone).toMatchObject({code: 0, stderr: ''});
    expect(gone.stdout.replace(/\(.*?\)/g, '(…)')).toBe('Deleted bbbb2222-1 (…).\nDeleted aaaa1111-1 (…).\n');
    expect(readdirSync(place())).toEqual(['aaaa1111-2.jsonl']);
  });

  it('of an id that conversations of several folders have takes that of this folder, or none', async () => {
    const [one, two] = [createFolder(), createFolder()];
    for (const {path} of [one, two]) await converse('same', 'elsewhere', {cwd: path});
    const refused = await sessions('delete', 'same');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'Conversations of 2 folders have the id "same". Change to the folder of the one that is meant.\n',
    ]);
    await converse('same', 'here');
    expect(await sessions('delete', 'same')).toMatchObject({code: 0});
    expect([folder, one, two].map(({path}) => existsSync(logOf('same', path)))).toEqual([false, true, true]);
  });

  it('leaves one that a program has open', async () => {
    const server = await serveModel([silentReply]);
    const env = {...served(server.url), HOME: home.path};
    const {child, finished} = startAgent(['-p', 'wait', '--session-id', 'aaaa1111-1'], {cwd: folder.path, env});
    await server.request(0);
    const refused = await sessions('delete', 'aaaa1111-1');
    const pruned = await sessions('prune', '--older-than', '0h');
    child.kill('SIGKILL');
    await finished;
    expect([refused.code, refused.stderr]).toEqual([1, 'A program has aaaa1111-1 open. Leave that first.\n']);
    expect([pruned.code, pruned.stdout]).toEqual([0, '0 conversations deleted (0 B), 1 kept.\n']);
    expect(existsSync(logOf('aaaa1111-1'))).toBe(true);
    expect(await sessions('delete', 'aaaa1111-1')).toMatchObject({code: 0});
  });

  it('follows no link out of its folder', async () => {
    await converse('aaaa1111-1', 'one');
    const outside = createFolder({'precious.txt': 'x', 'log.jsonl': ''});
    symlinkSync(outside.path, join(place(), 'aaaa1111-1'));
    symlinkSync(join(outside.path, 'log.jsonl'), logOf('bbbb2222-1'));
    expect(await sessions('delete', 'aaaa1111-1', 'bbbb2222-1')).toMatchObject({code: 0});
    expect(readdirSync(place())).toEqual([]);
    expect(readdirSync(outside.path).sort()).toEqual(['log.jsonl', 'precious.txt']);
  });
});

describe('cleanupPeriodDays', () => {
  it('deletes by itself what is older, and only where the person says so', async () => {
    for (const [id, age] of [
      ['aaaa1111-1', 40],
      ['bbbb2222-1', 20],
    ] as const) {
      await converse(id, `of ${id}`);
      makeOld(id, age * day);
    }
    const ids = () =>
      readdirSync(place())
        .filter(name => name.endsWith('.jsonl'))
        .sort();
    folder.write('.agent/settings.json', '{"cleanupPeriodDays": 1}');
    home.write('.claude/settings.json', '{"cleanupPeriodDays": 1}');
    const env = {...served((await serveModel([textReply('One.'), textReply('Two.')])).url), HOME: home.path};
    const first = await runAgent(['-p', 'x', '--session-id', 'cccc3333-1', '--trust'], {cwd: folder.path, env});
    expect(first.stderr).toContain('how long conversations are kept is for the person to say');
    expect(ids()).toHaveLength(3);
    home.write('.agent/settings.json', '{"cleanupPeriodDays": 30}');
    await runAgent(['-c', '-p', 'x'], {cwd: folder.path, env});
    expect(ids()).toEqual(['bbbb2222-1.jsonl', 'cccc3333-1.jsonl']);
  });
});

describe('agent sessions prune', () => {
  it('deletes what is old, or too much, and only says so on demand', async () => {
    for (const [id, age] of [
      ['aaaa1111-1', 40],
      ['bbbb2222-1', 20],
      ['cccc3333-1', 0],
    ] as const) {
      await converse(id, `of ${id}`);
      makeOld(id, age * day);
    }
    const dry = await sessions('prune', '--older-than=30d', '--dry-run');
    expect(dry.stdout.replace(/\d+ kB/g, '… kB')).toBe(
      'Would delete aaaa1111  … kB  of aaaa1111-1\n1 conversation would be deleted (… kB), 2 would be kept.\n',
    );
    expect(readdirSync(place())).toHaveLength(3);
    await sessions('prune', '--older-than', '4w');
    expect(readdirSync(place()).sort()).toEqual(['bbbb2222-1.jsonl', 'cccc3333-1.jsonl']);
    const most = statSync(logOf('cccc3333-1')).size + 10;
    const bySize = await sessions('prune', '--max-size', `${most / 1000}kB`, '--all');
    expect(bySize.stdout).toContain('1 conversation deleted');
    expect(readdirSync(place())).toEqual(['cccc3333-1.jsonl']);
  });

  it('wants to be told what goes', async () => {
    const faults = [
      [['prune'], /^Say what goes/],
      [['prune', '--older-than', 'soon'], /^"soon" is no age/],
      [['prune', '--max-size', '3'], /^"3" is no size/],
      [['prune', '--older-than'], /argument missing/],
      [['list', '--force'], /Unknown option '--force'/],
      [['show'], /^It is: agent sessions show <id>/],
      [['export', 'aaaa', '--format', 'pdf'], /^There is no format "pdf"/],
    ] as const;
    for (const [args, words] of faults) {
      const {code, stderr, stdout} = await sessions(...args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(words);
    }
    expect((await sessions()).stdout).toMatch(/^Usage: agent sessions/);
  });
});
