/** `agent -r` without a name, in a terminal: the list, what is typed, and the ways out. */
import {beforeEach, describe, expect, it, onTestFinished} from 'vitest';
import {createFolder, type Folder, launcher, runAgent, served} from '../support/agent.js';
import {type ModelServer, textReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';

let folder: Folder;
let server: ModelServer;
beforeEach(async () => {
  folder = createFolder({'README.md': '# Shop\n'});
  server = await serveModel([
    textReply('They are red.'),
    textReply('They are green and heavy.'),
    textReply('Once more.'),
  ]);
  const env = {...served(server.url), HOME: folder.path};
  for (const [id, prompt] of [
    ['aaaa1111', 'count the apples'],
    ['bbbb2222', 'count the pears'],
  ] as const)
    await runAgent(['-p', prompt, '--session-id', id], {cwd: folder.path, env});
});

function choose(env: Readonly<Record<string, string>> = {}): Terminal {
  const terminal = openTerminal({
    command: process.execPath,
    args: [launcher, '-r'],
    cols: 90,
    rows: 24,
    cwd: folder.path,
    env: {HOME: folder.path, ...served(server.url), ...env},
  });
  onTestFinished(() => terminal.close());
  return terminal;
}

describe('agent -r', () => {
  it('lists conversations, looks for words in their text, and goes on with the one that is chosen', async () => {
    const terminal = choose();
    await terminal.waitFor('2 of 2');
    expect(terminal.screen().filter(line => line.includes('count'))).toEqual([
      '❯ count the pears',
      '  count the apples',
    ]);
    terminal.type('RED.');
    await terminal.waitFor('"They are red."');
    expect(terminal.screen()[0]).toMatch(/1 of 2$/);
    terminal.press('enter');
    await terminal.waitFor(/Loaded 2 of 2 messages[\s\S]*They are red\.[\s\S]*\n❯/);
    terminal.type('again');
    terminal.press('enter');
    await terminal.waitFor('Once more.');
    expect(JSON.stringify(server.requests.at(-1)?.body.messages)).toMatch(/apples.*red.*again/);
    terminal.press('ctrl-d');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
  });

  it('is left by escape, and the terminal is as it was', async () => {
    const terminal = choose();
    await terminal.waitFor('2 of 2');
    terminal.press('escape');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.screen().join('').trim()).toBe('');
    expect(terminal.modes()).toEqual(openTerminal({command: '/bin/true'}).modes());
    expect(server.requests).toHaveLength(2);
  });

  it('ends with a signal, and gives the terminal back', async () => {
    const terminal = choose();
    await terminal.waitFor('2 of 2');
    terminal.kill('SIGTERM');
    expect(await terminal.exited).toEqual({code: 143, signal: null});
    expect(terminal.modes()).toEqual(openTerminal({command: '/bin/true'}).modes());
  });

  it('asks for a number where the cursor cannot be moved', async () => {
    const terminal = choose({TERM: 'dumb'});
    await terminal.waitFor('or Enter to leave: ');
    expect(terminal.screen()[0]).toMatch(/^1 {2}count the pears \(now, 2 messages, \d+ kB\)$/);
    terminal.type('7\r');
    await terminal.waitFor('There is no number 7.');
    terminal.type('2\r');
    await terminal.waitFor('They are red.');
    expect(terminal.bytes()).not.toContain('\x1b');
  });
});

describe('agent -r -p', () => {
  it('says which there are', async () => {
    const {code, stdout, stderr} = await runAgent(['-r', '-p', 'x'], {cwd: folder.path, env: {HOME: folder.path}});
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^Which conversation\?.*--resume:\nID .*\nbbbb2222 .*count the pears\naaaa1111 .*count the apples\n$/,
    );
  });
});
