import {describe, expect, it} from 'vitest';
import {press} from '../../../src/ui/press.js';
import {createTheme} from '../../../src/ui/theme.js';
import {noLayout, type TranscriptLayout} from '../../../src/ui/transcript/transcript.js';
import {createTranscriptLines} from '../../../src/ui/transcript/transcript-lines.js';
import {prompt, reply, runFinished, textDelta, toolFinished} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const plain = createTheme({dumb: true, colour: false, unicode: false});
const theme = {...createTheme({dumb: false, colour: false, unicode: false}), styles: plain.styles, spinner: ['/']};

/** The open view of a troupe's session: what keys do, and what is seen. */
function openTranscript(troupe: Troupe) {
  const lines = createTranscriptLines();
  let layout: TranscriptLayout = noLayout;
  const seen = (): readonly string[] => {
    const {screen} = troupe;
    if (!screen.transcript) return [];
    const {columns} = screen.size;
    const frame = lines.frame(screen, screen.transcript, {
      columns,
      theme,
      markdown: null,
      now: screen.now,
      spinner: '/',
    });
    layout = frame.layout;
    return frame.lines;
  };
  const keys = (...chords: string[]): readonly string[] => {
    for (const chord of chords) {
      troupe.screen = press(troupe.screen, {type: 'key', chord}, {commands: [], now: 0, transcript: layout}).screen;
      seen();
    }
    return seen();
  };
  keys('ctrl+o');
  return {seen, keys};
}

