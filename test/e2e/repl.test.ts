/** The program as a person uses it: in a terminal, typing, on a real folder. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {
  errorReply,
  type ModelServer,
  type Reply,
  silentReply,
  startedReply,
  textReply,
  toEvents,
  toolReply,
} from '../support/model-server.js';
import {createSleep, until} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';

let folder: Folder;
let server: ModelServer;
const open: Terminal[] = [];
beforeEach(() => {
  folder = createFolder({'README.md': '# Shop\n\nSells things.\n', 'price.txt': 'one\ntwo\nthree\n'});
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(terminal => terminal.close()));
});

const prompt = '❯';

/** Starts the program and waits until it takes keys. */
async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher, ...args],
    cols: 100,
    rows: 45,
    cwd: folder.path,
    env: {HOME: '/nonexistent', ...env},
  });
  open.push(terminal);
  await terminal.waitFor(prompt);
  return terminal;
}

/** Answers the open question. While somebody types it does not take the keys by itself. */
async function answer(terminal: Terminal, key: 'y' | 'n'): Promise<void> {
  await terminal.waitFor(/tab to answer|y or n/);
  if (terminal.screen().join('\n').includes('tab to answer')) terminal.press('tab');
  await terminal.waitFor('y or n');
  terminal.type(key);
}

/** Once the turn is over: while one works, leaving asks once more. What it costs is an estimate until then. */
async function leave(terminal: Terminal): Promise<void> {
  await terminal.waitFor(() => !/~\$|esc /.test(terminal.screen().join('\n')));
  terminal.press('ctrl-d');
}

const everything = (terminal: Terminal): string => [...terminal.scrollback(), ...terminal.screen()].join('\n');
const fresh = openTerminal({command: '/bin/true'}).modes();

