/** The program where nothing can be written: what only reads works, and the rest says so. */
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, runAgent, served} from '../support/agent.js';
import {type ModelServer, textReply, toolReply} from '../support/model-server.js';
import {describeSandboxed} from '../support/sandbox.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal} from '../support/terminal.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({'a.txt': 'one\n'});
});

/** A shell script that starts the program where every file system is read-only but /dev/shm, which is empty. */
const onReadOnly = 'exec bwrap --ro-bind / / --dev /dev --proc /proc --chdir "$PWD" -- "$0" "$@"';

const path = (name: string): string => join(folder.path, name);

/** What the calls came to, as the model reads it. */
const results = (): readonly string[] =>
  (server.requests.at(-1)?.body.messages ?? []).flatMap(({content}) =>
    typeof content === 'string'
      ? []
      : content.flatMap(block => (block.type === 'tool_result' ? [JSON.stringify(block.content)] : [])),
  );

describeSandboxed('on a read-only file system', () => {
  it('reads are answered, changes are refused by name, and the run goes on', async () => {
    server = await serveModel([
      toolReply([
        {name: 'Read', input: {file_path: path('a.txt')}, id: 'read'},
        {name: 'Edit', input: {file_path: path('a.txt'), old_string: 'one', new_string: 'two'}, id: 'edit'},
        {name: 'Write', input: {file_path: path('new/b.txt'), content: 'x'}, id: 'write'},
        {name: 'Bash', input: {command: 'cat a.txt; echo two > a.txt'}, id: 'bash'},
      ]),
      textReply('Nothing is changed.'),
    ]);
    const env = {...served(server.url), HOME: folder.path, TMPDIR: '/dev/shm'};
    const args = ['-p', 'change it', '--dangerously-skip-permissions'];
    const run = await runAgent(args, {cwd: folder.path, env, through: onReadOnly});
    expect(run).toMatchObject({code: 0, stdout: 'Nothing is changed.\n'});
    expect(run.stderr).toMatch(
      /^Warning: This conversation is not kept any more: .* cannot be written \(EROFS\)\..*\n$/,
    );
    const [read, edit, write, bash] = results();
    expect(read).toContain('one');
    for (const refused of [edit, write]) expect(refused).toContain('is on a read-only file system. Choose a place');
    expect(bash).toMatch(/one.*Read-only file system.*Exit code 1/);
    expect(folder.read('a.txt')).toBe('one\n');
  });

  it('a command that has no temporary folder is not started, and says what to set', async () => {
    server = await serveModel([toolReply([{name: 'Bash', input: {command: 'echo one'}}]), textReply('It did not.')]);
    const env = {...served(server.url), HOME: folder.path, TMPDIR: folder.path};
    const args = ['-p', 'run it', '--dangerously-skip-permissions'];
    const run = await runAgent(args, {cwd: folder.path, env, through: onReadOnly});
    expect(run).toMatchObject({code: 0, stdout: 'It did not.\n'});
    expect(results()[0]).toMatch(/not started: nothing can be made in the temporary folder .*; set TMPDIR/);
  });

  it('a conversation starts, answers and is left', async () => {
    server = await serveModel([textReply('Hello from here.')]);
    const terminal = openTerminal({
      command: '/bin/sh',
      args: ['-c', onReadOnly, process.execPath, launcher],
      cwd: folder.path,
      env: {HOME: folder.path, ...served(server.url)},
    });
    const fresh = terminal.modes();
    await terminal.waitFor('❯');
    terminal.type('hello\r');
    await terminal.waitFor(/Hello from here\.\s+.* tok/);
    terminal.press('ctrl-d');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.modes()).toEqual(fresh);
    await terminal.close();
  });
});
