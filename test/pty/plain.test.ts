import {describe, expect, it} from 'vitest';
import {everything, stageFixture} from './fixture/start.js';

const {start} = stageFixture();

describe('a terminal that cannot move its cursor', () => {
  it('gets words, line by line, and not one escape sequence', async () => {
    const terminal = await start({cols: 100, rows: 60, env: {TERM: 'dumb'}});
    terminal.type('tools\r');
    await terminal.waitFor('y, n, or why not: ');
    terminal.type('y\r');
    await terminal.waitFor(/9\.4k tok[\s\S]*\n>/);
    expect(everything(terminal)).toEqual([
      'This is the fixture.',
      '> tools',
      'agent: I look at the test first.',
      '  running: Read test/login.test.ts',
      '  done: Read test/login.test.ts - 120 lines',
      '  running: Bash npm test -- login',
      '  failed: Bash npm test -- login - exit 1  1.5 s',
      '    output line 0',
      '    output line 1',
      '    output line 2',
      '    ... + 22 lines',
      '    output line 25',
      '    output line 26',
      '    output line 27',
      '    output line 28',
      '    output line 29',
      '',
      '  question: Edit wants to change test/login.test.ts  +2 -1',
      '',
      '      40     const server = await start();',
      '      41 -   await check(server);',
      '      41 +   try { await check(server); }',
      '      42 +   finally { await server.close(); }',
      'y, n, or why not: y',
      '  done: Edit test/login.test.ts - +2 −1',
      '    40     const server = await start();',
      '    41 -   await check(server);',
      '    41 +   try { await check(server); }',
      '    42 +   finally { await server.close(); }',
      '',
      'agent: Fixed; npm test -- login passes in 0.8 s.',
      '',
      expect.stringMatching(/^ {2}\d+\.\d s - 9\.4k tok - \$0\.04$/),
      '> ',
    ]);
    expect(terminal.bytes()).not.toContain('\x1b');
  });

  it('prints the next prompt after the answer', async () => {
    const terminal = await start({cols: 100, env: {TERM: 'dumb'}});
    terminal.type('echo one\r');
    await terminal.waitFor(/9\.4k tok/);
    await terminal.waitFor(/^> ?$/m);
    expect(everything(terminal)).toEqual([
      'This is the fixture.',
      '> echo one',
      expect.stringMatching(/^agent: .*one/),
      '',
      expect.stringContaining('9.4k tok'),
      '> ',
    ]);
  });

  it('takes a reason for a no, commands, and continued lines', async () => {
    const terminal = await start({env: {TERM: 'dumb'}});
    terminal.type('ask\r');
    await terminal.waitFor('why not: ');
    terminal.type('not this file\r');
    await terminal.waitFor('failed: Edit test/login.test.ts - you said no');
    terminal.type('/clear\r');
    await terminal.waitFor('Nothing to forget.');
    terminal.type('/announce\r');
    await terminal.waitFor(/This was told later\.\n> /);
    terminal.type('echo one \\\rtwo\r');
    await terminal.waitFor('You said: one');
    await terminal.waitFor(/two$/m);
  });

  it('tells with ? and with /help what can be typed, also the verbs on agents', async () => {
    const terminal = await start({cols: 120, rows: 60, env: {TERM: 'dumb'}});
    for (const typed of ['?\r', '/help\r']) {
      const before = everything(terminal).length;
      terminal.type(typed);
      await terminal.waitFor(() =>
        everything(terminal)
          .slice(before)
          .some(line => line.includes('ctrl+d')),
      );
      const told = everything(terminal).slice(before).join('\n');
      for (const row of [
        '/clear',
        '/questions',
        '/agents abort <id>',
        '/agents send <id> <text>',
        'y, n, a number, words',
      ])
        expect(told).toContain(row);
      await terminal.waitFor(() => everything(terminal).at(-1)?.trim() === '>');
    }
  });

  it('says of agents that ctrl-c stopped that they were stopped by the person', async () => {
    const terminal = await start({env: {TERM: 'dumb'}});
    terminal.type('few 3 50\r');
    await terminal.waitFor(/\[agent explore "map callers of verifyToken": running/);
    terminal.press('ctrl-c');
    await terminal.waitFor(/\[agent explore "map callers of verifyToken": stopped by you,/);
  });

  it('is left with ctrl-d, and with ctrl-c, which arrives as a signal', async () => {
    const terminal = await start({env: {TERM: 'dumb'}});
    terminal.press('ctrl-d');
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.bytes()).toMatch(/> \r\nbye \(left\)\r\n$/);
    const other = await start({env: {TERM: 'dumb'}});
    other.type('tools\r');
    await other.waitFor('running: Bash');
    other.press('ctrl-c');
    await other.waitFor('stopped: interrupted');
    other.press('ctrl-c');
    expect(await other.exited).toEqual({code: 0, signal: null});
  });
});
