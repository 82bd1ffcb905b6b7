/** The built program with agents in a terminal: twelve of them, three deep, over real HTTP. */
import {setTimeout as pause} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {
  type ModelServer,
  type Reply,
  type ServedRequest,
  startModelServer,
  toEvents,
  toSse,
} from '../support/model-server.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {everything, mark} from './fixture/start.js';

/** Who starts whom; everybody else works. */
const below: Readonly<Record<string, readonly string[]>> = {
  main: ['a', 'b', 'c'],
  ...Object.fromEntries(
    ['a', 'b', 'c'].flatMap(top => [
      [top, [`${top}1`]],
      [`${top}1`, [`${top}11`, `${top}12`]],
    ]),
  ),
};
const usage = {input_tokens: 1_000, output_tokens: 100};
const pieces = 20;

/** An agent's prompt is `I am <name>.`; the root's is anything else. */
const nameOf = ({body}: ServedRequest): string =>
  JSON.stringify(body.messages[0]?.content).match(/I am (\w+)\./)?.[1] ?? 'main';

let folder: Folder;
let server: ModelServer;
let terminal: Terminal;
/** Replies a worker gives before it ends. */
let amount = 3;

function answer(request: ServedRequest): Reply {
  const name = nameOf(request);
  const turn = request.body.messages.filter(({role}) => role === 'assistant').length;
  const children = turn === 0 ? (below[name] ?? []) : [];
  if (children.length > 0)
    return slowly(
      children.map(child => ({
        type: 'tool_use',
        id: `toolu_${child}`,
        name: 'Agent',
        deltas: [
          JSON.stringify({description: `work of ${child}`, prompt: `I am ${child}.`, subagent_type: 'general-purpose'}),
        ],
      })),
    );
  const says = {type: 'text', deltas: Array.from({length: pieces}, (_, index) => `${name}:${turn}.${index} `)} as const;
  if (name in below || turn + 1 >= amount) return slowly([says]);
  const glob = {type: 'tool_use', id: `toolu_${name}_${turn}`, name: 'Glob', deltas: ['{"pattern":"*"}']} as const;
  return slowly([says, glob]);
}

/** At fifty events a second. */
function slowly(blocks: Parameters<typeof toEvents>[0]): Reply {
  return async response => {
    response.writeHead(200, {'content-type': 'text/event-stream'});
    for (const event of toEvents(blocks, {usage})) {
      response.write(toSse(event));
      await pause(20);
    }
    response.end();
  };
}

beforeEach(async () => {
  folder = createFolder({'README.md': '# Shop\n'});
  server = await startModelServer(answer);
  amount = 3;
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
  await server.close();
  folder.remove();
});

const rows = (): string[] => terminal.screen().filter(line => /^[ │┃]*[▸▾] \S general-purpose /.test(line));
const names = (): string[] => rows().flatMap(line => line.match(/work of (\w+)/)?.[1] ?? []);
const requestsOf = (name: string): readonly ServedRequest[] => server.requests.filter(each => nameOf(each) === name);
const all = ['a', 'b', 'c'].flatMap(top => [top, `${top}1`, `${top}11`, `${top}12`]);

describe('twelve agents in the built program', () => {
  it('each have a row while they run, and end as one line whose figures are those of their requests', async () => {
    terminal.type('go\r');
    await terminal.waitFor(() => names().length === 12);
    expect(names()).toEqual(all);
    await terminal.waitFor(() => names().length === 0 && everything(terminal).some(line => /main:\d\.19/.test(line)));
    for (const name of all) {
      const lines = everything(terminal).filter(line => new RegExp(`✓ general-purpose {2}work of ${name} `).test(line));
      expect([name, lines.length]).toEqual([name, 1]);
      const tokens = (requestsOf(name).length * (usage.input_tokens + usage.output_tokens)) / 1_000;
      expect(lines[0]).toContain(` · ${tokens.toFixed(1)}k tok · `);
    }
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
    expect(names()).toEqual(all.slice(4));
    const stopped = requestsOf('a11').length + requestsOf('a12').length;
    const going = server.requests.length;
    await terminal.waitFor(() => server.requests.length > going + 8);
    expect(requestsOf('a11').length + requestsOf('a12').length).toBe(stopped);
    expect(names()).toEqual(all.slice(4));

    // The keys are with a neighbour of the one that ended, not with the draft.
    await terminal.waitFor(/ctrl-c abort \(\d agents?\)/);
    terminal.press('ctrl-d');
    await terminal.waitFor(/ctrl-c stops 8 agents/);
    terminal.press('ctrl-c');
    await terminal.waitFor('■ interrupted');
    expect(names()).toEqual([]);
  });
});
