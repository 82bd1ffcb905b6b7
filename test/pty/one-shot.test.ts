/** One-shot in a terminal that shows both what it says and what is done meanwhile. */
import {afterEach, describe, expect, it} from 'vitest';
import {createFolder, launcher, served} from '../support/agent.js';
import {errorReply, textReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';

let terminal: Terminal;
afterEach(() => terminal.close());

describe('one-shot in a terminal', () => {
  it.each([
    ['says in one line what it does, and each second anew', [], true],
    ['has no such line between debug lines, which would be written into it', ['--debug', 'api'], false],
  ])('%s', async (_, flags, isShown) => {
    const late = errorReply(529, 'overloaded_error', 'busy', {'retry-after': '3'});
    const server = await serveModel([late, textReply('Well.')]);
    const home = createFolder();
    terminal = openTerminal({
      command: process.execPath,
      args: [launcher, '-p', 'hello', ...flags],
      cols: 100,
      rows: 40,
      cwd: home.path,
      env: {...served(server.url), HOME: home.path},
    });
    expect(await terminal.exited).toMatchObject({code: 0});
    expect(/\r\d s {2}/.test(terminal.bytes())).toBe(isShown);
    expect(terminal.screen()).toContain('Well.');
  });
});
