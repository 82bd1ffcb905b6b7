/** The program where a model server of the machine answers, in a network of its own: the port is the usual one, and nobody else's. */
import {expect, it} from 'vitest';
import {createFolder, launcher} from '../support/agent.js';
import {describeSandboxed} from '../support/sandbox.js';
import {openTerminal} from '../support/terminal.js';

/** Serves a list of models where Ollama does, and runs the program beside it. */
const beside = `
  const list = JSON.stringify({object: 'list', data: [{id: 'qwen3-coder', object: 'model'}]});
  const server = require('node:http').createServer((request, response) => response.end(list));
  server.listen(11434, '127.0.0.1', () => {
    const child = require('node:child_process').spawn(process.execPath, process.argv.slice(1), {stdio: 'inherit'});
    child.on('exit', code => process.exit(code));
  });`;

describeSandboxed('a conversation without a key', () => {
  it('says how to use the model server that runs here', async () => {
    const folder = createFolder();
    const terminal = openTerminal({
      command: 'bwrap',
      args: ['--dev-bind', '/', '/', '--unshare-net', '--', process.execPath, '-e', beside, launcher],
      cols: 200,
      cwd: folder.path,
      env: {HOME: folder.path},
    });
    await terminal.waitFor('No key is set, so the demo model answers');
    await terminal.waitFor('Ollama runs here; to use it (from 0.14 on):');
    await terminal.waitFor('ANTHROPIC_BASE_URL=http://localhost:11434');
    await terminal.waitFor('ANTHROPIC_AUTH_TOKEN=local agent --model qwen3-coder');
    terminal.press('ctrl-d');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    await terminal.close();
  });
});