describe('a conversation', () => {
  it('that was left comes back with what was said in it, and goes on', async () => {
    const home = createFolder();
    const env = {HOME: home.path};
    const first = await start(['--model', 'demo'], env);
    first.type('read price.txt\r');
    await first.waitFor('I read 3 lines of price.txt');
    await leave(first);
    await first.exited;
    const again = await start(['-c'], env);
    await again.waitFor('I read 3 lines of price.txt');
    expect(everything(again)).toContain('Loaded 4 of 4 messages of the conversation.');
    expect(everything(again)).toMatch(/❯ read price\.txt.*✓ Read price\.txt · 3 lines.*I read 3 lines/s);
    again.type('find three\r');
    await again.waitFor('“three” is in');
    await leave(again);
    expect(await again.exited).toEqual({code: 0, signal: null});
  });

  it('reads, asks before it changes a file, and changes it', async () => {
    const terminal = await start(['--model', 'demo']);
    terminal.type('look around\r');
    await terminal.waitFor('No TODO or FIXME notes');
    expect(everything(terminal)).toContain('Shop: Sells things.');
    terminal.type('in price.txt replace "two" with "2"\r');
    await terminal.waitFor('Edit wants to change price.txt');
    expect(folder.read('price.txt')).toBe('one\ntwo\nthree\n');
    await answer(terminal, 'y');
    await terminal.waitFor('price.txt is changed');
    expect(folder.read('price.txt')).toBe('one\n2\nthree\n');
    await leave(terminal);
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.modes()).toEqual(fresh);
    expect(terminal.bytes()).not.toMatch(/\x1b\[[23]?J\x1b\[H|\x1b\[H\x1b\[[23]?J|\x1b\[3J/);
  });

  it('leaves the file alone after a no, and tells the model why', async () => {
    const terminal = await start(['--model', 'demo', 'in price.txt replace "two" with "2"']);
    await terminal.waitFor('Edit wants to change price.txt');
    await answer(terminal, 'n');
    await terminal.waitFor('The edit was not made');
    expect(folder.read('price.txt')).toBe('one\ntwo\nthree\n');
  });

  it('starts with the prompt of the command line, and streams from a server', async () => {
    server = await serveModel([textReply('Hello from the server.')]);
    const terminal = await start(['say', 'hello'], served(server.url));
    await terminal.waitFor('Hello from the server.');
    expect(server.requests[0]?.body.messages[0]?.content).toMatchObject([{type: 'text', text: 'say hello'}]);
  });

  it('gives back what is queued, the last message by an arrow and the rest by Ctrl-C, and sends none of it', async () => {
    server = await serveModel([
      startedReply(toEvents([{type: 'text', deltas: ['Thinking about it']}]), 3),
      textReply('A new answer.'),
    ]);
    const terminal = await start(['--model', 'sonnet', 'first'], served(server.url));
    await terminal.waitFor('Thinking about it');
    for (const text of ['drop the table', 'and the index']) {
      terminal.type(`${text}\r`);
      await terminal.waitFor(`✉ ${text}`);
    }
    terminal.press('up');
    await terminal.waitFor('❯ and the index');
    expect(terminal.screen().join('\n')).not.toContain('✉ and the index');
    terminal.press('ctrl-c');
    await terminal.waitFor('❯ drop the table');
    await terminal.waitFor('interrupted');
    expect(terminal.screen().join('\n')).not.toContain('✉');
    terminal.press('ctrl-c');
    terminal.type('/clear\r');
    await terminal.waitFor('/clear');
    terminal.type('brand new topic\r');
    await terminal.waitFor('A new answer.');
    const sent = JSON.stringify(server.requests.at(-1)?.body);
    expect(sent).toContain('brand new topic');
    expect(sent).not.toMatch(/drop the table|and the index/);
  });

  it('goes on without a prompt that was not accepted, and gives it back', async () => {
    const refusal = errorReply(400, 'invalid_request_error', 'could not process image');
    server = await serveModel([refusal, textReply('Hello again.')]);
    const terminal = await start(['what', 'is', 'this?'], served(server.url));
    await terminal.waitFor('could not process image');
    await terminal.waitFor('The prompt was not accepted, and is no part of the conversation.');
    await terminal.waitFor('↑ brings the prompt back.');
    terminal.type('hello after\r');
    await terminal.waitFor('Hello again.');
    expect(server.requests.at(-1)?.body.messages).toMatchObject([{content: [{type: 'text', text: 'hello after'}]}]);
    terminal.press('up', 'up');
    await terminal.waitFor(`${prompt} what is this?`);
  });

  it('announces the demo model where there is no key, and /help lists its phrases', async () => {
    const terminal = await start([]);
    await terminal.waitFor('No key is set, so the demo model answers');
    terminal.type('/help\r');
    await terminal.waitFor(() => everything(terminal).includes('look around this repository'));
  });

  it('has commands for model, cost and leaving, and names the nearest to a mistyped one', async () => {
    const terminal = await start(['--model', 'demo']);
    terminal.type('/modle\r');
    await terminal.waitFor('Did you mean /model?');
    terminal.type('/model opus\r');
    await terminal.waitFor('ANTHROPIC_API_KEY');
    terminal.type('/cost\r');
    await terminal.waitFor('0 tokens in');
    terminal.type('/exit\r');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
  });

  it('does not start with a broken settings file', async () => {
    folder.write('.agent/settings.json', '{"model": }');
    const terminal = openTerminal({command: process.execPath, args: [launcher], cwd: folder.path, cols: 200});
    open.push(terminal);
    expect(await terminal.exited).toEqual({code: 2, signal: null});
    expect(terminal.screen()[0]).toContain('settings.json:1:11 is broken');
  });
});

describe('stopping', () => {
  it('by Ctrl-C ends the command and gives the prompt back; twice more leaves', async () => {
    const sleep = createSleep();
    server = await serveModel([toolReply([{name: 'Bash', input: {command: sleep.command}}]), textReply('Next.')]);
    const terminal = await start(['go', '--dangerously-skip-permissions'], served(server.url));
    await until('the command runs', () => sleep.pids().length > 0);
    terminal.press('ctrl-c');
    await until('the command is gone', () => sleep.pids().length === 0, 3_000);
    await terminal.waitFor(/interrupted · .* tok/);
    terminal.type('again\r');
    await terminal.waitFor('Next.');
    terminal.press('ctrl-c');
    terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.modes()).toEqual(fresh);
  });

  it('by Ctrl-C, when idle, ends what commands left running, before it leaves', async () => {
    const sleep = createSleep();
    server = await serveModel([
      toolReply([{name: 'Bash', input: {command: `${sleep.command} & echo begun`}}]),
      textReply('It runs.'),
    ]);
    const terminal = await start(['go', '--dangerously-skip-permissions'], served(server.url));
    await terminal.waitFor('1 command running');
    await terminal.waitFor(/It runs\.\s+.* tok/);
    terminal.press('ctrl-c');
    await terminal.waitFor('Ending 1 command that was still running.');
    await until('the command is gone', () => sleep.pids().length === 0, 3_000);
    await terminal.waitFor(() => !terminal.screen().join().includes('1 command running'));
    terminal.press('ctrl-c');
    terminal.press('ctrl-c');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
  });

  it('by SIGINT from elsewhere is a Ctrl-C', async () => {
    server = await serveModel([silentReply, textReply('Next.')]);
    const terminal = await start(['go'], served(server.url));
    const request = await server.request(0);
    terminal.kill('SIGINT');
    expect(await request.abandoned).toBe(true);
    terminal.type('again\r');
    await terminal.waitFor('Next.');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('by %s leaves the answer so far on the screen', async signal => {
    server = await serveModel([startedReply(toEvents([{type: 'text', deltas: ['Half an answer']}]), 3)]);
    const terminal = await start(['go'], served(server.url));
    await terminal.waitFor('Half an answer');
    terminal.kill(signal);
    await terminal.exited;
    expect(everything(terminal)).toMatch(/Half an answer\s+■ interrupted/);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s restores the terminal, leaves no process and exits with %i', async (signal, code) => {
    const sleep = createSleep();
    server = await serveModel([toolReply([{name: 'Bash', input: {command: `(trap "" TERM HUP; ${sleep.command})`}}])]);
    const terminal = await start(['go', '--dangerously-skip-permissions'], served(server.url));
    await until('the command runs', () => sleep.pids().length > 0);
    terminal.kill(signal);
    expect(await terminal.exited).toEqual({code, signal: null});
    expect(sleep.pids()).toEqual([]);
    expect(terminal.modes()).toEqual(fresh);
  });

  it.each([
    ['idle', () => [textReply('Ready.')], /Ready\..* tok/s],
    ['waiting for an answer', () => [silentReply], 'waiting'],
    ['running a command', command => [toolReply([{name: 'Bash', input: {command}}])], 'running Bash'],
  ] as const satisfies readonly (readonly [string, (command: string) => readonly Reply[], string | RegExp])[])(
    'by closing the terminal while it is %s leaves no process, ends as by SIGHUP and says nothing',
    async (_, replies, sign) => {
      const sleep = createSleep();
      server = await serveModel(replies(sleep.command));
      // The shell outlives the window to tell how the program ended.
      const script = `trap : HUP; (exec "$0" "$@" 2>errors); echo $? >status.new; mv status.new status`;
      const terminal = openTerminal({
        command: '/bin/sh',
        args: ['-c', script, process.execPath, launcher, 'go', '--dangerously-skip-permissions'],
        cwd: folder.path,
        env: {HOME: '/nonexistent', ...served(server.url)},
      });
      open.push(terminal);
      await terminal.waitFor(sign);
      terminal.hangUp();
      await until('the program has ended', () => folder.has('status'), 5_000);
      expect([folder.read('status').trim(), folder.read('errors')]).toEqual(['129', '']);
      expect(sleep.pids()).toEqual([]);
    },
  );
});
