import {afterEach, describe, expect, it} from 'vitest';
import {openTerminal, type Terminal, type TerminalOptions} from '../support/terminal.js';

const open: Terminal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(terminal => terminal.close()));
});

function start(options: TerminalOptions): Terminal {
  const terminal = openTerminal(options);
  open.push(terminal);
  return terminal;
}

const shell = (script: string, options: Partial<TerminalOptions> = {}): Terminal =>
  start({command: '/bin/bash', args: ['--norc', '-c', script], ...options});

const node = (script: string, options: Partial<TerminalOptions> = {}): Terminal =>
  start({command: process.execPath, args: ['-e', script], ...options});

/** Raw mode, and every chunk of input shown as JSON. */
const echo = "process.stdin.setRawMode(true); process.stdin.on('data', d => console.log(JSON.stringify(String(d))));";

describe('a terminal', () => {
  it('shows what a program writes, and its exit code', async () => {
    const terminal = shell('printf "one\\ntwo"; exit 3');
    expect(await terminal.exited).toEqual({code: 3, signal: null});
    expect(terminal.screen().slice(0, 3)).toEqual(['one', 'two', '']);
    expect(terminal.screen()).toHaveLength(24);
    expect(terminal.cursor()).toEqual({x: 3, y: 1});
    expect(terminal.bytes()).toBe('one\r\ntwo');
  });

  it('keeps the rows that have left the screen as scrollback', async () => {
    const terminal = shell('seq 1 10', {rows: 4, cols: 20});
    await terminal.exited;
    expect(terminal.scrollback()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(terminal.screen()).toEqual(['8', '9', '10', '']);
  });

  it('gives the program a terminal without the marks of an automatic run', async () => {
    const terminal = shell('test -t 0 && test -t 1 && echo "tty [$TERM] [$LANG] [$CI] [$NO_COLOR] [$EXTRA]"', {
      env: {EXTRA: 'yes', CI: undefined},
    });
    await terminal.waitFor('tty [xterm-256color] [C.UTF-8] [] [] [yes]');
  });

  it('waits for text, for a pattern and for a condition', async () => {
    const terminal = shell('read line; echo "got $line"; read line; echo "then $line"; read line');
    terminal.type('first\r');
    await terminal.waitFor('got first');
    terminal.type('second\r');
    await terminal.waitFor(/then sec\w+/);
    await terminal.waitFor(() => terminal.cursor().y === 4);
  });

  it('says what was on the screen when waiting was in vain', async () => {
    const terminal = shell('echo something else; read line');
    await terminal.waitFor('something');
    await expect(terminal.waitFor('never shown', {timeoutMs: 50})).rejects.toThrow(
      /Waited 50 ms in vain for never shown; the screen:\nsomething else$/,
    );
  });

  it('stops waiting when the program has ended', async () => {
    const terminal = shell('echo bye');
    await expect(terminal.waitFor('never shown')).rejects.toThrow(/ended \({"code":0,"signal":null}\).*\nbye$/s);
  });

  it('sends keys, also in their application form', async () => {
    const terminal = node(`${echo} console.log('ready');`);
    await terminal.waitFor('ready');
    terminal.press('ctrl-a');
    await terminal.waitFor('"\\u0001"');
    terminal.press('alt-b');
    await terminal.waitFor('"\\u001bb"');
    terminal.press('up');
    await terminal.waitFor('"\\u001b[A"');
    const application = node(`process.stdout.write('\\x1b[?1h'); ${echo} console.log('ready');`);
    await application.waitFor('ready');
    application.press('up');
    await application.waitFor('"\\u001bOA"');
  });

  it('pastes between brackets when the program asked for them', async () => {
    const plain = node(`${echo} console.log('ready');`);
    await plain.waitFor('ready');
    plain.paste('a\nb');
    await plain.waitFor('"a\\rb"');
    const bracketed = node(`process.stdout.write('\\x1b[?2004h'); ${echo} console.log('ready');`);
    await bracketed.waitFor('ready');
    bracketed.paste('a\nb');
    await bracketed.waitFor('"\\u001b[200~a\\rb\\u001b[201~"');
  });

  it('tells the program its new size', async () => {
    const terminal = node(
      "process.stdout.on('resize', () => console.log(process.stdout.columns, process.stdout.rows)); process.stdin.resume(); console.log('ready');",
    );
    await terminal.waitFor('ready');
    terminal.resize(100, 30);
    await terminal.waitFor('100 30');
    expect(terminal.screen()).toHaveLength(30);
  });

  it('knows which modes are on', async () => {
    const terminal = shell(
      String.raw`printf '\e[?2004h\e[?25l\e[?1049h\e[?1000h\e[?1004h\e[?1h\e=\e[?2026h\e[?7l\e[>1u\e[?2026l'; read line; printf '\e[<u\e[?7h\e>\e[?1l\e[?1004l\e[?1000l\e[?1049l\e[?25h\e[?2004l'`,
    );
    const before = {
      bracketedPaste: false,
      cursorVisible: true,
      alternateScreen: false,
      mouse: false,
      focusEvents: false,
      applicationCursor: false,
      applicationKeypad: false,
      synchronizedOutput: false,
      wraparound: true,
      keyboardFlags: [],
    };
    expect(terminal.modes()).toEqual(before);
    await terminal.waitFor(() => terminal.modes().keyboardFlags.length > 0);
    await terminal.waitFor(() => !terminal.modes().synchronizedOutput);
    expect(terminal.modes()).toEqual({
      bracketedPaste: true,
      cursorVisible: false,
      alternateScreen: true,
      mouse: true,
      focusEvents: true,
      applicationCursor: true,
      applicationKeypad: true,
      synchronizedOutput: false,
      wraparound: false,
      keyboardFlags: [1],
    });
    terminal.press('enter');
    await terminal.exited;
    expect(terminal.modes()).toEqual(before);
  });

  it('counts wide characters and emoji as two cells, joined ones as none', async () => {
    for (const [text, width] of [
      ['日本', 4],
      ['🙂', 2],
      ['e\u0301', 1],
      ['─', 1],
    ] as const) {
      const terminal = shell(`printf '${text}'`);
      await terminal.exited;
      expect([text, terminal.screen()[0], terminal.cursor().x]).toEqual([text, text, width]);
    }
  });

  it("answers a program's question for the cursor", async () => {
    const terminal = node(`${echo} process.stdout.write('ab\\x1b[6n');`);
    await terminal.waitFor('"\\u001b[1;3R"');
  });

  it('passes signals on and tells which one ended the program', async () => {
    const terminal = shell("trap 'echo caught; exit 9' TERM; echo ready; while :; do read line; done");
    await terminal.waitFor('ready');
    terminal.kill('SIGTERM');
    await terminal.waitFor('caught');
    expect(await terminal.exited).toEqual({code: 9, signal: null});
    const killed = shell('echo ready; read line');
    await killed.waitFor('ready');
    killed.kill('SIGKILL');
    expect(await killed.exited).toEqual({code: null, signal: 9});
  });

  it('hangs up like a closed window', async () => {
    const terminal = shell('echo ready; read line; read line');
    await terminal.waitFor('ready');
    terminal.hangUp();
    expect(await terminal.exited).toEqual({code: null, signal: 1});
  });
});
