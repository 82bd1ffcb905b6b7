/** What stands beside a conversation, in the true program: steps of a task, a command that goes to the background, an editor. */
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, expect, it} from 'vitest';
import {createFolder, launcher, served} from '../support/agent.js';
import {type Reply, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {clearScreen, everything, mark} from './fixture/start.js';

let terminal: Terminal | null = null;
afterEach(async () => {
  await terminal?.close();
});

async function open(replies: readonly Reply[], files: Readonly<Record<string, string>> = {}, env = {}) {
  const folder = createFolder(files);
  const server = await serveModel(replies);
  terminal = openTerminal({
    command: process.execPath,
    args: [launcher, '--dangerously-skip-permissions'],
    cols: 100,
    rows: 30,
    cwd: folder.path,
    env: {HOME: folder.path, ...served(server.url), ...env},
  });
  await terminal.waitFor(mark);
  return {folder, server, terminal};
}

const todo = (content: string, status: string) => ({content, status, activeForm: `${content} now`});

it('steps stand above the draft until ctrl-t hides them, and a command goes on without its call after ctrl-b', async () => {
  const todos = [todo('look', 'completed'), todo('mend', 'in_progress'), todo('test', 'pending')];
  const command = 'echo begun; while ! test -e go; do sleep 0.05; done; touch gone';
  const {terminal, folder, server} = await open([
    toolReply([{name: 'TodoWrite', input: {todos}}]),
    toolReply([{name: 'Bash', input: {command}}]),
    textReply('I go on.'),
    textReply('Seen.'),
  ]);
  terminal.type('do it\r');
  await terminal.waitFor(/✓ look\n.*❯ mend now\n.*◌ test\n/);
  await terminal.waitFor(/^ *begun$/m);
  terminal.press('ctrl-b');
  await terminal.waitFor(/in the background as b-/);
  await terminal.waitFor('● I go on.');
  await terminal.waitFor('1 command running');
  terminal.press('ctrl-t');
  await terminal.waitFor(() => !terminal.screen().join('\n').includes('◌ test'));
  terminal.press('ctrl-d');
  await terminal.waitFor(/ctrl-d again.*1 command/);
  folder.write('go', '');
  await terminal.waitFor(/The background command b-\w+ ended \(exit 0\): echo begun/);
  expect(folder.has('gone')).toBe(true);
  terminal.type('and?\r');
  await terminal.waitFor('● Seen.');
  expect(JSON.stringify(server.requests[3]?.body.messages)).toMatch(
    /The background command b-\w+ has ended: exit code 0/,
  );
  expect(terminal.bytes()).not.toMatch(clearScreen);
}, 30_000);

it('/memory gives the terminal to the editor, and comes back with what was there', async () => {
  const script = '#!/bin/sh\necho "the editor has $1"\nread answer\necho "$answer" >> "$1"\n';
  const {terminal, folder} = await open([], {'AGENTS.md': 'Use tabs.\n', 'editor.sh': script}, {EDITOR: './editor.sh'});
  chmodSync(join(folder.path, 'editor.sh'), 0o755);
  terminal.type('/memory\r');
  await terminal.waitFor(/1 +\S*AGENTS\.md +\(the project's, 9 characters\)/);
  terminal.type('/memory 1\r');
  await terminal.waitFor(/the editor has \S*AGENTS\.md/);
  terminal.type('Use spaces.\r');
  await terminal.waitFor(/what you changed counts for conversations that begin/);
  expect(folder.read('AGENTS.md')).toBe('Use tabs.\nUse spaces.\n');
  terminal.type('/help\r');
  await terminal.waitFor('/memory');
  expect(everything(terminal).join('\n')).not.toMatch(clearScreen);
}, 30_000);
