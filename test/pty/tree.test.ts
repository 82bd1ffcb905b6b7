/** The built program with agents in a terminal: twelve of them, three deep, over real HTTP. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {lookUp} from '../../src/providers/catalog.js';
import {cost, count} from '../../src/ui/format.js';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import type {ModelServer, ServedRequest} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {everything, mark} from './fixture/start.js';
import {createTwelve, nameOf, type Twelve, twelve, usageOf} from './fixture/twelve.js';

let folder: Folder;
let server: ModelServer;
let terminal: Terminal;
/** Replies a worker gives before it ends. */
let amount = 3;
let isHeld = false;
let agents: Twelve;

beforeEach(async () => {
  folder = createFolder({'README.md': '# Shop\n'});
  agents = createTwelve({replies: () => amount, isHeld: () => isHeld});
  server = await serveModel(agents.answer);
  amount = 3;
  isHeld = false;
  terminal = openTerminal({
    command: process.execPath,
    args: [launcher],
    cols: 120,
    rows: 50,
    cwd: folder.path,
    env: {HOME: folder.path, ...served(server.url)},
  });
  await terminal.waitFor(mark);
});
afterEach(async () => {
  await terminal.close();
});

const rows = (): string[] => terminal.screen().filter(line => /^[ │┃]*[▸▾] \S general-purpose /.test(line));
const names = (): string[] => rows().flatMap(line => line.match(/work of (\w+)/)?.[1] ?? []);
const requestsOf = (name: string): readonly ServedRequest[] => server.requests.filter(each => nameOf(each) === name);

/** Of a reply, those from the cache included. */
const tokensOf = (counts: ReturnType<typeof usageOf>): number =>
  Object.values(counts).reduce((sum, tokens) => sum + tokens, 0);

/** What a row has to say of an agent after what the server told it, and nothing else. */
function expectedRow(name: string): string {
  const log = agents.told.get(name);
  const price = lookUp(log?.model ?? '').price;
  if (!log || !price) return `${name} has not asked yet`;
  const counts = usageOf(name);
  const isOpen = log.open !== null;
  const read = log.replies + (isOpen ? 1 : 0);
  const written = log.replies * counts.output_tokens + Math.round((log.open ?? '').length / 4);
  const tokens = read * (tokensOf(counts) - counts.output_tokens) + written;
  const dollars =
    (read * counts.input_tokens * price.input +
      read * counts.cache_read_input_tokens * price.cacheRead +
      read * counts.cache_creation_input_tokens * price.cacheWrite +
      written * price.output) /
    1_000_000;
  const guess = isOpen ? '~' : '';
  const children = twelve.filter(each => each.startsWith(name) && each !== name && each.length <= name.length + 1);
  const doing =
    children.length === 0 ? 'writing' : `waiting for ${children.length} agent${children.length > 1 ? 's' : ''}`;
  const state = children.length === 0 ? '▸ *' : '▾ ◷';
  const since = `${Math.floor((Date.now() - log.since) / 1_000)} s`;
  return `${state} general-purpose work of ${name} ${doing} ${since} ${guess}${count(tokens)} ${guess}${cost(dollars)}`;
}

/** A row as one text, whatever the spinner shows. */
const toText = (row: string): string =>
  row
    .trim()
    .replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/, '*')
    .replace(/ +/g, ' ');

