import {execFileSync} from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {
  createScriptedModel,
  createSession,
  type ScriptedReply,
  type Session,
  type SessionOptions,
} from '../src/index.js';
import {createFolder} from './support/folder.js';
import {until} from './support/processes.js';
import {runTurn} from './support/runtime.js';

type Call = NonNullable<ScriptedReply['calls']>[number];

let calls = 0;
const call = (name: string, input: unknown): Call => ({id: `toolu_${++calls}`, name, input});
const bash = (command: string): Call => call('Bash', {command});
const write = (file_path: string, content: string): Call => call('Write', {file_path, content});

/** A session each of whose turns makes these calls, one by one. */
async function open(turns: readonly (readonly Call[])[], options: SessionOptions & {readonly cwd?: string} = {}) {
  const home = createFolder();
  const cwd = options.cwd ?? createFolder();
  const replies = turns.flatMap(own => [...own.map((each): ScriptedReply => ({calls: [each]})), {text: 'Done.'}]);
  const model = createScriptedModel(replies);
  const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')};
  const session = await createSession({cwd, env, model, skipPermissions: true, ...options});
  onTestFinished(() => session.close());
  const promptId = (at: number): string => session.prompts[at]?.id ?? '';
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  return {session, cwd, model, home, env, promptId, read};
}

async function say(session: Session, ...prompts: readonly string[]): Promise<void> {
  for (const prompt of prompts) await runTurn(session, prompt);
}

