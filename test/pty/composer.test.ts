import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {createEmulator} from '../support/emulator.js';
import type {Terminal} from '../support/terminal.js';
import {everything, mark, stageFixture, waitForEnd} from './fixture/start.js';

const {open, program, start} = stageFixture();

const drafts = [
  'plain words',
  '漢字とかな',
  '한국어 텍스트',
  'ＦＵＬＬ　ｗｉｄｔｈ',
  'mixed 漢字 and ascii',
  'emoji 🚀 and ⌚',
  'accents: é ü ñ å',
  'combining: e\u0301 o\u0308',
  'symbols: ● ✓ → − …',
  'кириллица и ελληνικά',
];

describe('the composer in a terminal', () => {
  it('puts the real cursor where the terminal itself would stand after the text', async () => {
    const terminal = await start();
    for (const draft of drafts) {
      const emulator = createEmulator({cols: 80, rows: 4, onAnswer: () => {}});
      await emulator.write(`${mark} ${draft}`);
      const expected = emulator.cursor().x;
      emulator.dispose();
      terminal.type(draft);
      await terminal.waitFor(() => terminal.screen().includes(`${mark} ${draft}`) && terminal.cursor().x === expected);
      expect(terminal.screen()[terminal.cursor().y]).toBe(`${mark} ${draft}`);
      terminal.press('ctrl-u');
      await terminal.waitFor(() => terminal.screen().includes(mark));
    }
  });

  it('edits with the keys of a shell', async () => {
    const terminal = await start();
    terminal.type('one two three');
    terminal.press('alt-b', 'ctrl-w');
    await terminal.waitFor(`${mark} one three`);
    terminal.press('ctrl-a', 'ctrl-y', 'ctrl-e');
    terminal.type('!');
    await terminal.waitFor(`${mark} two one three!`);
    terminal.press('home', 'ctrl-k');
    await terminal.waitFor(() => terminal.screen().includes(mark));
  });

  it('walks through the history', async () => {
    const terminal = await start();
    terminal.press('up');
    await terminal.waitFor(`${mark} a later prompt`);
    terminal.press('up');
    await terminal.waitFor(`${mark} an earlier prompt`);
    terminal.press('down', 'down');
    await terminal.waitFor(() => terminal.screen().includes(mark));
  });

  it('grows with its lines, and sends them all', async () => {
    const terminal = await start();
    terminal.type('echo one');
    terminal.press('shift-enter');
    terminal.type('two');
    terminal.press('ctrl-j');
    terminal.type('three\\');
    await terminal.waitFor('three\\');
    terminal.press('enter');
    terminal.type('four');
    await terminal.waitFor(`${mark} echo one\n  two\n  three\n  four`);
    terminal.press('enter');
    await terminal.waitFor('You said: one');
  });

  it('takes a paste of a megabyte as it is, without sending it', async () => {
    const terminal = await start();
    const line = 'a pasted line with 漢字, 🚀 and\ttabs in it\n';
    const pasted = line.repeat(Math.ceil(1_000_000 / line.length));
    terminal.type('digest ');
    terminal.paste(`${pasted}the end`);
    await terminal.waitFor('the end', {timeoutMs: 40_000});
    expect(everything(terminal).filter(shown => shown.startsWith('●'))).toEqual([]);
    terminal.press('enter');
    const sent = `${pasted}the end`;
    const hash = createHash('sha256').update(sent).digest('hex').slice(0, 12);
    await terminal.waitFor(`${sent.length} characters, ${hash}`);
    await waitForEnd(terminal);
  });

  /** The program in a terminal where a shell has read one line before, so that the rest is there when it starts. */
  const startAfter = (typed: string): Terminal => {
    const terminal = open({command: '/bin/sh', args: ['-c', 'read _; exec "$0" "$1"', process.execPath, program()]});
    terminal.type(`\r${typed}`);
    return terminal;
  };

  it('sends a line that was typed with Enter before the screen was there', async () => {
    const terminal = startAfter('echo hello\r');
    await terminal.waitFor('You said: hello');
    await waitForEnd(terminal);
    expect(terminal.screen()).toContain(mark);
  });

  it('keeps as a draft what was typed before the screen was there and not sent, or may have been pasted', async () => {
    for (const [typed, draft] of [
      ['echo one', `${mark} echo one`],
      ['echo one\recho two\r', `${mark} echo one\n  echo two\n`],
      ['echo one\recho two\recho three', `${mark} echo one\n  echo two\n  echo three`],
    ] as const) {
      const terminal = startAfter(typed);
      await terminal.waitFor(draft);
      terminal.type('x');
      await terminal.waitFor(/x$/m);
      expect(everything(terminal).filter(shown => shown.startsWith('●'))).toEqual([]);
    }
  });

  it('takes a paste that lost its end mark', async () => {
    const terminal = await start();
    terminal.type('\x1b[200~one\rtwo\rthree');
    await terminal.waitFor(`${mark} one\n  two\n  three`);
    terminal.type(' and more');
    await terminal.waitFor('three and more');
    expect(everything(terminal).filter(shown => shown.startsWith('●'))).toEqual([]);
  });
});
