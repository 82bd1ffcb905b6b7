/** What commands in the sandbox can read and write, shown on a real one where the machine can make it. */
import {existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {createProcesses} from '../../src/platform/processes.js';
import {createSandboxScene, describeSandboxed} from '../support/sandbox.js';

describeSandboxed('a command in the sandbox', () => {
  it('writes in the project, in its temporary folder and in additional directories, and nowhere else', async () => {
    const {run, project, home, outside} = await createSandboxScene({
      additionalDirectories: each => [join(each, 'more')],
    });
    mkdirSync(join(outside, 'more'));
    const {output} = await run(
      [
        'echo in >in.txt && echo project',
        'echo t >"$TMPDIR/t" && echo temp',
        `echo m >${outside}/more/m.txt && echo more`,
        `echo o >${outside}/o.txt || echo no outside`,
        `echo h >${home}/.bashrc || echo no home`,
      ].join('\n'),
    );
    expect(output.split('\n').filter(line => !line.includes('Read-only file system'))).toEqual([
      'project',
      'temp',
      'more',
      'no outside',
      'no home',
      '',
    ]);
    expect(readFileSync(join(project, 'in.txt'), 'utf8')).toBe('in\n');
    expect(readFileSync(join(outside, 'more', 'm.txt'), 'utf8')).toBe('m\n');
    expect([readdirSync(outside), readdirSync(home)]).toEqual([['more'], []]);
  });

  it.each([
    ['by its name', 'cat .env'],
    ['by python', `python3 -c "print(open('.env').read())"`],
    ['through a link', 'ln -s .env link && cat link'],
    ['through a folder that links there', 'cat deep/up/.env'],
    ['by a copy', 'cp .env copy && cat copy'],
    ['by tar', 'tar cf - .env | strings'],
    ['from /proc', 'cat /proc/self/cwd/.env'],
  ])('keeps a file that a Read rule denies from every program: %s', async (_, command) => {
    const {run, project} = await createSandboxScene({
      files: {'.env': 'KEY=hunter2', 'deep/a.txt': 'a'},
      fence: folders => ({denyRead: [join(folders.project, '**', '.env')]}),
    });
    symlinkSync(project, join(project, 'deep', 'up'));
    const {output} = await run(`${command}; echo done`);
    expect(output).toContain('done');
    expect(output).not.toContain('hunter2');
    expect(readFileSync(join(project, '.env'), 'utf8')).toBe('KEY=hunter2');
  });

  it('keeps keys at home unread, unless the settings open them again', async () => {
    const scene = await createSandboxScene({settings: {filesystem: {allowRead: ['~/.aws']}}});
    for (const folder of ['.ssh', '.aws']) mkdirSync(join(scene.home, folder));
    writeFileSync(join(scene.home, '.ssh', 'id'), 'hunter2');
    writeFileSync(join(scene.home, '.aws', 'credentials'), 'opened');
    const {output} = await scene.run('cat ~/.ssh/id; cat ~/.aws/credentials');
    expect(output).not.toContain('hunter2');
    expect(output).toContain('opened');
  });

  it.each([
    '.git/hooks/pre-commit',
    '.git/config',
    '.agent/settings.json',
    '.claude/settings.json',
    '.vscode/tasks.json',
  ])('lets nobody write what decides what runs later: %s', async path => {
    const {run, project} = await createSandboxScene({
      files: {'.git/HEAD': 'ref: refs/heads/main\n', '.git/config': '', '.vscode/other': ''},
    });
    mkdirSync(join(project, '.git', 'hooks'));
    await run(`mkdir -p "$(dirname ${path})"; echo evil >${path}; mv .agent gone; rm -rf .agent; echo evil >${path}`);
    const file = join(project, path);
    expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe('');
  });

  it('can commit to the repository of the project', async () => {
    const {run} = await createSandboxScene();
    const commit = 'git -c user.name=a -c user.email=a@b commit -q -m one && git log --format=%s';
    const {output, exitCode} = await run(`git init -q . && echo a >a.txt && git add a.txt && ${commit}`);
    expect({output, exitCode}).toEqual({output: 'one\n', exitCode: 0});
  });

  it('cannot speak to the shells of this run or of others through their pipes', async () => {
    const {run, processes, project} = await createSandboxScene();
    const other = createProcesses({runId: 'other', env: process.env, tempFolder: processes.folder});
    onTestFinished(() => other.close());
    const {signal} = new AbortController();
    const runOther = () =>
      other.shell('true', {owner: 'main', cwd: processes.folder, timeoutMs: 60_000, signal, onOutput: () => {}});
    const {commands} = processes.openFolders();
    const looking = run(
      `until [ -e begun ]; do sleep 0.05; done; find ${processes.folder} -type p; touch ${commands}/x || echo kept`,
    );
    // A run that begins while a command is under way; after its first, a shell of it waits at a pipe.
    await runOther();
    await runOther();
    const pipes = readdirSync(processes.folder, {recursive: true, withFileTypes: true}).filter(each => each.isFIFO());
    expect(pipes.length).toBeGreaterThan(0);
    writeFileSync(join(project, 'begun'), '');
    const {output} = await looking;
    expect(output.split('\n').filter(line => line.startsWith(processes.folder))).toEqual([]);
    expect(output).toContain('kept');
  });

  it('is not held up by runs of agent that end meanwhile', async () => {
    const {sandbox, processes, project} = await createSandboxScene();
    const other = createProcesses({runId: 'other', env: process.env, tempFolder: processes.folder});
    other.openFolders();
    const {signal} = new AbortController();
    const {output} = await sandbox.run('echo ran', {owner: 'main', signal}, async code => {
      await other.close();
      return processes.shell(code, {owner: 'main', cwd: project, timeoutMs: 60_000, signal, onOutput: () => {}});
    });
    expect(output).toBe('ran\n');
  });

  it('leaves nothing in the project of what it needed for itself when the session closes', async () => {
    const {run, project, close} = await createSandboxScene();
    await run('true');
    await close();
    expect(readdirSync(project)).toEqual([]);
  });

  it('lets nobody write settings that are not there, and leaves nothing, however many commands run at once', async () => {
    const {run, project, close} = await createSandboxScene();
    const evil = '.agent/settings.local.json .agent/settings.json .claude/settings.json .claude/commands';
    // They begin at different moments of each other.
    const inTurn = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn += 1) await run(`touch ${evil}; : >ran`);
    };
    await Promise.all([1, 2, 3, 4].map(inTurn));
    await close();
    expect(readdirSync(project, {recursive: true})).toEqual(['ran']);
  });
});
