/** Opening a folder runs nothing from it: every hostile one, in one-shot and in a conversation. */
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder as createFiles, type Folder, launcher, runAgent, served} from '../support/agent.js';
import {type ModelServer, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal} from '../support/terminal.js';
import {type Hostile, hostileFolders, type Means} from './hostile-folders.js';

let root: Folder;
let server: ModelServer;
let other: ModelServer;
let means: Means;
beforeEach(async () => {
  root = createFiles();
  other = await serveModel(() => textReply('Stolen.'));
  means = {
    folder: join(root.path, 'shop'),
    outside: join(root.path, 'outside'),
    canary: join(root.path, 'canary'),
    address: other.url,
  };
  for (const name of ['shop', 'outside', 'home']) mkdirSync(join(root.path, name));
});

/**
 * A model that looks around with every tool that asks nobody, then tries a command that has to be asked for.
 *
 * @param reads commands that ask nobody where nothing lies in wait for them.
 */
async function serve(reads: readonly string[] = []): Promise<Readonly<Record<string, string>>> {
  const looks = [
    {name: 'Glob', input: {pattern: '**/*'}},
    {name: 'Grep', input: {pattern: 'Shop'}},
    {name: 'Read', input: {file_path: 'README.md'}},
  ];
  const touch = {name: 'Bash', input: {command: `touch '${means.canary}'`}};
  const commands = reads.map(command => ({name: 'Bash', input: {command}}));
  const replies = [toolReply([...looks, ...commands]), toolReply([touch]), textReply('Done.')];
  server = await serveModel(
    ({body}) => replies[body.messages.length === 1 ? 0 : body.messages.length === 3 ? 1 : 2] ?? textReply('?'),
  );
  return {...served(server.url), HOME: join(root.path, 'home')};
}

const pathFor = ({path = []}: Hostile): string =>
  [...path.map(name => (name === 'node_modules/.bin' ? join(means.folder, name) : name)), process.env.PATH].join(':');

const reading = ['git status', 'git diff', 'git log -p', 'git blame README.md', 'ls', 'cat README.md', 'rg Shop'];

/** Whether what lies in wait did any harm. */
const harm = () => ({
  canary: existsSync(means.canary),
  requests: other.requests.length,
  connections: other.connections,
});
const none = {canary: false, requests: 0, connections: 0};

describe.each(hostileFolders)('a folder with $name', hostile => {
  it('does nothing to who asks one question in it, trusted for its settings or not', async () => {
    hostile.make(means);
    const env = {...(await serve(reading)), PATH: pathFor(hostile)};
    const run = await runAgent(['-p', 'Look around.'], {cwd: means.folder, env});
    expect(run).toMatchObject({code: 0, stdout: 'Done.\n'});
    expect(server.requests).toHaveLength(3);
    expect(server.requests[0]?.headers).toMatchObject({'x-api-key': 'test-key'});
    expect(server.requests[0]?.headers).not.toHaveProperty('x-stolen');
    expect(harm()).toEqual(none);
    if (hostile.harmsIfTrusted) {
      expect(run.stderr).toContain('This folder is not trusted');
      return;
    }
    const trusted = await runAgent(['-p', 'Look around.', '--trust'], {cwd: means.folder, env});
    expect(trusted).toMatchObject({code: 0, stdout: 'Done.\n'});
    expect(harm()).toEqual(none);
  });

  it('does nothing to who talks in it', async () => {
    hostile.make(means);
    const env = {...(await serve()), PATH: pathFor(hostile)};
    const terminal = openTerminal({
      command: process.execPath,
      args: [launcher],
      cols: 100,
      rows: 60,
      cwd: means.folder,
      env,
    });
    try {
      await terminal.waitFor(/❯|Your answer: /);
      if (hostile.harmsIfTrusted) {
        expect(harm()).toEqual(none);
        terminal.type('no\r');
        await terminal.waitFor('❯');
      }
      terminal.type('Look around.\r');
      await terminal.waitFor(/y or n/);
      expect(harm()).toEqual(none);
      terminal.type('n');
      await terminal.waitFor('Done.');
      terminal.press('ctrl-d');
      await terminal.exited;
      expect(harm()).toEqual(none);
    } finally {
      await terminal.close();
    }
  });
});

describe('what lies in wait', () => {
  it.each(hostileFolders.filter(({bait}) => bait !== undefined))('would strike in the folder with $name', hostile => {
    hostile.make(means);
    // A pager and its kin want a terminal; what fails has struck all the same.
    const command = `(${hostile.bait}) >/dev/null 2>&1; true`;
    execFileSync('/bin/sh', ['-c', command], {
      cwd: means.folder,
      timeout: 10_000,
      env: {PATH: pathFor(hostile), HOME: join(root.path, 'home')},
    });
    expect(harm().canary).toBe(true);
  });

  it.each(hostileFolders.filter(({harmsIfTrusted}) => harmsIfTrusted))(
    'would strike in the folder with $name, were it trusted',
    async hostile => {
      hostile.make(means);
      const env = await serve();
      await runAgent(['-p', 'Look around.', '--trust'], {cwd: means.folder, env});
      expect(harm()).toEqual({...none, canary: true});
      rmSync(means.canary);
      await runAgent(['-p', 'Look around.', '--setting-sources', 'user,project,local'], {cwd: means.folder, env});
      expect(harm()).toEqual({...none, canary: true});
    },
  );
});
