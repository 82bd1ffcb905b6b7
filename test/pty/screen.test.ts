import {describe, expect, it} from 'vitest';
import type {Terminal} from '../support/terminal.js';
import {clearScreen, everything, mark, stageFixture, waitForEnd} from './fixture/start.js';

const {start} = stageFixture();

/** How wide each line above a draft is. */
const rules = (terminal: Terminal): readonly number[] =>
  everything(terminal).flatMap(line => (/^── .*──$/.test(line) ? [line.length] : []));

describe('the screen in a terminal', () => {
  it('starts with the banner, a status and a draft, and ends without a trace of them', async () => {
    const terminal = await start();
    expect(everything(terminal).slice(0, 2)).toEqual(['This is the fixture.', '']);
    expect(everything(terminal)[2]).toMatch(/^── fixture-1 · ~\/shop \(main\*\) ─+ \? keys · \/ commands ──$/);
    terminal.press('ctrl-d');
    await terminal.exited;
    expect(everything(terminal)).toEqual(['This is the fixture.', 'bye (left)']);
  });

  it('says what the program learns late above the draft, which it leaves alone', async () => {
    const terminal = await start();
    terminal.type('/announce\ra draft');
    await terminal.waitFor('This was told later.');
    await terminal.waitFor(`${mark} a draft`);
    const lines = everything(terminal);
    expect(lines.filter(line => line.includes('told later'))).toEqual(['  This was told later.']);
    expect(lines.at(-1)).toBe(`${mark} a draft`);
  });

  it('streams markdown, then leaves it in the scrollback, each line once', async () => {
    const terminal = await start({cols: 72});
    terminal.type('markdown\r');
    await terminal.waitFor('first item');
    await terminal.waitFor('writing ·');
    await waitForEnd(terminal);
    const lines = everything(terminal);
    for (const once of [
      '● Heading one',
      '  • second item',
      '    2. nested two',
      "    const text = 'string';",
      '  twelve     12  the twelfth, with a longer explanation',
    ]) {
      expect([once, lines.filter(line => line === once).length]).toEqual([once, 1]);
    }
    expect(lines.filter(line => line.startsWith('──'))).toHaveLength(1);
    expect(terminal.bytes()).not.toMatch(clearScreen);
    expect(terminal.bytes()).toContain('\x1b[35mexport\x1b[0m');
  });

  it('shows every line of a long reply once and in order, whatever happens to the window meanwhile', async () => {
    const terminal = await start();
    const reached = (line: number) => () =>
      Number(
        terminal
          .screen()
          .join('\n')
          .match(/line (\d+)(?![\s\S]*line)/)?.[1],
      ) > line;
    terminal.type('lines 1500\r');
    await terminal.waitFor(reached(40));
    terminal.resize(60, 30);
    await terminal.waitFor(reached(200));
    terminal.resize(100, 20);
    await terminal.waitFor(reached(400));
    terminal.resize(80, 24);
    await waitForEnd(terminal);
    const said = everything(terminal).filter(line => /line \d/.test(line));
    expect(said).toEqual(Array.from({length: 1500}, (_, index) => `${index === 0 ? '●' : ' '} line ${index}`));
    expect(everything(terminal).filter(line => line.includes(mark))).toEqual([`${mark} lines 1500`, mark]);
    expect(terminal.bytes()).not.toMatch(clearScreen);
  });

  it('in tmux, leaves no copy of a frame that was on its way when the window became another', async () => {
    const terminal = await start({cols: 100, rows: 60, keepsCursor: true, env: {TMUX: '/tmp/tmux,1,0'}});
    const said = (): number[] =>
      [
        ...everything(terminal)
          .join(' ')
          .matchAll(/word(\d+)/g),
      ].map(([, word]) => Number(word));
    terminal.type('stream 1000 200\r');
    for (const cols of [70, 90, 50, 80]) {
      const before = said().at(-1) ?? 0;
      await terminal.waitFor(() => (said().at(-1) ?? 0) > before + 20);
      terminal.rewrap(cols, 60);
      const early = terminal.bytes().length;
      await terminal.waitFor(() => terminal.bytes().length > early + 2_000);
      terminal.resize(cols, 60);
      await terminal.waitFor(() => rules(terminal).includes(cols));
    }
    await waitForEnd(terminal);
    expect(said()).toEqual(Array.from({length: 1000}, (_, word) => word));
    await terminal.waitFor(() => rules(terminal).length === 1 && terminal.modes().cursorVisible);
    expect(everything(terminal).filter(line => line.includes(mark))).toEqual([`${mark} stream 1000 200`, mark]);
  });

  it('in tmux, shows the caret as a cell while it works, and as the cursor for a draft and at rest', async () => {
    const terminal = await start({env: {TMUX: '/tmp/tmux,1,0'}});
    expect(terminal.modes().cursorVisible).toBe(true);
    terminal.type('hang\r');
    await terminal.waitFor('It hangs now.');
    await terminal.waitFor(() => !terminal.modes().cursorVisible);
    expect(terminal.bytes()).toContain(`${mark}\x1b[0m \x1b[7m \x1b[`);
    terminal.type('a draft');
    await terminal.waitFor(() => terminal.modes().cursorVisible);
    expect(terminal.cursor().x).toBe(`${mark} a draft`.length);
    terminal.press('ctrl-u');
    await terminal.waitFor(() => !terminal.modes().cursorVisible);
    terminal.press('escape');
    await terminal.waitFor(() => terminal.modes().cursorVisible);
    expect(terminal.cursor().x).toBe(2);
  });

  it('writes each frame in one synchronized update', async () => {
    const terminal = await start();
    terminal.type('markdown\r');
    await waitForEnd(terminal);
    await terminal.waitFor(() => terminal.bytes().endsWith('\x1b[?2026l'));
    const updates = terminal.bytes().split('\x1b[?2026h').slice(1);
    for (const update of updates) expect(update.split('\x1b[?2026l')).toHaveLength(2);
    const between = updates.map(update => update.split('\x1b[?2026l')[1]).join('');
    expect(between).toBe('');
  });

  it('leaves nothing of a retracted reply, and counts down to the next try', async () => {
    const terminal = await start();
    terminal.type('retract\r');
    await terminal.waitFor(/doomed line \d\d/);
    await terminal.waitFor(/retrying in \d s \(overloaded, 2nd try\)/);
    await waitForEnd(terminal);
    const lines = everything(terminal);
    expect(lines.filter(line => line.includes('doomed'))).toEqual([]);
    expect(lines.filter(line => line.includes('This is the answer that stays.'))).toHaveLength(1);
  });

  it('shows calls with their state and folded output, asks for an edit, and keeps the draft meanwhile', async () => {
    const terminal = await start({cols: 90, rows: 40});
    terminal.type('tools\r');
    await terminal.waitFor(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] Bash npm test -- login/);
    terminal.type('my draft');
    await terminal.waitFor(/^ {4}output line 9$/m);
    await terminal.waitFor('Edit wants to change test/login.test.ts  +2 −1');
    await terminal.waitFor('41 −   await check(server);');
    expect(terminal.screen().join('\n')).toContain('✗ Bash npm test -- login · exit 1  1.5 s');
    expect(terminal.screen().join('\n')).toContain('… + 22 lines');
    expect(terminal.screen()).toContain(`${mark} my draft`);
    terminal.press('tab');
    await terminal.waitFor('y or n');
    terminal.type('y');
    await waitForEnd(terminal);
    expect(terminal.screen()).toContain('  ✓ Edit test/login.test.ts · +2 −1');
    expect(terminal.screen()).toContain(`${mark} my draft`);
  });

  it('refuses with a reason', async () => {
    const terminal = await start();
    terminal.type('ask\r');
    await terminal.waitFor('3  no, and tell it why');
    terminal.type('3');
    await terminal.waitFor('why not?');
    terminal.type('not this file\r');
    await terminal.waitFor('✗ Edit test/login.test.ts · you said no');
  });

  it('interrupts with escape, and keeps what was said', async () => {
    const terminal = await start();
    terminal.type('hang\r');
    await terminal.waitFor('It hangs now.');
    terminal.press('escape');
    await terminal.waitFor(/■ interrupted · /);
    expect(everything(terminal).filter(line => line.includes('It hangs now.'))).toHaveLength(1);
    terminal.type('go on\r');
    await terminal.waitFor('You said:');
  });

  it('steers: what is typed while the agent works is queued, then delivered', async () => {
    const terminal = await start();
    terminal.type('hang\r');
    await terminal.waitFor('It hangs now.');
    terminal.type('look at src\r');
    await terminal.waitFor('✉ look at src');
    terminal.press('ctrl-c');
    await terminal.waitFor('interrupted');
    expect(everything(terminal).filter(line => line.includes('look at src'))).toEqual(['✉ look at src']);
  });

  it('waits for nothing but input while idle', async () => {
    const terminal = await start();
    terminal.type('markdown\r');
    await waitForEnd(terminal);
    terminal.type('/timers\r');
    await terminal.waitFor('waiting for: ');
    const said =
      everything(terminal)
        .join(' ')
        .match(/waiting for: ([^.]*)\./)?.[1] ?? '';
    expect(said).toContain('TTYWrap');
    expect(said).not.toContain('Timeout');
  });

  it('finds room in a small window and in a large one', async () => {
    for (const [cols, rows] of [
      [30, 8],
      [200, 60],
    ] as const) {
      const terminal = await start({cols, rows});
      terminal.type('markdown\r');
      await waitForEnd(terminal);
      expect(everything(terminal).filter(line => line.includes('twelfth')).length).toBeGreaterThan(0);
      expect(terminal.screen().filter(line => line.startsWith('──'))).toHaveLength(1);
      expect(terminal.bytes()).not.toMatch(clearScreen);
    }
  });

  it('says failures of commands and names the nearest to a mistyped one', async () => {
    const terminal = await start();
    terminal.type('/fail\r');
    await terminal.waitFor('It failed as asked.');
    terminal.type('/claer\r');
    await terminal.waitFor('There is no command /claer. Did you mean /clear?');
    terminal.type('?');
    await terminal.waitFor('interrupt the turn');
  });
});

describe('without colours, without Unicode, in a container', () => {
  it('NO_COLOR leaves the colours out', async () => {
    const terminal = await start({env: {NO_COLOR: '1'}});
    terminal.type('markdown\r');
    await waitForEnd(terminal);
    expect(terminal.bytes()).not.toMatch(/\x1b\[[\d;]*\b[349]\d(?:;\d+)*m/);
    expect(terminal.bytes()).toContain('\x1b[1m');
  });

  it('a locale without Unicode gets ASCII', async () => {
    const terminal = await start({env: {LANG: 'C'}});
    terminal.type('tools\r');
    await terminal.waitFor('Edit wants to change');
    terminal.type('y');
    await terminal.waitFor(/- 9\.4k tok - /);
    expect(everything(terminal).join('\n').replace('+2 −1', '')).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('CI=true does not switch the screen off', async () => {
    const terminal = await start({env: {CI: 'true'}});
    terminal.type('markdown\r');
    await terminal.waitFor('writing ·');
    await waitForEnd(terminal);
  });
});
