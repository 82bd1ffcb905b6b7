import fc from 'fast-check';
import {lexer} from 'marked';
import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {compose} from '../../src/ui/composer/composer.js';
import {type Frame, type FrameOptions, toFrame} from '../../src/ui/frame.js';
import {createItemLines} from '../../src/ui/item-lines.js';
import {keyHelp} from '../../src/ui/keymap.js';
import {createPaneLines} from '../../src/ui/panes/pane-lines.js';
import {press} from '../../src/ui/press.js';
import {receive} from '../../src/ui/receive.js';
import {atMoment, createScreen, type Screen, type Size} from '../../src/ui/screen.js';
import {width} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';
import {noLayout} from '../../src/ui/transcript/transcript.js';
import {
  call,
  prompt,
  replyFinished,
  replyStarted,
  runFinished,
  runStarted,
  stamped,
  textDelta,
  toolUse,
} from './support/events.js';
import {plainStatus} from './support/status.js';
import {createTroupe} from './support/troupe.js';

const commands = [
  {name: 'clear', description: 'forget the conversation'},
  {name: 'cost', description: 'what it cost so far'},
];
const unstyled = createTheme({dumb: true, colour: false, unicode: false});
const ascii = {...createTheme({dumb: false, colour: false, unicode: false}), styles: unstyled.styles};
const styled = createTheme({dumb: false, colour: true, unicode: false});
const now = 1_000_000;

function options(): FrameOptions {
  return {
    theme: ascii,
    itemLines: createItemLines(),
    paneLines: createPaneLines(),
    commands,
    markdown: () => ({lex: text => lexer(text), highlight: () => null, isReady: () => true}),
    lateness: 0,
  };
}

function screen(size: Partial<Size> = {}): Screen {
  return createScreen({
    size: {columns: 70, rows: 24, ...size},
    status: {...plainStatus, branch: {name: 'main', isDirty: true}, contextWindow: 100_000},
    history: [],
    now,
    printed: 'block',
  });
}

function hear(before: Screen, ...events: AgentEvent[]): Screen {
  return {
    ...receive(
      before,
      events.map(event => stamped(event)),
      now,
    ),
    held: [],
    now: now + 12_300,
  };
}

/** Without the spaces that stand for blank rows. */
function linesOf({window, activity, panel, status, draft}: Frame): string[] {
  const parts = [activity, panel, status, draft].filter(part => part !== '');
  return [...window, ...parts.flatMap(part => part.split('\n'))].map(line => line.trimEnd());
}

const frameOf = (so: Screen): string[] => linesOf(toFrame(so, options()));
const write = (so: Screen, text: string): Screen => ({...so, composer: compose(so.composer, {type: 'insert', text})});
const question: AgentEvent = {
  type: 'question_asked',
  ...call('c1', 'Bash', 'npm test'),
  preview: {summary: 'npm test -- auth'},
};

