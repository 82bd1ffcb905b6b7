/** A terminal that is closed while the program, started beyond the reach of its SIGHUP, still means to answer there. */
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {type ModelServer, textReply} from '../support/model-server.js';
import {until} from '../support/processes.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal} from '../support/terminal.js';

let folder: Folder;
let server: ModelServer;
let answer: () => void;
beforeEach(async () => {
  folder = createFolder();
  const mayAnswer = new Promise<void>(resolve => {
    answer = resolve;
  });
  server = await serveModel([(...args) => mayAnswer.then(() => textReply('Done.')(...args))]);
});

/** Runs the shell script of its first argument in a session of its own, with the terminal for standard output. */
const starter = `
  const {spawn} = require('node:child_process');
  spawn('/bin/sh', ['-c', ...process.argv.slice(1)], {detached: true, stdio: ['ignore', 'inherit', 'ignore']});
`;
const script = '(exec "$0" "$@" 2> stderr); echo "$?"> code.new; mv code.new code';

describe('one-shot on a terminal that is gone', () => {
  it('ends as one that was hung up, without a word about its output', async () => {
    const terminal = openTerminal({
      command: process.execPath,
      args: ['-e', starter, '--', script, process.execPath, launcher, '-p', 'x'],
      cwd: folder.path,
      env: {HOME: '/nonexistent', ...served(server.url)},
    });
    await server.request(0);
    terminal.hangUp();
    await terminal.exited;
    answer();
    await until('the program has ended', () => folder.has('code'));
    expect([folder.read('code'), folder.read('stderr')]).toEqual(['129\n', '']);
    await terminal.close();
  });
});
