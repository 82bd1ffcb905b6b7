/** The built program in a terminal: what it asks a person, and what the answers change. */
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, launcher, served} from '../support/agent.js';
import {type ModelServer, type Reply, type ServedRequest, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {everything, mark} from './fixture/start.js';

let folder: Folder;
let server: ModelServer;
let terminal: Terminal;

beforeEach(() => {
  folder = createFolder({'a.txt': 'hello\n'});
});
afterEach(async () => {
  await terminal.close();
});

async function start(args: readonly string[], {cols = 100, rows = 30, env = {}} = {}): Promise<void> {
  terminal = openTerminal({
    command: process.execPath,
    args: [launcher, ...args],
    cols,
    rows,
    cwd: folder.path,
    env: {HOME: folder.path, ...env},
  });
  await terminal.waitFor(/^(?:❯|>)/m);
}

async function startServed(replies: Parameters<typeof serveModel>[0], size = {}): Promise<void> {
  server = await serveModel(replies);
  await start([], {...size, env: served(server.url)});
}

const shown = (): string => terminal.screen().join('\n');
const told = (text: string): number => everything(terminal).filter(line => line.includes(text)).length;
const isAsked = (): boolean => /wants to (?:run|change)/.test(shown());

describe('an answer in the terminal', () => {
  it('for the session lets the same command run unasked, and another one asks', async () => {
    await start(['--model', 'demo']);
    terminal.type('run touch one\r');
    await terminal.waitFor(/why +changes a file\n +always +Edit\(\/one\)/);
    expect(shown()).toContain('2  yes, always in this session');
    terminal.type('2');
    await terminal.waitFor(() => told('It ran') === 1);
    expect(folder.has('one')).toBe(true);

    terminal.type('run touch one\r');
    await terminal.waitFor(() => told('It ran') === 2);
    expect(isAsked()).toBe(false);

    terminal.type('run touch two\r');
    await terminal.waitFor(/always +Edit\(\/two\)/);
    terminal.type('n');
    await terminal.waitFor('you said no');
    expect(folder.has('two')).toBe(false);
    expect(folder.has('.agent/settings.local.json')).toBe(false);
  });

  it('for the project is written down, and /permissions lists the rule', async () => {
    await start(['--model', 'demo']);
    terminal.type('in a.txt replace "hello" with "bye"\r');
    await terminal.waitFor('Edit wants to change a.txt');
    terminal.type('3');
    await terminal.waitFor(() => folder.read('a.txt') === 'bye\n');
    await terminal.waitFor(() => folder.has('.agent/settings.local.json'));
    expect(JSON.parse(folder.read('.agent/settings.local.json'))).toEqual({permissions: {allow: ['Edit(/a.txt)']}});
    terminal.type('/permissions\r');
    await terminal.waitFor(/Run without a question:\n +Edit\(\/a\.txt\) {2}\(/);
  });

  it('is given by a number where nothing is redrawn, and the mode is told in words', async () => {
    await start(['--model', 'demo', '--screen-reader', '--permission-mode', 'plan'], {rows: 50});
    expect(shown()).toContain('[plan mode]');
    terminal.type('/permissions mode default\r');
    await terminal.waitFor('[asks before changes]');
    terminal.type('run touch one\r');
    await terminal.waitFor('y, n, a number, or why not:');
    expect(shown()).toMatch(
      /why +changes a file\n +always +Edit\(\/one\)\n\n +1: yes\n +2: yes, always in this session\n/,
    );
    terminal.type('2\r');
    await terminal.waitFor(() => told('It ran') === 1);
    terminal.type('run touch one\r');
    await terminal.waitFor(() => told('It ran') === 2);
    expect(told('a number, or why not:')).toBe(1);
  });

  it('is chosen with the whole of a long command before the eyes, in a narrow window', async () => {
    await start(['--model', 'demo'], {cols: 40, rows: 14});
    const words = Array.from({length: 40}, (_, index) => `word${index + 1}`);
    terminal.type(`run touch ${words.join(' ')}\r`);
    await terminal.waitFor(/1 {2}yes/);
    await terminal.waitFor('why not');
    const seen = new Set<string>();
    const look = (): void => {
      for (const word of shown().match(/(?<=\W)word\d+(?=[\s)]|$)/g) ?? []) seen.add(word);
    };
    const isAtEnd = (): boolean => shown().includes(' above') && !shown().includes(' below');
    look();
    for (; !isAtEnd(); look()) {
      const before = shown();
      terminal.press('page-down');
      await terminal.waitFor(() => shown() !== before);
    }
    expect(words.filter(word => !seen.has(word))).toEqual([]);
    expect(shown()).toContain(mark);
    terminal.type('n');
    await terminal.waitFor('you said no');
  });
});

describe('plan mode in the terminal', () => {
  it('refuses an edit, shows the plan, and after its approval asks for the edit', async () => {
    const write = (id: string): Reply =>
      toolReply([{name: 'Write', input: {file_path: `${folder.path}/new.txt`, content: 'new\n'}, id}]);
    const plan = '# The plan\n\n1. Write `new.txt`.\n2. Look at it.';
    await startServed([
      write('w1'),
      toolReply([{name: 'ExitPlanMode', input: {plan}, id: 'p1'}], {text: 'I have a plan.'}),
      write('w2'),
      textReply('It is written.'),
    ]);
    terminal.press('shift-tab', 'shift-tab');
    await terminal.waitFor(/── plan mode · /);
    terminal.type('write new.txt\r');
    await terminal.waitFor('plan mode: nothing that may change something runs');
    await terminal.waitFor('The plan is ready: carry it out?');
    expect(shown()).toMatch(/The plan\n\s*1\. Write new\.txt\.\n\s*2\. Look at it\./);
    expect(shown()).toContain('1  yes, and accept edits');
    expect(folder.has('new.txt')).toBe(false);
    terminal.type('2');
    await terminal.waitFor('Write wants to change new.txt');
    expect(shown()).not.toContain('plan mode · ');
    terminal.type('y');
    await terminal.waitFor('It is written.');
    expect(folder.read('new.txt')).toBe('new\n');
    const [first] = server.requests;
    expect(JSON.stringify(first?.body.messages)).toContain('Plan mode is on');
  });

  it('goes on with edits accepted if the plan was approved so, or stays on with what to change', async () => {
    const plan = (id: string): Reply => toolReply([{name: 'ExitPlanMode', input: {plan: `Plan ${id}`}, id}]);
    const write = toolReply([{name: 'Write', input: {file_path: `${folder.path}/new.txt`, content: 'new\n'}, id: 'w'}]);
    await startServed([plan('one'), plan('two'), write, textReply('It is written.')]);
    terminal.press('shift-tab', 'shift-tab');
    await terminal.waitFor(/── plan mode · /);
    terminal.type('write new.txt\r');
    await terminal.waitFor('carry it out?');
    terminal.type('4');
    await terminal.waitFor('why not?');
    terminal.type('first the tests\r');
    await terminal.waitFor(/Plan two[\s\S]*carry it out\?/);
    expect(JSON.stringify(server.requests[1]?.body.messages)).toContain(
      'Plan mode stays on. The user says: first the tests',
    );
    terminal.type('1');
    await terminal.waitFor('It is written.');
    await terminal.waitFor(/── accepts edits · /);
    expect(folder.read('new.txt')).toBe('new\n');
  });
});

describe('questions of seven agents at once', () => {
  const names = ['ann', 'bob', 'cid', 'dot', 'eve', 'fay', 'gus'];
  const lastOf = ({body}: ServedRequest): string => JSON.stringify(body.messages.at(-1));

  /** The root starts all of them; each runs one command of its own, and says what came of it. */
  const reply = (request: ServedRequest): Reply => {
    const all = JSON.stringify(request.body.messages);
    const name = names.find(each => all.includes(`You are ${each}.`));
    const isRoot = all.includes('start them all');
    if (isRoot && request.body.messages.length > 1) return textReply('All are back.');
    if (isRoot) {
      const calls = names.map(each => ({
        name: 'Agent',
        id: `agent-${each}`,
        input: {description: `job of ${each}`, prompt: `You are ${each}.`, subagent_type: 'general-purpose'},
      }));
      return toolReply(calls);
    }
    if (!lastOf(request).includes('tool_result')) {
      return toolReply([
        {name: 'Bash', input: {command: `touch made-by-${name}`, description: 'makes it'}, id: `b-${name}`},
      ]);
    }
    return textReply(`${name} is done.`);
  };

  it.each([1, 2])('are answered in any order, each for its own (seed %i)', async seed => {
    const steps = fc.sample(fc.nat({max: 6}), {seed, numRuns: names.length});
    await startServed(reply, {rows: 50});
    terminal.type('start them all\r');
    await terminal.waitFor(`1 of ${names.length} waiting`);
    const open = (): string => /"job of (\w+)" · Bash wants to run/.exec(shown())?.[1] ?? '';
    const allowed: string[] = [];
    for (const [answered, by] of steps.entries()) {
      const left = names.length - answered;
      await terminal.waitFor(() =>
        left === 1 ? open() !== '' && !shown().includes(' waiting ·') : new RegExp(` of ${left} waiting`).test(shown()),
      );
      for (let step = 0; step < (left > 1 ? by : 0); step++) {
        const before = open();
        terminal.press('tab');
        await terminal.waitFor(() => open() !== before && open() !== '');
      }
      const name = open();
      const yes = names.indexOf(name) % 2 === 0;
      if (yes) allowed.push(name);
      terminal.type(yes ? 'y' : 'n');
      await terminal.waitFor(() => open() !== name);
    }
    await terminal.waitFor('All are back.');
    expect(names.filter(name => folder.has(`made-by-${name}`))).toEqual(allowed.toSorted());
    expect(allowed).toHaveLength(4);
    for (const name of names) {
      const heard = server.requests.find(
        request =>
          JSON.stringify(request.body.messages).includes(`You are ${name}.`) && lastOf(request).includes('tool_result'),
      );
      expect(heard && lastOf(heard).includes('does not want this call')).toBe(!allowed.includes(name));
    }
  });
});