describe('the frame', () => {
  it('is, while idle, a status and a draft', () => {
    expect(frameOf(screen())).toEqual(['', `-- test-1 - ~/shop (main*) ${'-'.repeat(20)} ? keys - / commands --`, '>']);
  });

  it('tells context and cost once there are any, and unknown cost as unknown', () => {
    const spent = hear(screen(), runStarted, replyStarted('r1'), replyFinished('r1'), runFinished());
    expect(frameOf(spent)[1]).toContain('test-1 - ~/shop (main*) - context 7 % - $0.01 ');
    const unknown = hear(screen(), runStarted, runFinished({costUsd: null}));
    expect(frameOf(unknown)[1]).toContain(' - cost unknown ');
    expect(frameOf(unknown)[1]).not.toContain('$');
  });

  it('shows the caret as a cell where the window may be another already, while frames come by themselves, until a draft is begun', () => {
    const late = (so: Screen): Frame => toFrame(so, {...options(), theme: styled, lateness: 250});
    const running = atMoment(hear(screen(), runStarted), now + 1_000);
    expect(late(running)).toMatchObject({caret: null, draft: '\x1b[36m>\x1b[0m \x1b[7m \x1b[0m'});
    expect(toFrame(running, options())).toMatchObject({caret: {fromBottom: 0, column: 2}, draft: '>'});
    expect(late(write(running, 'but')).caret).toEqual({fromBottom: 0, column: 5});
    const ended = atMoment(hear(running, runFinished()), now + 2_000);
    expect(late(atMoment(ended, now + 2_249)).caret).toBeNull();
    expect(late(atMoment(ended, now + 2_250)).caret).toEqual({fromBottom: 0, column: 2});
  });

  it('counts the processes that ended commands left running', () => {
    expect(frameOf(hear(screen(), {type: 'commands_changed', live: 1}))[1]).toContain('1 command running');
  });

  it('shortens the folder, leaves out the keys, then the branch, and all of the folder, as the window gets narrower', () => {
    const at = (columns: number): string | undefined => {
      const so = screen({columns});
      return frameOf({...so, status: {...so.status, folder: '~/code/of/others/shop'}})[1]?.replace(/-{3,}/, '--');
    };
    expect(at(70)).toBe('-- test-1 - ~/code/of/others/shop (main*) -- ? keys - / commands --');
    expect(at(60)).toBe('-- test-1 - .../others/shop (main*) - ? keys - / commands --');
    expect(at(53)).toBe('-- test-1 - .../shop (main*) - ? keys - / commands --');
    expect(at(50)).toBe('-- test-1 - ~/code/of/others/shop (main*) --');
    expect(at(33)).toBe('-- test-1 - .../shop (main*) --');
    expect(at(26)).toBe('-- test-1 - .../shop --');
    expect(at(18)).toBe('-- test-1 --');
    expect(at(11)).toBe('-- t... --');
  });

  it('keeps folder and branch beside a mode in a window of 60 columns', () => {
    const so = screen({columns: 60});
    const status = {
      ...so.status,
      model: 'Claude Sonnet 5.5',
      folder: '~/code/shop',
      mode: 'bypassPermissions',
    } as const;
    expect(frameOf({...so, status})[1]).toContain('bypass mode - Claude Sonnet 5.5 - ~/code/shop (main*)');
  });

  it('keeps cost, agents in the background and their key however long the folder is', () => {
    const troupe = createTroupe({columns: 80, rows: 24});
    troupe.spawn('watcher', {background: true});
    troupe.say('main', replyFinished('r1'), runFinished({costUsd: 0.01}));
    const folder = `~/${'very-long/'.repeat(12)}shop`;
    const branch = {name: 'a-branch-with-a-long-name-too', isDirty: true};
    const {status} = troupe.screen;
    troupe.screen = {...troupe.screen, status: {...status, folder, branch, contextWindow: 100_000, budgetUsd: 5}};
    const at = (columns: number): string | undefined => {
      troupe.screen = {...troupe.screen, size: {columns, rows: 24}};
      return troupe.frame().at(-2)?.replace(/-{3,}/, '--');
    };
    const kept = '$0.01 - $4.99 left - 1 in the background';
    expect(at(95)).toBe(`-- test-1 - .../shop - context 7 % - ${kept} -- tab panes --`);
    expect(at(80)).toBe(`-- test-1 - ${kept} -- tab panes --`);
    expect(at(60)).toBe(`-- ${kept} -- tab panes --`);
  });

  it('shows what streams, and under it what the agent does', () => {
    const streaming = hear(
      screen(),
      prompt('go'),
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'Words and more words.'),
    );
    const lines = frameOf(streaming);
    expect(lines.slice(0, 4)).toEqual([
      '',
      '* Words and more words.',
      '',
      expect.stringMatching(/^ {2}\S writing - 12 s - v ~5 tok +esc interrupts$/),
    ]);
  });

  it('names the call that runs, and counts several', () => {
    const one = hear(screen(), runStarted, {type: 'tool_started', ...call('c1', 'Bash', 'sleep 9')});
    expect(frameOf(one).at(-3)).toContain('running Bash - 12 s');
    const two = hear(one, {type: 'tool_started', ...call('c2')});
    expect(frameOf(two).at(-3)).toContain('running 2 calls - 12 s');
  });

  it('counts down to a retry', () => {
    const waiting = hear(screen(), runStarted, {
      type: 'retry_scheduled',
      attempt: 3,
      maxAttempts: null,
      delayMs: 42_000 + 12_300,
      kind: 'overloaded',
      message: '127.0.0.1:1 is overloaded (529: Overloaded).',
    });
    expect(frameOf(waiting).at(-3)).toContain('retrying in 42 s (overloaded, 3rd try)');
  });

  it('says that others are tried first, counting down to that, and what is the matter with them', () => {
    const behind = (kind: string, delayMs: number): string | undefined =>
      frameOf(
        hear(
          screen(),
          {type: 'run_started', model: 'haiku-9', price: null},
          {
            ...{type: 'request_held', delayMs: 12_300 + delayMs},
            ...{kind, message: 'The server said so.'},
          },
        ),
      ).at(-3);
    expect(behind('overloaded', 8_000)).toContain('held back 8 s: haiku-9 is overloaded');
    expect(behind('rate_limited', 8_000)).toContain('held back 8 s: haiku-9 is rate limited');
    expect(behind('timeout', 8_000)).toContain('held back 8 s: haiku-9 does not answer');
    expect(behind('server_error', 8_000)).toContain('held back 8 s: haiku-9 fails');
    expect(behind('network', 8_000)).toContain('held back 8 s: no connection');
    expect(behind('overloaded', 0)).toContain('held back: haiku-9 is overloaded');
  });

  it('shows what was steered as queued', () => {
    const steered: Screen = {...hear(screen(), runStarted), steered: [{text: 'look only at src/auth', mailId: null}]};
    expect(frameOf(steered)[1]).toBe('  @ look only at src/auth - queued');
  });

  it('asks with the command, the choices and the keys, and hides the caret', () => {
    const asking = hear(screen(), runStarted, question);
    const frame = toFrame(asking, options());
    expect(frame.panel.split('\n')).toEqual([
      '  ? Bash wants to run',
      '',
      '      npm test -- auth',
      '',
      '    > 1  yes',
      '      2  no',
      '      3  no, and tell it why',
      expect.stringMatching(/^ +y or n - tab to your draft - esc interrupts$/),
    ]);
    expect(frame.caret).toBeNull();
  });

  it('asks for an edit with its change, and says how much of it does not fit', () => {
    const lines = Array.from(
      {length: 60},
      (_, index) => ({type: 'added', text: `l${index}`, after: index + 1}) as const,
    );
    const diff = {path: 'src/a.ts', added: 60, removed: 0, hunks: [lines]};
    const asking = hear(screen(), runStarted, {...question, tool: 'Edit', preview: {summary: '', diff}});
    const panel = toFrame(asking, options()).panel.split('\n');
    expect(panel[0]).toBe('  ? Edit wants to change src/a.ts  +60 -0');
    expect(panel.filter(line => /\+ l\d+$/.test(line))).toHaveLength(8);
    expect(panel).toContain('      ... + 52 lines not shown (pgdn)');
  });

  it('shows a question whole rather than with air around it, and its keys where a row is left for them', () => {
    const offers = (['session', 'project'] as const).map(reach => ({reach, rules: ['Bash(npm test:*)']}));
    const asking = (rows: number): string[] => {
      const asked = hear(screen({rows}), runStarted, {...question, reason: 'no rule allows it', offers});
      return toFrame(asked, options())
        .panel.split('\n')
        .map(line => line.trim());
    };
    const airy = [
      '? Bash wants to run',
      '',
      'npm test -- auth',
      '',
      'why     no rule allows it',
      'always  Bash(npm test:*)',
      '',
      '> 1  yes',
      '2  yes, always in this session',
      '3  yes, always in this project',
      '4  no',
      '5  no, and tell it why',
      'y or n - tab to your draft - esc interrupts',
    ];
    expect(asking(24)).toEqual(airy.map(line => line.replace('project', 'project (.agent/settings.local.json)')));
    const tight = airy.filter((line, at) => line !== '' || at === 3);
    expect(asking(18).map(line => line.replace(' (.agent/settings.local.json)', ''))).toEqual(tight);
    expect(asking(15).map(line => line.replace(' (.agent/settings.local.json)', ''))).toEqual(tight.slice(0, -1));
  });

  it('shows, by scrolling, all of a long command and of the rules that a yes may be remembered as, in any window', () => {
    fc.assert(
      fc.property(
        fc.record({columns: fc.integer({min: 40, max: 200}), rows: fc.integer({min: 10, max: 60})}),
        fc.integer({min: 1, max: 120}),
        fc.integer({min: 1, max: 6}),
        (size, count, kinds) => {
          const words = Array.from({length: count}, (_, index) => `word-${index + 1}`);
          const rules = Array.from(
            {length: kinds},
            (_, index) => `Bash(rule-${index + 1} ${words.slice(-3).join(' ')})`,
          );
          const preview = {summary: '', output: words.join(' ')};
          const offers = (['subtree', 'session', 'project'] as const).map(reach => ({reach, rules}));
          let asking = hear(screen(size), runStarted, {...question, preview, reason: 'no rule allows it', offers});
          const seen = new Set<string>();
          for (let turn = 0; turn < 2 * (count + kinds) + 8; turn++) {
            const lines = frameOf(asking);
            expect(lines.length).toBeLessThan(size.rows);
            for (const line of lines) expect(width(line)).toBeLessThanOrEqual(size.columns);
            for (const word of lines.join('\n').match(/(?:word|rule)-\d+(?=[\s)]|$)/g) ?? []) seen.add(word);
            asking = press(asking, {type: 'key', chord: 'shift+down'}, {commands, now, transcript: noLayout}).screen;
          }
          expect([...words, ...rules.map((_, index) => `rule-${index + 1}`)].filter(word => !seen.has(word))).toEqual(
            [],
          );
          // Whatever is seen of it: each choice has its number.
          for (const number of [1, 2, 3, 4, 5, 6])
            expect(frameOf(asking).join('\n')).toMatch(new RegExp(` ${number}  \\S`));
        },
      ),
      {numRuns: 40},
    );
  });

  it('shows a long command by its beginning and its end, and by scrolling all of it', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 1, max: 60}),
        fc.integer({min: 4, max: 40}),
        fc.constantFrom('pagedown', 'shift+down'),
        (count, rows, chord) => {
          const command = Array.from({length: count}, (_, index) => `step ${index + 1}`);
          const preview = {summary: '', output: command.join('\n')};
          let asking = hear(screen({rows}), runStarted, {...question, preview});
          const seen = (): readonly string[] =>
            toFrame(asking, options())
              .panel.split('\n')
              .flatMap(line => line.match(/step \d+(?= \(|$)/) ?? []);
          const all = new Set(seen());
          expect(all).toContain('step 1');
          if (all.size > 2) expect([...all]).toEqual(expect.arrayContaining(['step 1', `step ${count}`]));
          const walk = (key: string): void => {
            for (let turn = 0; turn < count; turn++) {
              asking = press(asking, {type: 'key', chord: key}, {commands, now, transcript: noLayout}).screen;
              for (const line of seen()) all.add(line);
            }
          };
          walk(chord);
          walk('pageup');
          expect([...all].sort()).toEqual([...command].sort());
          expect(frameOf(asking).length).toBeLessThan(rows);
        },
      ),
      {numRuns: 40},
    );
  });

  it('says how to scroll while the question has the keys and not all of it fits', () => {
    const preview = {summary: '', output: 'a line\n'.repeat(60)};
    const asking = hear(screen(), runStarted, {...question, preview});
    expect(toFrame(asking, options()).panel).toContain('pgup, pgdn scroll - y or n');
    expect(toFrame(asking, options()).panel).toContain('... + 52 lines not shown');
    const {screen: further} = press(asking, {type: 'key', chord: 'pagedown'}, {commands, now, transcript: noLayout});
    expect(toFrame(further, options()).panel).toMatch(/\+ \d+ lines above[\s\S]*\+ \d+ lines below/);
    expect(toFrame(hear(screen(), runStarted, question), options()).panel).not.toContain('scroll');
  });

  it('shows what is asked in any window that has a row for it, and how to answer in all but the lowest', () => {
    const diff = {
      path: 'src/a.ts',
      added: 9,
      removed: 0,
      hunks: [[{type: 'added', text: 'first line', after: 1}]],
    } as const;
    const edit: AgentEvent = {...question, tool: 'Edit', preview: {summary: '', diff}};
    const command: AgentEvent = {...question, preview: {summary: '', output: 'first line\nsecond line\nthird line\n4'}};
    for (const event of [edit, command])
      for (let rows = 4; rows <= 24; rows++) {
        const asking = write(hear(screen({rows}), runStarted, event), 'a draft\nof some\nlines');
        const lines = frameOf(asking);
        expect([rows, lines.some(line => line.includes('first line'))]).toEqual([rows, true]);
        if (rows > 4) expect([rows, lines.some(line => /> 1 {2}yes.*/.test(line))]).toEqual([rows, true]);
        expect(lines.length).toBeLessThan(rows);
      }
    expect(frameOf(hear(screen({rows: 7}), runStarted, command))).toEqual([
      '  ? Bash wants to run',
      '      first line',
      '      ... + 3 lines not shown (pgdn)',
      '  > 1  yes   2  no   3  no, and tell it why',
      expect.stringMatching(/^-- test-1/),
      '>',
    ]);
    expect(frameOf(hear(screen({rows: 5}), runStarted, command)).slice(0, 2)).toEqual([
      '  ? Bash first line (1/4)',
      '  > 1  yes   2  no   3  no, and tell it why',
    ]);
  });

  it('lists the keys of a question with ? before it, among all keys else, and says when some have no room', () => {
    const asking = hear(screen({rows: 9}), runStarted, question);
    const helped = press(asking, {type: 'text', text: '?'}, {commands, now, transcript: noLayout}).screen;
    expect(toFrame(helped, options()).panel).toMatch(
      /pgup, pgdn +before a question: scroll .*\n {2}shift\+up, shift\+down/,
    );
    const again = press(helped, {type: 'text', text: 'y'}, {commands, now, transcript: noLayout});
    expect(again.effects).toEqual([]);
    expect(toFrame(again.screen, options()).panel).toContain('npm test -- auth');
    const all = toFrame({...screen({rows: 60}), isHelpOpen: true}, options()).panel;
    expect(all).toMatch(/pgup, pgdn +before a question: scroll /);
    const low = toFrame({...screen({rows: 9}), isHelpOpen: true}, options()).panel.split('\n');
    expect(low).toHaveLength(5);
    expect(low.at(-1)).toMatch(/^ {2}\.\.\. \+ \d+ more: \/help shows all$/);
  });

  it.each([40, 60, 80, 90, 120])('tells all of every key with ? in a window of %i columns', columns => {
    const panel = toFrame({...screen({columns, rows: 120}), isHelpOpen: true}, options()).panel.split('\n');
    for (const line of panel) expect(width(line)).toBeLessThan(columns);
    const told = panel.join(' ').replace(/ +/g, ' ');
    for (const [typed, effect] of keyHelp)
      for (const word of `${typed} ${effect}`.split(' ')) expect(told).toContain(word);
    expect(told).not.toContain('...');
  });

  it('shows no part of a key without its rest where the help has no room', () => {
    for (let rows = 8; rows < 40; rows++) {
      const panel = toFrame({...screen({columns: 60, rows}), isHelpOpen: true}, options()).panel.split('\n');
      const left = Number(/\+ (\d+) more/.exec(panel.at(-1) ?? '')?.[1] ?? 0);
      expect(panel.filter(line => /^ {2}\S/.test(line)).length - (left > 0 ? 1 : 0) + left).toBe(keyHelp.length);
    }
  });

  it('says how many questions wait', () => {
    const asking = hear(screen(), runStarted, question, {...question, callId: 'c2'});
    expect(toFrame(asking, options()).panel).toContain('1 of 2 waiting');
  });

  it('lists the commands that a draft may become', () => {
    expect(toFrame(write(screen(), '/c'), options()).panel.split('\n')).toEqual([
      '  /clear  forget the conversation',
      '  /cost   what it cost so far',
    ]);
  });

  it('puts the caret where the next character goes', () => {
    const caret = (text: string): unknown => toFrame(write(screen(), text), options()).caret;
    expect(caret('')).toEqual({fromBottom: 0, column: 2});
    expect(caret('hello')).toEqual({fromBottom: 0, column: 7});
    expect(caret('漢字')).toEqual({fromBottom: 0, column: 6});
    expect(caret('one\ntwo\n')).toEqual({fromBottom: 0, column: 2});
    const up = write(screen(), 'one\ntwo');
    expect(
      toFrame({...up, composer: compose(up.composer, {type: 'row', by: -1, columns: 60})}, options()).caret,
    ).toEqual({
      fromBottom: 1,
      column: 5,
    });
  });

  const events: readonly AgentEvent[] = [
    runStarted,
    replyStarted('r1'),
    textDelta('r1', '# Words\n\n- that\n- stream\n\n```js\ncode();\n```\n\n漢字 and 👍🏽 '.repeat(5)),
    ...toolUse('r1', 1, 'c1', 'Bash'),
    replyFinished('r1'),
    {type: 'tool_started', ...call('c1', 'Bash', 'a command with 漢字 that is rather long for a narrow window')},
    {type: 'tool_progress', callId: 'c1', text: 'output\n'.repeat(30)},
    {...question, callId: 'c2', title: 'x'.repeat(300), preview: {summary: 'y '.repeat(200)}},
    {type: 'question_answered', callId: 'c2', verdict: 'allow'},
    {
      type: 'retry_scheduled',
      attempt: 1,
      maxAttempts: 5,
      delayMs: 9_000,
      kind: 'x',
      message: 'a message of some length',
    },
  ];

  it('stays below the height and within the width, in any window at any moment', () => {
    const draft = fc.array(fc.constantFrom('word ', '漢', '\n', '👍🏽', 'x'.repeat(50), '/c'), {maxLength: 12});
    fc.assert(
      fc.property(
        fc.record({columns: fc.integer({min: 20, max: 160}), rows: fc.integer({min: 6, max: 60})}),
        fc.nat(events.length),
        draft,
        fc.boolean(),
        (size, moment, parts, isHelpOpen) => {
          let so: Screen = {
            ...hear(screen(size), ...events.slice(0, moment)),
            isHelpOpen,
            steered: [{text: 'and one more thing to do', mailId: null}],
          };
          for (const text of parts) so = press(so, {type: 'paste', text}, {commands, now, transcript: noLayout}).screen;
          const frame = toFrame({...so, isHelpOpen}, options());
          const lines = linesOf(frame);
          expect(lines.length).toBeLessThan(size.rows);
          for (const line of lines) expect(width(line)).toBeLessThanOrEqual(size.columns);
          if (frame.caret) {
            expect(frame.caret.fromBottom).toBeLessThan(lines.length);
            expect(frame.caret.column).toBeLessThan(size.columns);
          }
        },
      ),
    );
  });
});
