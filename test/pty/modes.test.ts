import {describe, expect, it} from 'vitest';
import {openTerminal, type Terminal} from '../support/terminal.js';
import {everything, mark, stageFixture} from './fixture/start.js';

const {start, open, program} = stageFixture();
const fresh = openTerminal({command: '/bin/true'}).modes();

/** A shell that says the terminal's settings before and after the program. */
function openBetweenSettings(): Terminal {
  return open({command: '/bin/bash', args: ['--norc', '-c', 'stty -g; node "$0"; echo "code $?"; stty -g', program()]});
}

const settings = (terminal: Terminal): readonly string[] =>
  everything(terminal).filter(line => /^[0-9a-f]+(?::[0-9a-f]+){20,}$/.test(line));

describe("the terminal's modes", () => {
  it('are taken while the screen is there: bracketed paste and told-apart keys', async () => {
    const terminal = await start();
    expect(terminal.modes()).toEqual({...fresh, bracketedPaste: true, keyboardFlags: [5]});
  });

  const ways: readonly (readonly [string, number, (terminal: Terminal) => Promise<void>])[] = [
    ['ctrl-d', 0, async terminal => terminal.press('ctrl-d')],
    ['ctrl-c twice', 0, async terminal => terminal.press('ctrl-c', 'ctrl-c')],
    [
      'ctrl-d in the middle of a turn',
      0,
      async terminal => {
        terminal.type('hang\r');
        await terminal.waitFor('It hangs now.');
        terminal.press('ctrl-d', 'ctrl-d');
      },
    ],
    ['a crash', 1, async terminal => terminal.type('/crash\r')],
  ];
  it.each(ways)('are as before after %s', async (_, code, leave) => {
    const terminal = openBetweenSettings();
    await terminal.waitFor(mark);
    await leave(terminal);
    expect(await terminal.exited).toEqual({code: 0, signal: null});
    expect(terminal.modes()).toEqual(fresh);
    const [before, after] = settings(terminal);
    expect(before).toBeDefined();
    expect(after).toBe(before);
    expect(everything(terminal).join('\n')).toContain(`code ${code}`);
    expect(everything(terminal).filter(line => line.startsWith('──'))).toEqual([]);
  });

  it.each([{}, {TERM: 'dumb'}])('are left with the answer so far on the screen (%o)', async env => {
    const terminal = await start({env});
    terminal.type('hang\r');
    if (!env.TERM) await terminal.waitFor('It hangs now.');
    else await terminal.waitFor('> hang');
    terminal.press('ctrl-d');
    if (!env.TERM) {
      await terminal.waitFor('ctrl-d again leaves and stops the turn');
      terminal.press('ctrl-d');
    }
    await terminal.exited;
    expect(everything(terminal).join('\n')).toMatch(/It hangs now\.[\s\S]*interrupted/);
  });

  it('are as before after a crash, and its report is readable', async () => {
    const terminal = await start();
    terminal.type('/crash\r');
    await terminal.exited;
    expect(everything(terminal)).toContainEqual(expect.stringContaining('crashed as asked'));
    expect(terminal.modes()).toEqual(fresh);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('are as before after %s', async (signal, code) => {
    const terminal = await start();
    terminal.kill(signal);
    expect(await terminal.exited).toEqual({code, signal: null});
    expect(terminal.modes()).toEqual(fresh);
  });

  it('are given back while suspended, and taken again with the draft and what streamed meanwhile', async () => {
    const terminal = open({command: '/bin/bash', args: ['--norc', '-i'], env: {PS1: 'shell$ '}, cols: 140});
    await terminal.waitFor('shell$');
    terminal.type(`stty -g; node ${program()}\r`);
    await terminal.waitFor(mark);
    terminal.type('hang\r');
    await terminal.waitFor('It hangs now.');
    terminal.type('my draft');
    await terminal.waitFor(`${mark} my draft`);
    terminal.press('ctrl-z');
    await terminal.waitFor(/Stopped[\s\S]*shell\$/);
    expect({...terminal.modes(), bracketedPaste: false}).toEqual(fresh);
    expect(everything(terminal).filter(line => line.includes(mark))).toEqual([`${mark} hang`]);

    terminal.type('stty -g; fg\r');
    await terminal.waitFor(() => terminal.screen().filter(line => line === `${mark} my draft`).length === 1);
    expect(settings(terminal).length).toBe(2);
    expect(settings(terminal)[0]).toBe(settings(terminal)[1]);
    expect(terminal.modes()).toMatchObject({bracketedPaste: true, keyboardFlags: [5]});
    expect(everything(terminal).filter(line => line.startsWith('──'))).toHaveLength(1);
    terminal.press('escape');
    await terminal.waitFor('interrupted');
  });

  it('come back by themselves when nobody could continue a suspended program', async () => {
    const terminal = await start();
    terminal.type('still here');
    terminal.press('ctrl-z');
    await terminal.waitFor(() => terminal.bytes().split('\x1b[?2004h').length === 3);
    await terminal.waitFor(`${mark} still here`);
    terminal.type('!');
    await terminal.waitFor(`${mark} still here!`);
  });

  it('are restored when the window is closed', async () => {
    const terminal = await start();
    terminal.hangUp();
    await terminal.exited;
  });
});