describe('twelve agents in the built program', () => {
  it('each have a row while they run, and end as one line whose figures are those of their requests', async () => {
    terminal.type('go\r');
    await terminal.waitFor(() => names().length === 12);
    expect(names()).toEqual(twelve);
    await terminal.waitFor(() => names().length === 0 && everything(terminal).some(line => /main:\d\.19/.test(line)));
    for (const name of twelve) {
      const lines = everything(terminal).filter(line => new RegExp(`✓ general-purpose {2}work of ${name} `).test(line));
      expect([name, lines.length]).toEqual([name, 1]);
      const tokens = requestsOf(name).length * tokensOf(usageOf(name));
      expect(lines[0]).toContain(` · ${count(tokens)} tok · `);
    }
  });

  it('are told row by row as the server told them: state, doing, time, tokens, cost', async () => {
    isHeld = true;
    terminal.type('go\r');
    const workers = twelve.filter(name => name.length === 3);
    await terminal.waitFor(() => workers.every(name => agents.told.get(name)?.isHeld));
    // A second may turn between the screen and the clock: the screen is looked at until both say the same.
    await terminal.waitFor(() => names().length === 12 && rows().map(toText).join() === twelve.map(expectedRow).join());
    expect(twelve.filter(name => agents.told.get(name)?.open)).toEqual(workers);

    terminal.press('tab', 'left');
    await terminal.waitFor(/work of a \(3 below\)/);
    expect(names()).toEqual(['a', ...twelve.slice(4)]);
    terminal.press('right', 'tab', 'tab', 'right');
    await terminal.waitFor(/┃ +.*a11:1\.\d/);
    const stream = terminal.screen().filter(line => line.includes('┃') && !/▸|▾/.test(line));
    const words = stream.flatMap(line => line.match(/\w+:\d+\.\d+/g) ?? []);
    expect(words).toEqual(agents.told.get('a11')?.text.trim().split(' '));
    expect(stream.filter(line => line.includes('Glob'))).toHaveLength(1);
  });

  it('can be written to and stopped: the message comes once, exactly that part of the tree ends', async () => {
    amount = 1_000;
    terminal.type('go\r');
    await terminal.waitFor(() => names().length === 12);
    terminal.press('tab', 'down', 'down', 'right');
    await terminal.waitFor(/┃ +.*a11:\d+\.\d/);
    const stream = terminal.screen().filter(line => line.includes('┃') && !/▸|▾/.test(line));
    expect(
      stream
        .join(' ')
        .match(/\b\w+(?=:\d+\.\d)/g)
        ?.filter(name => name !== 'a11'),
    ).toEqual([]);

    terminal.type('look only at src\r');
    await terminal.waitFor('✉ look only at src · delivered');
    const told = (request: ServedRequest): number => request.text.split('look only at src').length - 1;
    const first = requestsOf('a11').findIndex(request => told(request) > 0);
    await terminal.waitFor(() => requestsOf('a11').length > first + 2);
    expect(requestsOf('a11').map(told)).toEqual(requestsOf('a11').map((_, index) => (index < first ? 0 : 1)));
    expect(server.requests.filter(each => nameOf(each) !== 'a11' && told(each) > 0)).toEqual([]);

    terminal.press('up');
    await terminal.waitFor(/ctrl-c abort \(3 agents\)/);
    terminal.press('ctrl-c');
    await terminal.waitFor(() => names().length === 8);
    expect(names()).toEqual(twelve.slice(4));
    const stopped = requestsOf('a11').length + requestsOf('a12').length;
    const going = server.requests.length;
    await terminal.waitFor(() => server.requests.length > going + 8);
    expect(requestsOf('a11').length + requestsOf('a12').length).toBe(stopped);
    expect(names()).toEqual(twelve.slice(4));

    // The keys are with a neighbour of the one that ended, not with the draft.
    await terminal.waitFor(/ctrl-c abort \(\d agents?\)/);
    terminal.press('ctrl-d');
    await terminal.waitFor(/ctrl-c stops 8 agents/);
    terminal.press('ctrl-c');
    await terminal.waitFor('■ interrupted');
    expect(names()).toEqual([]);
  });

  it('hear escape as an interrupt and ctrl-x as the word to wrap up, each with those below, and no others', async () => {
    amount = 1_000;
    terminal.type('go\r');
    await terminal.waitFor(() => names().length === 12);
    terminal.press('tab', 'down', 'down');
    await terminal.waitFor('to: general-purpose "work of a11"');
    await terminal.waitFor(() => requestsOf('a11').length > 1);
    terminal.press('escape');
    await terminal.waitFor(() => names().length === 11);
    expect(names()).toEqual(twelve.filter(name => name !== 'a11'));
    const interrupted = requestsOf('a11').length;

    terminal.press('up');
    await terminal.waitFor('to: general-purpose "work of a1"');
    terminal.press('ctrl-x');
    await terminal.waitFor(() => names().join() === twelve.slice(4).join());
    const choices = (name: string) => requestsOf(name).map(({body}) => body.tool_choice?.type ?? 'auto');
    for (const name of ['a1', 'a12']) {
      expect([name, choices(name).at(-1)]).toEqual([name, 'none']);
      expect(choices(name).slice(0, -1)).not.toContain('none');
    }
    for (const name of ['main', 'a', 'a11', ...twelve.slice(4)]) expect(choices(name)).not.toContain('none');
    expect(requestsOf('a11')).toHaveLength(interrupted);
    // Who started them has what each had, once.
    const report = requestsOf('a1').at(-1)?.text ?? '';
    expect(report.split('The agent was stopped')).toHaveLength(3);
    expect(report).toMatch(/The agent was stopped before it was done\. What it had said so far:(?:\\n)+a11:\d/);
    expect(report).toMatch(/The agent was stopped[^"]*a12:\d+\.0 /);
  });

  it.each([
    ['ctrl-c', async (): Promise<void> => terminal.press('ctrl-c')],
    [
      '/exit',
      async (): Promise<void> => {
        terminal.type('/exit\r');
        await terminal.waitFor('Leaving stops 12 agents. /exit again leaves all the same.');
        terminal.type('/exit\r');
      },
    ],
    [
      'ctrl-d',
      async (): Promise<void> => {
        terminal.press('ctrl-d');
        await terminal.waitFor('ctrl-d again leaves and stops 12 agents');
        terminal.press('ctrl-d');
      },
    ],
    ['SIGTERM', async (): Promise<void> => terminal.kill('SIGTERM')],
    ['SIGHUP', async (): Promise<void> => terminal.kill('SIGHUP')],
  ])('all end on the screen by %s: each has its line, and the last counts them all', async (how, stop) => {
    amount = 1_000;
    terminal.type('go\r');
    await terminal.waitFor(() => names().length === 12);
    const workers = twelve.filter(name => name.length === 3);
    await terminal.waitFor(() => workers.every(name => requestsOf(name).length > 1));
    await stop();
    if (how === 'ctrl-c') await terminal.waitFor('with 12 agents');
    else await terminal.exited;
    const lines = everything(terminal);
    const ended = lines.flatMap(line => line.match(/^ +■ .*work of (\w+) /)?.[1] ?? []);
    expect(ended.toSorted()).toEqual(twelve);
    expect(lines.filter(line => /■ interrupted · .* tok · \$\d.* · with 12 agents$/.test(line))).toHaveLength(1);
    expect(lines.filter(line => line.includes('with ') && line.includes(' agents'))).toHaveLength(1);
  });
});