const heads = (lines: readonly string[]): string[] =>
  lines.filter(line => /[>v] [/+x#] /.test(line)).map(line => line.replace(/ {2,}["s\d].*/, '').trim());

/** A turn with an agent, one below that, and one in the background; all but the last have ended and are printed. */
function session(size = {}): Troupe {
  const troupe = createTroupe(size);
  troupe.say('main', prompt('go'));
  const one = troupe.spawn('one');
  const below = troupe.spawn('below', {parentId: one});
  troupe.say(below, ...reply('b1', 'Words of below.'));
  troupe.end(below);
  troupe.say(one, ...reply('o1', 'Words of one.'));
  troupe.end(one);
  const late = troupe.spawn('late', {background: true});
  troupe.say(late, textDelta('l1', 'Words of late.'));
  return troupe;
}

describe('the transcript', () => {
  it('shows the whole session, what was printed too, with every agent folded where it was spawned', () => {
    const {seen} = openTranscript(session());
    expect(heads(seen())).toEqual(['> + explore  one', '> / explore  late']);
    expect(seen().join('\n')).toContain('> go');
    expect(seen().join('\n')).not.toContain('Words of');
  });

  it('unfolds every agent, at any depth, to all it said', () => {
    const {keys} = openTranscript(session());
    const opened = keys('home', 'tab', 'enter', 'tab', 'right');
    expect(heads(opened)).toEqual(['v + explore    one', '| v + explore  below <', '> / explore    late']);
    expect(opened).toContain('  | | * Words of below.');
    expect(opened).toContain('  | * Words of one.');
    expect(keys('left').join('\n')).not.toContain('Words of below.');
    expect(keys('shift+tab', 'enter').join('\n')).not.toContain('Words of one.');
  });

  it('is walked with the arrows as the tree is: over the agents in sight, out of one, and back to the one above', () => {
    const {seen, keys} = openTranscript(session());
    const selected = (): string | undefined => heads(seen()).find(head => head.endsWith('<'));
    keys('home', 'down');
    expect(selected()).toMatch(/one <$/);
    keys('right', 'down');
    expect(selected()).toMatch(/below <$/);
    keys('down');
    expect(selected()).toMatch(/late <$/);
    keys('up', 'left');
    expect(selected()).toMatch(/one <$/);
    expect(heads(keys('left'))).toEqual(['> + explore  one <', '> / explore  late']);
    keys('down', 'up');
    expect(selected()).toMatch(/one <$/);
  });

  it('moves on by a line with the arrows where the next agent is out of sight, and always with shift', () => {
    const troupe = session({rows: 12});
    troupe.say('main', ...reply('long', Array.from({length: 40}, (_, line) => `- line ${line}`).join('\n')));
    const {seen, keys} = openTranscript(troupe);
    const first = (): number => Number(/(\d+)-/.exec(seen().at(-1) ?? '')?.[1]);
    keys('end');
    const end = first();
    keys('up', 'up', 'shift+up', 'down');
    expect(first()).toBe(end - 2);
    keys('home', 'shift+down');
    expect(first()).toBe(2);
    keys('down');
    expect([first(), heads(seen()).some(head => head.endsWith('one <'))]).toEqual([2, true]);
    keys(...Array.from({length: 20}, () => 'down'));
    expect(first()).toBeGreaterThan(10);
    const lines = (): string => seen().join('\n');
    while (!lines().includes('explore  one')) keys('up');
    expect(lines()).not.toContain('one <');
    while (!lines().includes('one <')) keys('up');
    expect(lines()).toContain('one <');
  });

  it('shows a call whole whose title is too long for a line', () => {
    const troupe = createTroupe({columns: 40, rows: 30});
    const script = ['for file in *.ts; do', '  wc -l "$file"', 'done | sort -n | tail -5 > the-five-longest-files.txt'];
    const long = `grep -rn ${'needle-'.repeat(6)}end src`;
    troupe.say(
      'main',
      {
        type: 'tool_started',
        callId: 'c1',
        tool: 'Bash',
        title: `${script[0]} … +2 lines`,
        input: {command: script.join('\n')},
      },
      toolFinished('c1', 'ok', {summary: 'exit 0'}),
      {type: 'tool_started', callId: 'c2', tool: 'Bash', title: long, input: {command: long}},
      {
        type: 'tool_started',
        callId: 'c3',
        tool: 'Bash',
        title: 'true',
        input: {command: 'true', description: 'Nothing'},
      },
      {type: 'tool_started', callId: 'c4', tool: 'Read', title: 'a.ts', input: {file_path: '/project/a.ts'}},
    );
    const lines = openTranscript(troupe)
      .seen()
      .map(line => line.trimEnd());
    expect(lines.filter(line => line !== '').slice(0, -1)).toEqual([
      '  + Bash for file in *.ts;... - exit 0',
      '    for file in *.ts; do',
      '      wc -l "$file"',
      '    done | sort -n | tail -5 >',
      '    the-five-longest-files.txt',
      '  / Bash grep -rn needle-needle-nee...',
      '    grep -rn',
      '    needle-needle-needle-needle-needle',
      '    -needle-end src',
      '  / Bash true',
      '  / Read a.ts',
    ]);
  });

  it('follows what lives, and stays where somebody scrolled to', () => {
    const troupe = session({rows: 12});
    const {seen, keys} = openTranscript(troupe);
    keys('tab', 'tab', 'enter', 'end');
    const say = (from: number): void =>
      troupe.say(
        'agent-3',
        ...Array.from({length: 20}, (_, index) => textDelta(`n${from + index}`, `line ${from + index}`)),
      );
    say(0);
    expect(seen().join('\n')).toContain('line 19');
    keys('pageup', 'pageup');
    const stood = seen().slice(0, -1);
    say(20);
    expect(seen().slice(0, -1)).toEqual(stood);
    expect(keys('end').join('\n')).toContain('line 39');
  });

  it('is one row lower than the window, and says where in the whole it stands', () => {
    for (const rows of [4, 12, 40]) {
      const {seen, keys} = openTranscript(session({rows}));
      expect(seen()).toHaveLength(rows - 1);
      expect(keys('home').at(-1)).toMatch(/^ {2}1-\d+ of \d+ /);
    }
  });

  it.each([
    [100, ' - esc back - pgup, pgdn scroll - up, down move - left, right fold'],
    [70, ' - esc back - pgup, pgdn scroll - up, down move'],
    [50, ' - esc back - pgup, pgdn scroll'],
    [24, ' - esc back'],
  ])('names in %i columns the keys it has room for', (columns, keys) => {
    const foot = openTranscript(session({columns})).seen().at(-1) ?? '';
    expect(foot.replace(/^ {2}1-\d+ of \d+/, '')).toBe(keys);
    const alone = createTroupe({columns});
    alone.say('main', prompt('go'));
    expect(openTranscript(alone).seen().at(-1)).not.toMatch(/move|fold/);
  });

  it('is left with escape, ctrl-o or ctrl-c, and stops nobody', () => {
    for (const chord of ['escape', 'ctrl+o', 'ctrl+c']) {
      const troupe = session();
      openTranscript(troupe).keys(chord);
      expect(troupe.screen.transcript).toBeNull();
      expect(troupe.effects).toEqual([]);
    }
  });

  it('keeps agents whose call was never seen', () => {
    const troupe = createTroupe();
    troupe.session.spawn({kind: 'explore', description: 'early'});
    troupe.say('main');
    expect(heads(openTranscript(troupe).seen())).toEqual(['> / explore  early']);
  });

  it('keeps all of it after the turn', () => {
    const troupe = session();
    troupe.end('agent-3');
    troupe.say('main', runFinished());
    expect(heads(openTranscript(troupe).seen())).toEqual(['> + explore  one', '> + explore  late']);
  });

  it('shows an agent that ended in the background once, also one that went on after its end', () => {
    const troupe = session();
    troupe.end('agent-3', 'All found.');
    const {seen} = openTranscript(troupe);
    expect(heads(seen())).toEqual(['> + explore  one', '> + explore  late']);
    expect(
      seen()
        .join('\n')
        .match(/All found/g),
    ).toHaveLength(1);
    expect(seen().join('\n')).not.toContain('opens it');
    troupe.session.resume('agent-3');
    troupe.end('agent-3', 'Found again.');
    expect(seen().filter(line => line.includes('late'))).toHaveLength(1);
    expect(seen().join('\n')).toContain('Found again.');
    expect(seen().join('\n')).not.toContain('All found.');
  });

  it.each(['enter', 'left', 'right'])('brings the focused agent into sight with %s', chord => {
    const troupe = session({rows: 12});
    const {seen, keys} = openTranscript(troupe);
    troupe.say('main', ...reply('long', Array.from({length: 40}, (_, line) => `- line ${line}`).join('\n')));
    keys('home', 'tab', 'end');
    expect(heads(seen()).filter(head => head.endsWith('<'))).toEqual([]);
    expect(heads(keys(chord)).find(head => head.endsWith('<'))).toMatch(/explore +one <$/);
  });

  it('shows of a live agent that is opened what is newest, and follows it until somebody scrolls up', () => {
    const troupe = createTroupe({rows: 12, columns: 60});
    const one = troupe.spawn('one');
    for (const index of [1, 2, 3]) troupe.spawn(`after ${index}`);
    const words = (from: number, to: number): string =>
      Array.from({length: to - from}, (_, index) => `line ${from + index}\n\n`).join('');
    troupe.say(one, textDelta('o1', words(0, 40)));
    const {seen, keys} = openTranscript(troupe);
    const isSeen = (text: string): boolean => seen().some(line => line.trim().endsWith(text));
    keys('home', 'tab', 'enter');
    expect(isSeen('line 39')).toBe(true);
    troupe.say(one, textDelta('o1', words(40, 80)));
    expect(isSeen('line 79')).toBe(true);
    keys('up', 'up', 'up', 'up');
    troupe.say(one, textDelta('o1', words(80, 120)));
    expect([isSeen('line 119'), isSeen('line 76')]).toEqual([false, true]);
    keys('end');
    expect(isSeen('line 119')).toBe(true);
    troupe.say(one, textDelta('o1', words(120, 160)));
    expect(isSeen('line 159')).toBe(true);
    keys('end');
    expect(heads(seen())).toEqual(['> / after 1', '> / after 2', '> / after 3']);
  });

  it('keeps the head of a live agent in sight as long as all it said has room', () => {
    const troupe = createTroupe({rows: 14});
    const one = troupe.spawn('one');
    troupe.say(one, textDelta('o1', 'A few words.'));
    const {keys, seen} = openTranscript(troupe);
    keys('home', 'tab', 'enter');
    expect(heads(seen())).toEqual(['v / explore  one <']);
    expect(seen().join('\n')).toContain('A few words.');
  });
});
