/** A bug in the program itself: one line that says so, no stack, no process left, the terminal as it was. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served, startAgent} from '../support/agent.js';
import {type ModelServer, startModelServer, toolReply} from '../support/model-server.js';
import {createSleep, until} from '../support/processes.js';
import {openTerminal} from '../support/terminal.js';

let folder: Folder;
let server: ModelServer;
let sleep: ReturnType<typeof createSleep>;
let env: Readonly<Record<string, string>>;
beforeEach(async () => {
  // The bug: somewhere outside of any promise, something throws.
  folder = createFolder({
    'bug.cjs': "process.on('SIGUSR2', () => setImmediate(() => { throw new Error('a bug for the test'); }));\n",
  });
  sleep = createSleep();
  server = await startModelServer([toolReply([{name: 'Bash', input: {command: sleep.command}}])]);
  env = {...served(server.url), NODE_OPTIONS: `--require ${folder.path}/bug.cjs`};
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

const line = 'agent failed, and that is a bug of agent: a bug for the test.';

describe('a crash', () => {
  it('in one-shot mode is one line and exit code 1, and leaves no process', async () => {
    const {child, finished} = startAgent(['-p', 'x', '--dangerously-skip-permissions'], {cwd: folder.path, env});
    await until('the command runs', () => sleep.pids().length > 0);
    child.kill('SIGUSR2');
    const {code, stdout, stderr} = await finished;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    await until('the command is gone', () => sleep.pids().length === 0, 3_000);
  });

  it('in a conversation restores the terminal first', async () => {
    const args = [launcher, 'go', '--dangerously-skip-permissions'];
    const terminal = openTerminal({
      command: process.execPath,
      args,
      cwd: folder.path,
      cols: 140,
      env: {HOME: '/nonexistent', ...env},
    });
    await until('the command runs', () => sleep.pids().length > 0);
    terminal.kill('SIGUSR2');
    expect(await terminal.exited).toEqual({code: 1, signal: null});
    expect(terminal.screen().join('\n')).toContain(line);
    expect(terminal.screen().join('\n')).not.toMatch(/^\s+at /m);
    expect(terminal.modes()).toMatchObject({
      bracketedPaste: false,
      cursorVisible: true,
      alternateScreen: false,
      keyboardFlags: [],
    });
    await until('the command is gone', () => sleep.pids().length === 0, 3_000);
    await terminal.close();
  });
});
