/** The built program in windows of every width, with what a person has to answer, see and read on the screen. */
import {afterEach, beforeEach, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {type ModelServer, type ServedRequest, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {mark} from './fixture/start.js';

const rows = 20;
const widths = Array.from({length: 101}, (_, index) => 40 + index);
const names = ['one', 'two', 'three'];

let folder: Folder;
let server: ModelServer;
let terminal: Terminal;

/** Each of three agents wants to write a file of sixty lines. */
function answer({body}: ServedRequest) {
  const name = JSON.stringify(body.messages[0]?.content).match(/I am (\w+)\./)?.[1];
  if (body.messages.length > 1) return textReply('Done.');
  const content = Array.from({length: 60}, (_, line) => `row ${line}`).join('\n');
  if (name) {
    const input = {file_path: `${folder.path}/a-longer-name-of-a-file-${name}.txt`, content};
    return toolReply([{name: 'Write', id: `toolu_${name}`, input}]);
  }
  return toolReply(
    names.map(each => ({
      name: 'Agent',
      id: `toolu_${each}`,
      input: {description: `the work of ${each}`, prompt: `I am ${each}.`, subagent_type: 'general-purpose'},
    })),
  );
}

beforeEach(async () => {
  folder = createFolder();
  server = await serveModel(answer);
  terminal = openTerminal({
    command: process.execPath,
    args: [launcher],
    cols: 40,
    rows,
    cwd: folder.path,
    env: {HOME: folder.path, ...served(server.url)},
  });
  await terminal.waitFor(mark);
});
afterEach(async () => {
  await terminal.close();
});

/** Waits in each window until the line above the draft, or below the transcript, was drawn for it. */
async function throughAll(isDrawn: (columns: number) => boolean): Promise<void> {
  for (const columns of widths) {
    const before = terminal.bytes().length;
    terminal.resize(columns, rows);
    await terminal.waitFor(() => terminal.bytes().length > before && isDrawn(columns));
  }
}

const rule = (columns: number): boolean =>
  terminal.screen().some(line => /^──.*──$/.test(line) && line.length === columns);

it('is drawn in windows of every width: a question, the tree, the transcript', async () => {
  terminal.type('go\r');
  await terminal.waitFor('esc decide later');
  await throughAll(columns => rule(columns) && terminal.screen().some(line => line.includes('esc decide later')));
  terminal.press('escape', 'escape', 'escape');
  await terminal.waitFor(/waiting for you: 3 questions/);
  await throughAll(columns => rule(columns) && terminal.screen().filter(line => /▸ \?/.test(line)).length === 3);
  terminal.press('ctrl-o');
  await throughAll(() => terminal.screen().some(line => line.startsWith('  3 waiting for you · ')));
  terminal.press('escape');
  await terminal.waitFor(() => rule(140) && !terminal.modes().alternateScreen);
});
