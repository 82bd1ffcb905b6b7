/** A bug in the program itself: one line that says so, no stack, no process left, the terminal as it was. */
import {readFileSync} from 'node:fs';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served, startAgent} from '../support/agent.js';
import {type ModelServer, toolReply} from '../support/model-server.js';
import {createSleep, pidsWith, until} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';
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
  server = await serveModel([toolReply([{name: 'Bash', input: {command: sleep.command}}])]);
  env = {...served(server.url), NODE_OPTIONS: `--require ${folder.path}/bug.cjs`};
});

const line = 'agent failed, and that is a bug of agent: a bug for the test.';

describe('a kill that leaves no time for anything', () => {
  it.each([
    ['at the prompt', '', '❯', false],
    ['in the transcript', '\x0f', 'esc back', false],
    ['at the prompt, after the shell has written', '', '❯', true],
    ['in the transcript, after the shell has written', '\x0f', 'esc back', true],
  ])('gives the terminal back all the same, %s', async (_, keys, shown, isLate) => {
    const untilCooked = 'while stty -a | grep -q -- -isig; do sleep 0.02; done';
    const script = `stty -g; sh -c 'echo $$ >pid; exec "$@"' "$@"; echo "code $?"; ${untilCooked}; stty -g; echo end`;
    const terminal = openTerminal({
      command: '/bin/bash',
      args: ['--norc', '-c', script, 'bash', 'sh', process.execPath, launcher],
      cwd: folder.path,
      env: {HOME: '/nonexistent', ...env, PATH: `${process.env.PATH}:${folder.path}`},
    });
    // The guard's environment holds nothing but the path.
    const guards = (): readonly number[] => {
      const ours = pidsWith('environ', folder.path);
      return pidsWith('cmdline', 'agent-terminal-guard').filter(pid => ours.includes(pid));
    };
    const fresh = terminal.modes();
    await terminal.waitFor('❯');
    terminal.type(keys);
    await terminal.waitFor(shown);
    expect(terminal.modes()).not.toEqual(fresh);
    const pid = Number(readFileSync(`${folder.path}/pid`, 'utf8'));
    await until('the guard is there', () => guards().length === 1);
    const held = isLate ? guards() : [];
    for (const guard of held) process.kill(guard, 'SIGSTOP');
    const before = terminal.bytes().length;
    process.kill(pid, 'SIGKILL');
    if (isLate) await terminal.waitFor('code 137');
    for (const guard of held) process.kill(guard, 'SIGCONT');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.modes()).toEqual(fresh);
    // Long lines wrap again, also where a frame was cut.
    expect(terminal.bytes().slice(before)).toContain('\x1b[?7h');
    const said = [...terminal.scrollback(), ...terminal.screen()].join('\n');
    const settings = said.match(/^[0-9a-f]+(?::[0-9a-f]+){20,}$/gm) ?? [];
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
    await until('the guard is gone', () => guards().length === 0);
    await terminal.close();
  });
});

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