describe('a rewind', () => {
  it('undoes what tools and commands have changed since, and takes the conversation back to before the message', async () => {
    const {session, cwd, read, promptId, model} = await open([
      [write('made.txt', 'one\n')],
      [
        call('Read', {file_path: 'made.txt'}),
        write('made.txt', 'two\n'),
        bash('echo more >> made.txt; rm old.txt; mkdir -p deep/er; echo new > deep/er/new.txt; chmod +x run.sh'),
      ],
      [],
    ]);
    writeFileSync(join(cwd, 'old.txt'), 'old\n');
    writeFileSync(join(cwd, 'run.sh'), '#!/bin/sh\n', {mode: 0o644});
    await say(session, 'first', 'second');
    expect(read('made.txt')).toBe('two\nmore\n');
    const before = session.history.findIndex(({id}) => id === promptId(1));
    const report = await session.rewind(promptId(1));
    expect(report.refused).toEqual([]);
    expect(report.content).toEqual([{type: 'text', text: 'second'}]);
    expect(read('made.txt')).toBe('one\n');
    expect(read('old.txt')).toBe('old\n');
    expect(existsSync(join(cwd, 'deep/er/new.txt'))).toBe(false);
    expect(statSync(join(cwd, 'run.sh')).mode & 0o111).toBe(0);
    expect(session.history).toHaveLength(before);
    await say(session, 'third');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('second');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('first');
  });

  it('leaves a file that somebody else has changed since, and one of theirs that is in the way, and names them', async () => {
    const {session, cwd, read, promptId} = await open([
      [write('one.txt', 'agent\n'), write('two.txt', 'agent\n'), bash('mkdir made; echo a > made/three.txt')],
    ]);
    await say(session, 'go');
    appendFileSync(join(cwd, 'one.txt'), 'person\n');
    writeFileSync(join(cwd, 'made/mine.txt'), 'person\n');
    expect(await session.previewRewind(promptId(0))).toEqual({
      files: [
        {path: 'two.txt', becomes: 'deleted', added: 0, removed: 1, agents: ['main']},
        {path: 'made/three.txt', becomes: 'deleted', added: 0, removed: 1, agents: ['main']},
      ],
      refused: [{path: 'one.txt', why: 'was changed by others since'}],
      unwatched: null,
    });
    expect(read('two.txt')).toBe('agent\n');
    const {files, refused} = await session.rewind(promptId(0));
    expect([files.length, refused.length]).toEqual([2, 1]);
    expect(read('one.txt')).toBe('agent\nperson\n');
    expect(readdirSync(join(cwd, 'made'))).toEqual(['mine.txt']);
    expect(session.history).toEqual([]);
  });

  it('brings files back alone, or the conversation alone', async () => {
    const {session, read, promptId} = await open([[write('a.txt', 'one\n')], [bash('echo two > a.txt')], []]);
    await say(session, 'first', 'second');
    const {length} = session.history;
    const files = await session.rewind(promptId(1), {conversation: false});
    expect([read('a.txt'), session.history.length, files.content]).toEqual(['one\n', length, []]);
    const conversation = await session.rewind(promptId(1), {files: false});
    expect([read('a.txt'), session.history.length, conversation.files]).toEqual(['one\n', 4, []]);
    expect(session.prompts.map(({id}) => id)).toEqual([promptId(0)]);
    await expect(session.rewind('nobody')).rejects.toThrow(/no such message/);
  });

  it('lets the agent change nothing that it has read only since', async () => {
    const {session, cwd, read, promptId, model} = await open([
      [call('Read', {file_path: 'a.txt'})],
      [call('Edit', {file_path: 'a.txt', old_string: 'old', new_string: 'new'})],
    ]);
    writeFileSync(join(cwd, 'a.txt'), 'old\n');
    await say(session, 'first');
    await session.rewind(promptId(0));
    await say(session, 'again');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('You have not read');
    expect(read('a.txt')).toBe('old\n');
  });

  it('undoes what agents below have done, ends those that were started since, and hears nothing of them any more', async () => {
    const home = createFolder();
    const cwd = createFolder();
    const model = createScriptedModel(({messages}) => {
      const said = JSON.stringify(messages.at(-1));
      if (said.includes('child works')) return {calls: [bash('echo child > child.txt; sleep 300')]};
      if (said.includes('start one'))
        return {
          calls: [call('Agent', {description: 'a child', prompt: 'the child works', run_in_background: true})],
        };
      if (said.includes('Started in the background'))
        return {calls: [call('TaskOutput', {task_ids: ['agent-1'], timeout_ms: 1})]};
      return {text: 'Done.'};
    });
    const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')};
    const session = await createSession({cwd, env, model, skipPermissions: true});
    onTestFinished(() => session.close());
    const running = session.send('start one');
    for await (const event of running) if (event.type === 'waiting_for_agents') break;
    await until('the child has written', () => existsSync(join(cwd, 'child.txt')));
    const watcher = session.observe();
    const report = await session.rewind(session.prompts[0]?.id ?? '');
    expect(report.ended).toBe(1);
    expect(report.files).toEqual([{path: 'child.txt', becomes: 'deleted', added: 0, removed: 1, agents: ['agent-1']}]);
    expect(existsSync(join(cwd, 'child.txt'))).toBe(false);
    expect(session.agents.snapshot().filter(({endedAt}) => endedAt === null)).toHaveLength(1);
    await say(session, 'and now?');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('child');
    expect(watcher.drain().filter(({type}) => type === 'prefix_changed')).toMatchObject([{reason: 'rewind'}]);
  });

  it('keeps what the person does while a command goes on in the background', async () => {
    const {session, cwd, read, promptId} = await open([
      [call('Bash', {command: 'echo server > log.txt; echo up; sleep 300', run_in_background: true})],
      [bash('echo agent > a.txt')],
    ]);
    writeFileSync(join(cwd, 'mine.txt'), 'old\n');
    await say(session, 'serve');
    await until('the command runs', () => existsSync(join(cwd, 'log.txt')));
    writeFileSync(join(cwd, 'mine.txt'), 'person\n');
    await say(session, 'work');
    const report = await session.rewind(promptId(0));
    expect(report.files.map(({path}) => path)).toContain('a.txt');
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
    expect(read('mine.txt')).toBe('person\n');
  });

  it('knows what a file was that git has and nobody has looked at, and one that git ignores', async () => {
    const cwd = createFolder();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd, stdio: 'ignore'});
    writeFileSync(join(cwd, 'kept.txt'), 'committed\n');
    writeFileSync(join(cwd, '.gitignore'), '.env\nout/\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    // Long after the file: git need not look twice, and so need nobody else.
    utimesSync(join(cwd, '.git/index'), Date.now() / 1_000, Date.now() / 1_000 + 60);
    writeFileSync(join(cwd, '.env'), 'SECRET=1\n');
    mkdirSync(join(cwd, 'out'));
    const {session, read, promptId} = await open(
      [
        [
          bash(
            'echo x > kept.txt; echo y > .env; echo z > out/z; git -c user.name=a -c user.email=a@b commit -qam two',
          ),
        ],
      ],
      {cwd},
    );
    await say(session, 'go');
    const {files} = await session.rewind(promptId(0));
    expect(files.map(({path}) => path).sort()).toEqual(['.env', 'kept.txt']);
    expect([read('kept.txt'), read('.env'), read('out/z')]).toEqual(['committed\n', 'SECRET=1\n', 'z\n']);
  });

  it('brings back bytes that are no text, links and permission bits, and makes folders again', async () => {
    const bytes = Buffer.from('89504e470d0a1a0a0000ff', 'hex');
    const {session, cwd, promptId} = await open([
      [bash('rm -r deep; ln -sf elsewhere link; rm script; echo > script')],
    ]);
    mkdirSync(join(cwd, 'deep/er'), {recursive: true});
    writeFileSync(join(cwd, 'deep/er/bytes'), bytes);
    symlinkSync('target', join(cwd, 'link'));
    writeFileSync(join(cwd, 'script'), 'run\n', {mode: 0o755});
    await say(session, 'go');
    const {files, refused} = await session.rewind(promptId(0));
    expect(refused).toEqual([]);
    expect(files.find(({path}) => path === 'deep/er/bytes')).toMatchObject({becomes: 'created', added: null});
    expect(readFileSync(join(cwd, 'deep/er/bytes'))).toEqual(bytes);
    expect(readlinkSync(join(cwd, 'link'))).toBe('target');
    expect(statSync(join(cwd, 'script')).mode & 0o777).toBe(0o755);
  });

  it('goes on over a restart: from the log the history that was cut, and files still come back', async () => {
    const {session, cwd, env, read, promptId} = await open([
      [write('a.txt', 'one\n')],
      [bash('echo two >> a.txt')],
      [bash('echo three >> a.txt')],
    ]);
    await say(session, 'first', 'second', 'third');
    await session.rewind(promptId(2));
    await session.close();
    const model = createScriptedModel([{text: 'Yes.'}]);
    const resumed = await createSession({cwd, env, model, resume: true, skipPermissions: true});
    onTestFinished(() => resumed.close());
    expect(resumed.prompts).toHaveLength(2);
    expect(JSON.stringify(resumed.history)).not.toContain('third');
    expect(read('a.txt')).toBe('one\ntwo\n');
    await say(resumed, 'there?');
    await resumed.rewind(resumed.prompts[1]?.id ?? '');
    expect(read('a.txt')).toBe('one\n');
    const fork = await createSession({cwd, env, model, resume: true, fork: true, skipPermissions: true});
    onTestFinished(() => fork.close());
    await fork.rewind(fork.prompts[0]?.id ?? '');
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
    expect(resumed.prompts).toHaveLength(1);
  });

  it('leaves the conversation as it is where nobody knows any more what has changed since', async () => {
    const {session, cwd, home, env, model} = await open([
      [write('a.txt', 'one\n')],
      [write('a.txt', 'two\n')],
      [write('a.txt', 'three\n')],
    ]);
    await say(session, 'first', 'second', 'third');
    await session.close();
    const [journal = ''] = readdirSync(home, {recursive: true, encoding: 'utf8'}).filter(path =>
      path.endsWith('changes.jsonl'),
    );
    const lines = readFileSync(join(home, journal), 'utf8').split('\n');
    writeFileSync(join(home, journal), lines.filter(line => !line.includes(session.prompts[1]?.id ?? '?')).join('\n'));
    const again = await createSession({cwd, env, model, skipPermissions: true, resume: true});
    onTestFinished(() => again.close());
    const {length} = again.history;
    await expect(again.rewind(again.prompts[1]?.id ?? '')).rejects.toThrow('is not known: no file was brought back');
    expect([again.history.length, readFileSync(join(cwd, 'a.txt'), 'utf8')]).toEqual([length, 'three\n']);
  });

  it('works where nothing is kept on disk, and keeps what it keeps from other users', async () => {
    const scene = await open([[bash('echo x > a.txt')]], {persist: false});
    writeFileSync(join(scene.cwd, 'a.txt'), 'mine\n');
    await say(scene.session, 'go');
    await scene.session.rewind(scene.promptId(0));
    expect(scene.read('a.txt')).toBe('mine\n');
    expect(existsSync(join(scene.home, '.agent/sessions'))).toBe(false);
    const kept = await open([[bash('echo x > a.txt')]]);
    await say(kept.session, 'go');
    const modes = readdirSync(join(kept.home, '.agent/sessions'), {recursive: true, withFileTypes: true})
      .filter(entry => entry.isFile())
      .map(entry => statSync(join(entry.parentPath, entry.name)).mode & 0o077);
    expect(modes.length).toBeGreaterThan(3);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('undoes what a hook has made of a file with the edit that it was run for', async () => {
    const formatter = {
      PostToolUse: [{matcher: 'Write', hooks: [{type: 'command', command: 'echo formatted >> a.txt'}]}],
    };
    const {session, cwd, read, promptId} = await open([[call('Read', {file_path: 'a.txt'}), write('a.txt', 'new\n')]], {
      settings: JSON.stringify({hooks: formatter}),
    });
    writeFileSync(join(cwd, 'a.txt'), 'old\n');
    await say(session, 'go');
    expect(read('a.txt')).toBe('new\nformatted\n');
    await session.rewind(promptId(0));
    expect(read('a.txt')).toBe('old\n');
  });

  it('says so where there are too many files to watch over, and still undoes what tools have written', async () => {
    const {session, cwd, promptId, read} = await open([[bash('echo y > b.txt'), write('a.txt', 'x\n')]]);
    writeFileSync(join(cwd, 'b.txt'), 'old\n');
    mkdirSync(join(cwd, 'many'));
    for (let at = 0; at <= 20_000; at += 1) writeFileSync(join(cwd, 'many', String(at)), '');
    await say(session, 'go');
    const {files, unwatched} = await session.rewind(promptId(0));
    expect(files.map(({path}) => path)).toEqual(['a.txt']);
    expect(unwatched).toMatch(/more than 20,000 files/);
    expect(read('b.txt')).toBe('y\n');
  });

  it('does nothing while a turn runs', async () => {
    const {session} = await open([[bash('sleep 300')]]);
    for await (const event of session.send('go')) {
      if (event.type !== 'tool_started') continue;
      await expect(session.rewind(session.prompts[0]?.id ?? '')).rejects.toThrow('A turn is running');
      break;
    }
  });
});
