/** The built program in a shell, as it is lived with: typed at, resized, interrupted, suspended, left. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {type ModelServer, type Reply, textReply, toEvents, toSse} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {clearScreen, everything, mark} from './fixture/start.js';

let folder: Folder;
let server: ModelServer;
let terminal: Terminal;

/** Lines without end, until the client leaves. */
const endless: Reply = response => {
  const [start, block, delta] = toEvents([{type: 'text', deltas: ['line 0\n']}]).map(toSse);
  response.writeHead(200, {'content-type': 'text/event-stream'});
  response.write(`${start}${block}${delta}`);
  let line = 0;
  const timer = setInterval(() => {
    line += 1;
    response.write(delta?.replace('line 0', `line ${line}`));
  }, 5);
  response.on('close', () => clearInterval(timer));
};

beforeEach(async () => {
  folder = createFolder({'README.md': '# Shop\n'});
  server = await serveModel([endless, textReply('And the **second** answer.')]);
  terminal = openTerminal({
    command: '/bin/bash',
    args: ['--norc', '-i'],
    cols: 100,
    rows: 30,
    cwd: folder.path,
    env: {HOME: folder.path, PS1: 'shell$ ', ...served(server.url)},
  });
  await terminal.waitFor('shell$');
});
afterEach(async () => {
  await terminal.close();
});

/** What `stty -a` said, each time it was asked; not before all of it is there. */
const settings = (): readonly string[] =>
  everything(terminal)
    .join('\n')
    .split('speed ')
    .slice(1)
    .map(said => said.replace(/\s+/g, ''))
    .filter(said => said.includes('echoke'))
    .map(said => said.slice(0, said.indexOf('echoke')).replace(/rows\d+;columns\d+/, ''));

const fresh = openTerminal({command: '/bin/true'}).modes();
/** The shell itself takes bracketed pastes while it waits at its prompt. */
const modes = (): unknown => ({...terminal.modes(), bracketedPaste: false});

const shown = (): number =>
  Number(
    terminal
      .screen()
      .join('\n')
      .match(/line (\d+)(?![\s\S]*line \d)/)?.[1],
  );

describe('the program in a shell', () => {
  it('streams, is resized, suspended, interrupted and left, and leaves the terminal as it was', async () => {
    terminal.type(`stty -a; node ${launcher}\r`);
    await terminal.waitFor(mark);
    terminal.type('count for me\r');
    await terminal.waitFor(() => shown() > 30);
    terminal.resize(80, 20);
    await terminal.waitFor(() => shown() > 60);

    terminal.press('ctrl-z');
    await terminal.waitFor(/Stopped[\s\S]*shell\$/);
    expect(modes()).toEqual(fresh);
    terminal.type('stty -a; fg\r');
    const before = shown() || 60;
    await terminal.waitFor(() => shown() > before);

    terminal.press('escape');
    await terminal.waitFor(/■ interrupted/);
    terminal.type('and then?\r');
    await terminal.waitFor('● And the second answer.');
    terminal.press('ctrl-d');
    await terminal.waitFor(() => /shell\$ *$/.test(everything(terminal).at(-1) ?? ''));
    terminal.type('stty -a\r');
    await terminal.waitFor(() => settings().length === 3);

    expect(settings()).toEqual([settings()[0], settings()[0], settings()[0]]);
    expect(modes()).toEqual(fresh);
    expect(terminal.bytes()).not.toMatch(clearScreen);
    const said = everything(terminal).filter(line => /line \d/.test(line));
    expect(said).toEqual(said.map((_, index) => `${index === 0 ? '●' : ' '} line ${index}`));
    expect(everything(terminal).filter(line => line.startsWith('──'))).toEqual([]);
  });
});
