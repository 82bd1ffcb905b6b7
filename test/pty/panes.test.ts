import {describe, expect, it} from 'vitest';
import type {Terminal} from '../support/terminal.js';
import {endLine, everything, stageFixture, waitForEnd} from './fixture/start.js';

const {start} = stageFixture();

const spinner = '[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]';
const row = new RegExp(`^[ │┃]*[▸▾] (?:${spinner}|[?◷◔✓✗■◌]) `);
const rows = (terminal: Terminal): string[] => terminal.screen().filter(line => row.test(line));
const shown = (terminal: Terminal): string => terminal.screen().join('\n');
/** Neither may ever be written: a clear-screen, a wiped scrollback. */
const wiped = /\x1b\[[23]J|\x1bc/;

const parts = ['auth', 'billing', 'search'];
const tree = parts.flatMap(part => [
  `  ▾ explore map ${part}`,
  `    ▾ general-purpose trace ${part}`,
  `      ▸ explore reads of ${part}`,
  `      ▸ explore writes of ${part}`,
]);

describe('agents in a terminal', () => {
  it('are rows of a tree while they run, and lines of the scrollback when they have ended, each once', async () => {
    const terminal = await start({cols: 110, rows: 40});
    terminal.type('twelve 3 50\r');
    await terminal.waitFor(() => rows(terminal).length === 12);
    const told = rows(terminal).map(line =>
      line
        .replace(new RegExp(`${spinner} `), '')
        .replace(/(?<=\S) {2,}(?=\S)/g, ' ')
        .replace(/ (?:starting|thinking|waiting|writing) .*/, ''),
    );
    expect(told).toEqual(tree);
    await terminal.waitFor(/ctrl-c stops 12 agents/);
    await waitForEnd(terminal);
    const lines = everything(terminal);
    for (const name of ['map auth', 'trace billing', 'reads of search', 'writes of auth']) {
      const own = lines.filter(line =>
        new RegExp(`✓ \\S+ {2}${name} · (?:\\d tools? · )?\\d s · 3\\.1k tok · \\$0\\.03$`).test(line),
      );
      expect([name, own.length]).toEqual([name, 1]);
    }
    expect(lines.filter(line => /✓ /.test(line))).toHaveLength(12);
    expect(rows(terminal)).toEqual([]);
    expect(terminal.bytes()).not.toMatch(wiped);
  });

  it('stay below the height of a small window, whatever is open', async () => {
    const terminal = await start({cols: 80, rows: 14});
    terminal.type('twelve 6 20\r');
    await terminal.waitFor(/\+ \d+ more \(tab\)/);
    terminal.press('tab', 'right');
    await terminal.waitFor(/┃ +(?:● )?map auth \d/);
    for (let step = 0; step < 11; step++) terminal.press('down');
    await terminal.waitFor('to: explore "writes of search"');
    terminal.press('ctrl-c');
    await waitForEnd(terminal);
    const lines = everything(terminal);
    expect(lines.filter(line => line.includes('This is the fixture.'))).toHaveLength(1);
    expect(lines.filter(line => row.test(line))).toEqual([]);
    expect(terminal.bytes()).not.toMatch(wiped);
  });

  it('take the keys: an open pane shows its own stream, what is typed reaches its agent, ctrl-c ends it and those below', async () => {
    const terminal = await start({cols: 110, rows: 44});
    terminal.type('twelve 30 20\r');
    await terminal.waitFor(() => rows(terminal).length === 12);
    terminal.press('tab', 'down');
    await terminal.waitFor('to: general-purpose "trace auth"');
    terminal.press('right');
    await terminal.waitFor(/┃ +● trace auth \d/);
    const streams = terminal.screen().filter(line => line.includes('┃') && !row.test(line));
    expect(streams.filter(line => /(?:map|reads of|writes of) |billing|search/.test(line))).toEqual([]);
    terminal.type('only src/auth\r');
    await terminal.waitFor('✉ only src/auth · delivered');
    await terminal.waitFor('ctrl-c abort (3 agents)');
    terminal.press('ctrl-c');
    await terminal.waitFor(() => rows(terminal).length === 9);
    await terminal.waitFor('to: explore "map auth"');
    expect(rows(terminal).map(line => line.match(/(?:map|trace|reads of|writes of) \w+/)?.[0])).toEqual([
      'map auth',
      ...['billing', 'search'].flatMap(part => [
        `map ${part}`,
        `trace ${part}`,
        `reads of ${part}`,
        `writes of ${part}`,
      ]),
    ]);
    terminal.press('shift-tab', 'ctrl-c');
    await terminal.waitFor('interrupted');
  });

  it('ask one after the other, with their names, and can wait', async () => {
    const terminal = await start({cols: 100, rows: 40});
    terminal.type('few 4 20\r');
    await terminal.waitFor('general › "run the auth tests" · Bash wants to run');
    terminal.press('escape');
    await terminal.waitFor(() => !shown(terminal).includes('wants to run'));
    expect(shown(terminal)).toMatch(/^ +▸ \? general +run the auth tests +asks: Bash/m);
    terminal.press('down', 'down', 'down', 'down', 'down', 'down', 'shift-tab', 'enter');
    await terminal.waitFor('wants to run');
    terminal.type('y');
    await terminal.waitFor(() => everything(terminal).some(line => /✓ general {2}run the auth tests ·/.test(line)));
  });

  it('give a message back that they take no more, and say so', async () => {
    const terminal = await start({cols: 100, rows: 40});
    terminal.type('few 400 20\r');
    await terminal.waitFor('general › "run the auth tests" · Bash wants to run');
    terminal.press('escape');
    await terminal.waitFor(() => !shown(terminal).includes('wants to run'));
    // Who waits for an answer reads nothing.
    terminal.type('/fill\r');
    await terminal.waitFor('So many messages may wait: 100.');
    terminal.press('down', 'down', 'down');
    await terminal.waitFor('to: general "run the auth tests"');
    terminal.type('one too many\r');
    await terminal.waitFor(/takes no more messages\. What you wrote is in the draft again\.[\s\S]*❯ one too many/);
  });

  it('in the background are named in the footer and outlive the turn', async () => {
    const terminal = await start({cols: 100, rows: 40});
    terminal.type('few 40 20\r');
    await terminal.waitFor(/ · 1 in the background ─+ ctrl-c stops 4 agents ──/);
    terminal.press('escape');
    await terminal.waitFor(() => !shown(terminal).includes('wants to run'));
    await terminal.waitFor(/ · 1 in the background ─+ ↓ panes ──/);
    terminal.press('escape');
    await terminal.waitFor(/■ interrupted/);
    await terminal.waitFor(/1 agent in the background +ctrl-c stops 1 agent$/m);
    terminal.press('ctrl-c');
    await terminal.waitFor(() => rows(terminal).length === 0);
    expect(everything(terminal).filter(line => line.includes('■ plan  migration order'))).toHaveLength(1);
  });
});

describe('the transcript in a terminal', () => {
  it('opens with ctrl-o over whatever runs; what is printed meanwhile comes in order when it is left', async () => {
    const terminal = await start({cols: 100, rows: 30});
    terminal.type('few 3 20\r');
    await terminal.waitFor('wants to run');
    terminal.type('y');
    terminal.press('ctrl-o');
    await terminal.waitFor(/ of \d+ · esc back · pgup, pgdn scroll/);
    terminal.press('home', 'tab', 'enter');
    await terminal.waitFor(/┃ ● map callers of verifyToken 1\.0/);
    terminal.press('left');
    await terminal.waitFor(/▸ ✓ plan +migration order/);
    await terminal.waitFor(/▸ ✓ general +run the auth tests/);
    terminal.press('ctrl-o');
    await terminal.waitFor(/^── fixture-1/m);
    await waitForEnd(terminal);
    const ended = everything(terminal).filter(line => /✓ \S+ {1,2}[a-z].* · /.test(line));
    expect(ended.map(line => line.replace(/ · .*/, '').trim())).toEqual([
      '✓ explore  map callers of verifyToken',
      '✓ explore  who writes the session cookie',
      '✓ general  run the auth tests',
      '✓ Agent migration order',
      '✓ plan  migration order',
    ]);
    expect(terminal.bytes()).not.toMatch(wiped);
  });

  it('is left on every way out', async () => {
    for (const leave of ['SIGTERM', 'SIGHUP', '/crash later'] as const) {
      const terminal = await start();
      terminal.type('markdown\r');
      await waitForEnd(terminal);
      if (leave === '/crash later') terminal.type(`${leave}\r`);
      terminal.press('ctrl-o');
      await terminal.waitFor('pgup, pgdn scroll');
      if (leave !== '/crash later') terminal.kill(leave);
      await terminal.exited;
      expect(terminal.bytes().split('\x1b[?1049h')).toHaveLength(2);
      expect(terminal.bytes().lastIndexOf('\x1b[?1049l')).toBeGreaterThan(terminal.bytes().lastIndexOf('\x1b[?1049h'));
      expect(everything(terminal).filter(line => line.includes('● Heading one'))).toHaveLength(1);
      expect(shown(terminal)).not.toContain('pgup, pgdn');
    }
  });
});

describe('agents where the screen is read out', () => {
  it('are told in words, with no escape sequence', async () => {
    const terminal = await start({cols: 160, rows: 60, env: {TERM: 'dumb'}});
    terminal.type('few 2 20\r');
    await terminal.waitFor('y, n, later, or why not: ');
    terminal.type('y\r');
    await terminal.waitFor(endLine);
    const told = everything(terminal).filter(line => line.startsWith('[agent '));
    expect(told.map(line => line.replace(/, (?:\d tools?, )?\d seconds?.*/, ''))).toEqual([
      '[agent explore "map callers of verifyToken": running',
      '[agent explore "who writes the session cookie", at depth 2 below explore "map callers of verifyToken": running',
      expect.stringMatching(/^\[agent general "run the auth tests": waits for you, asks: Bash/),
      '[agent plan "migration order", in the background: running',
      expect.stringMatching(/^\[agent explore "who writes the session cookie", at depth 2 .*: done, "Found what/),
      expect.stringMatching(/^\[agent explore "map callers of verifyToken": done, "Found what there is of map/),
      expect.stringMatching(/^\[agent plan "migration order", in the background: done, "Found what/),
      expect.stringMatching(/^\[agent general "run the auth tests": done, "Found what there is of run the/),
    ]);
    expect(everything(terminal).join('\n')).not.toContain('Agent migration order');
    expect(terminal.bytes()).not.toContain('\x1b');
  });

  it('can be stopped while one of them asks; its question can wait and comes back', async () => {
    const terminal = await start({cols: 160, rows: 60, env: {TERM: 'dumb'}});
    terminal.type('few 400 20\r');
    await terminal.waitFor('y, n, later, or why not: ');
    terminal.type('later\r');
    await terminal.waitFor('[1 question put off: /questions opens it]');
    terminal.type('/questions\r');
    await terminal.waitFor(/put off[\s\S]*question: general > "run the auth tests" - Bash wants to run/);
    terminal.type('/agents abort agent-3\r');
    await terminal.waitFor('Aborted agent-3.');
    terminal.press('ctrl-c');
    await terminal.waitFor('stopped: interrupted');
  });
});
