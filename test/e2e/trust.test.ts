/** The question whether a folder is trusted, as a person meets it: in a terminal, before the conversation. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher} from '../support/agent.js';
import {openTerminal, type Terminal} from '../support/terminal.js';

let folder: Folder;
let home: Folder;
let terminal: Terminal | undefined;
beforeEach(() => {
  folder = createFolder();
  home = createFolder();
});
afterEach(async () => {
  await terminal?.close();
});

const prompt = '❯';
const question = 'Your answer: ';

function start(...args: readonly string[]): Terminal {
  terminal = openTerminal({
    command: process.execPath,
    args: [launcher, ...args],
    cols: 80,
    rows: 45,
    cwd: folder.path,
    env: {HOME: home.path},
  });
  return terminal;
}

async function leave({type, waitFor, exited}: Terminal): Promise<void> {
  await waitFor(prompt);
  type('/exit\r');
  await exited;
}

const write = (content: object): void => folder.write('.agent/settings.json', JSON.stringify(content));
const hook = (command: string) => ({Stop: [{hooks: [{type: 'command', command}]}]});
const text = ({screen}: Terminal): string => screen().join('\n');

describe('a folder with settings of its own', () => {
  it('is asked about once, with every character of what would run, and then only for what is new', async () => {
    write({hooks: hook('echo \u202e\u001b[2K one'), permissions: {allow: ['Edit']}});
    const first = start();
    await first.waitFor(question);
    expect(text(first)).toContain('    Stop: echo �␛[2K one  (.agent/settings.json)');
    expect(text(first)).toContain('    Edit  (.agent/settings.json)');
    expect(text(first)).not.toContain(prompt);
    first.type('yes\r');
    await leave(first);
    const trusted = readFileSync(join(home.path, '.agent/trust.json'), 'utf8');
    expect(Object.keys(JSON.parse(trusted).folders)).toEqual([folder.path]);

    const second = start();
    await leave(second);
    expect(second.bytes()).not.toContain(question);

    write({hooks: hook('echo \u202e\u001b[2K one'), permissions: {allow: ['Edit', 'Write']}});
    const third = start();
    await third.waitFor(question);
    expect(text(third)).toContain('    Write  (.agent/settings.json)');
    expect(text(third)).not.toMatch(/Stop:|Edit/);
    third.type('no\r');
    await leave(third);
    expect(readFileSync(join(home.path, '.agent/trust.json'), 'utf8')).toBe(trusted);
  });

  it('shows of much the beginning, all of it when told, and takes no other word for a yes', async () => {
    const rules = Array.from({length: 24}, (_, at) => `Bash(tool ${at})`);
    write({permissions: {allow: rules}});
    const {type, waitFor, screen, bytes} = start();
    await waitFor(question);
    expect(screen().join('\n')).toContain('… and 4 more');
    expect(screen().join('\n')).not.toContain('Bash(tool 23)');
    type('list\r');
    await waitFor('Bash(tool 23)');
    const askedTimes = () => bytes().split(question).length - 1;
    for (const [at, answer] of ['', 'sure', 'yes please'].entries()) {
      type(`${answer}\r`);
      await waitFor(() => askedTimes() === at + 3);
    }
    type('\x04');
    await waitFor(prompt);
    expect(existsSync(join(home.path, '.agent/trust.json'))).toBe(false);
  });

  it('is left by Ctrl-C, with nothing kept and the terminal as it was', async () => {
    write({hooks: hook('true')});
    const asked = start();
    const before = asked.modes();
    await asked.waitFor(question);
    asked.press('ctrl-c');
    expect(await asked.exited).toEqual({code: null, signal: 2});
    expect(asked.modes()).toEqual(before);
    expect(existsSync(join(home.path, '.agent/trust.json'))).toBe(false);
  });

  it.each([['--trust'], ['--setting-sources=user,project'], ['--setting-sources=user']])(
    'is not asked about with %s, and nothing is kept',
    async option => {
      write({hooks: hook('true')});
      const given = start(option);
      await leave(given);
      expect(given.bytes()).not.toContain(question);
      expect(existsSync(join(home.path, '.agent/trust.json'))).toBe(false);
    },
  );

  it('is not asked about for what only restricts', async () => {
    write({permissions: {deny: ['Bash'], ask: ['Edit']}});
    const plain = start();
    await leave(plain);
    expect(plain.bytes()).not.toContain(question);
  });

  it('stops the start where its settings are broken, with file, line, key and remedy', async () => {
    folder.write('.agent/settings.json', '{\n  "permissions": {"deny": "Bash"}\n}\n');
    const broken = start();
    expect(await broken.exited).toEqual({code: 2, signal: null});
    const said = broken.bytes().replace(/\s+/g, ' ');
    expect(said).toContain(`${folder.path}/.agent/settings.json:2:27 is broken: permissions.deny: `);
    expect(said).toContain('Mend that line, or remove the file.');
  });
});
