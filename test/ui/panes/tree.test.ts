import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {panesOf} from '../../../src/ui/panes/tree.js';
import {askedQuestion} from '../../../src/ui/screen.js';
import {width} from '../../../src/ui/text/width.js';
import {replyStarted, runStarted, textDelta, toolFinished} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const rows = (troupe: Troupe): string[] => troupe.frame().filter(line => /^[ |]*[>v] [/.?~%+x#] /.test(line));
const titles = ({screen}: Troupe): string[] =>
  panesOf(screen).map(({agent, level}) => `${'-'.repeat(level)}${agent.description}`);

describe('the tree of agents', () => {
  it('has a row for every agent, nested under the one that spawned it, at any depth', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below one', {parentId: one});
    troupe.spawn('two', {kind: 'plan'});
    troupe.spawn('deep', {parentId: below});
    expect(titles(troupe)).toEqual(['one', '-below one', '--deep', 'two']);
    expect(rows(troupe).map(line => line.replace(/ {2,}\d+ s .*/, ''))).toEqual([
      '  v ~ explore      one          waiting for 1 agent',
      '    v ~ explore    below one    waiting for 1 agent',
      '      > / explore  deep         starting',
      '  > / plan         two          starting',
    ]);
  });

  it('says how many rows are hidden above and below, and which key goes there', () => {
    const troupe = createTroupe({rows: 12});
    for (let index = 0; index < 8; index++) troupe.spawn(`agent ${index}.`);
    const cut = (): string | undefined => troupe.frame().find(line => line.startsWith('  + '));
    expect(rows(troupe)).toHaveLength(4);
    expect(cut()).toBe('  + 4 more (tab)');
    troupe.keys('tab');
    expect(cut()).toBe('  + 4 below (down)');
    troupe.keys('down', 'down', 'down', 'down');
    expect(rows(troupe).map(line => line.match(/agent \d/)?.[0])).toEqual(['agent 2', 'agent 3', 'agent 4', 'agent 5']);
    expect(cut()).toBe('  + 2 above (up) - 2 below (down)');
    troupe.keys('down', 'down', 'down');
    expect(cut()).toBe('  + 4 above (up)');
  });

  it('shows who asks the open question before others that ask, and before the rest', () => {
    const troupe = createTroupe({columns: 60, rows: 15});
    const ids = Array.from({length: 6}, (_, index) => troupe.spawn(`agent ${index}.`));
    for (const id of ids.slice(1))
      troupe.say(id, {type: 'question_asked', callId: `q-${id}`, tool: 'Bash', title: 'npm test', input: {}});
    for (let step = 0; step < 5; step++) {
      const asked = askedQuestion(troupe.screen)?.agentId ?? '';
      expect(rows(troupe).some(line => line.includes(`agent ${ids.indexOf(asked)}.`))).toBe(true);
      troupe.keys('tab');
    }
  });

  it('gets its part of a low window also while the root speaks', () => {
    for (const [height, least] of [
      [15, 4],
      [12, 3],
      [10, 3],
      [8, 2],
      [6, 1],
    ] as const) {
      const troupe = createTroupe({columns: 60, rows: height});
      for (let index = 0; index < 8; index++) troupe.spawn(`agent ${index}.`, {background: true});
      troupe.say('main', textDelta('r1', 'The root says this, and more.\n\n'.repeat(9)));
      expect([height, rows(troupe).length >= least]).toEqual([height, true]);
      expect(troupe.frame().some(line => line.includes('The root says this'))).toBe(true);
      expect(troupe.frame().length).toBeLessThan(height);
    }
  });

  it('tells in any window what a stop would reach, whatever else gives way', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.spawn('two', {parentId: one});
    troupe.say(one, {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'npm test', input: {}});
    troupe.say('main', textDelta('r1', 'words '.repeat(99)));
    for (const columns of [120, 80, 60, 50, 40, 38])
      for (const height of [40, 24, 15, 10, 8, 6, 4]) {
        const at = (what: string): boolean => troupe.frame().some(line => line.includes(what));
        troupe.screen = {...troupe.screen, focus: null, size: {columns, rows: height}};
        expect([columns, height, at('ctrl-c stops 2 agents, 1 command')]).toEqual([columns, height, true]);
        troupe.screen = {...troupe.screen, focus: one};
        expect([columns, height, at('ctrl-c abort (2 agents, 1 command)')]).toEqual([columns, height, true]);
      }
    troupe.screen = {...troupe.screen, focus: null, size: {columns: 60, rows: 12}};
    troupe.say(one, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
    expect(troupe.frame().at(-2)).toContain('ctrl-c stops 2 agents, 1 command');
  });

  it('shows as written by the person only what the person wrote: not the word to wrap up', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.session.agents.windDown(one);
    troupe.say(one);
    expect(troupe.frame().join('\n')).toContain('wrapping up');
    expect(troupe.frame().join('\n')).not.toContain('Report and end.');
    troupe.end(one, 'Half.', 'stopped');
    expect(troupe.printed.join('\n')).not.toMatch(/Report and end|could read/);
  });

  it.each([
    [80, 20],
    [60, 14],
  ])('says how many rows a question hides at %i x %i', (columns, height) => {
    const troupe = createTroupe({columns, rows: height});
    const [first = ''] = Array.from({length: 8}, (_, index) => troupe.spawn(`agent ${index}`));
    const output = Array.from({length: 60}, (_, index) => `line ${index}`).join('\n');
    const asked = {callId: 'q', tool: 'Bash', title: 'make', input: {}, preview: {summary: '', output}};
    troupe.say(first, {type: 'question_asked', ...asked});
    const told = troupe
      .frame()
      .join('\n')
      .match(/\+ (\d+) more/)?.[1];
    expect(Number(told) + rows(troupe).length).toBe(8);
    expect(troupe.frame().length).toBeLessThan(height);
    expect(troupe.frame().join('\n')).toMatch(/esc decide later|1 {2}yes/);
  });

  it('hides what is folded away, except who waits for a person', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    troupe.spawn('beside', {parentId: one});
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'closed']])};
    expect(titles(troupe)).toEqual(['one']);
    expect(rows(troupe)[0]).toContain('one (2 below)');
    troupe.say(below, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
    expect(titles(troupe)).toEqual(['one', '-below']);
    troupe.say(below, {type: 'question_answered', callId: 'q', verdict: 'allow'}, toolFinished('q'));
    expect(titles(troupe)).toEqual(['one']);
  });

  it('leaves the focused pane half of the lines there are for streams, however many are open', () => {
    const troupe = createTroupe({columns: 80, rows: 24});
    const one = troupe.spawn('one');
    const two = troupe.spawn('two', {parentId: one});
    const leaf = troupe.spawn('leaf', {parentId: two});
    for (let other = 0; other < 7; other += 1) troupe.spawn(`other ${other}`, {parentId: one});
    for (const id of [one, two, leaf]) {
      const lines = Array.from({length: 20}, (_, line) => `- ${id} says ${line}`).join('\n');
      troupe.say(id, runStarted, replyStarted(`of ${id}`), textDelta(`of ${id}`, lines));
    }
    troupe.screen = {...troupe.screen, folds: new Map([one, two, leaf].map(id => [id, 'open'])), focus: leaf};
    const said = (id: string): number => troupe.frame().filter(line => line.includes(`${id} says`)).length;
    expect(said(leaf)).toBeGreaterThanOrEqual(2);
    expect(said(leaf)).toBeGreaterThanOrEqual(said(one) + said(two));
    expect(troupe.frame().join('\n')).toContain(`${leaf} says 19`);
  });

  it('shows an open pane its own stream, its mail and its agents, and nobody else’s', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const two = troupe.spawn('two');
    troupe.spawn('below one', {parentId: one});
    troupe.say(one, textDelta('e1', 'Words of one.'));
    troupe.say(two, textDelta('e2', 'Words of two.'));
    troupe.session.agents.send(one, 'look at src');
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.say('main');
    const frame = troupe.frame();
    const from = frame.findIndex(line => line.includes('v ~ explore    one'));
    expect(frame.slice(from + 1, from + 4).map(line => line.replace(/ {3,}starting.*/, ''))).toEqual([
      '  |   * Words of one.',
      '  |   @ look at src - queued',
      '  | > / explore  below one',
    ]);
    expect(frame.join('\n')).not.toContain('Words of two');
    troupe.session.deliver(one);
    troupe.say('main');
    expect(troupe.frame().join('\n')).toContain('@ look at src - delivered');
  });

  it('keeps the live region below the height however many agents there are: who asks comes first, then the focus', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 8, max: 50}),
        fc.integer({min: 1, max: 14}),
        fc.nat(20),
        fc.nat(20),
        fc.boolean(),
        fc.boolean(),
        (height, amount, askingAt, focusAt, isOpen, isPutOff) => {
          const troupe = createTroupe({rows: height});
          const ids: string[] = [];
          for (let index = 0; index < amount; index++) {
            const parent = index % 3 === 0 ? undefined : ids.at(-1);
            ids.push(troupe.spawn(`agent ${index}.`, parent === undefined ? {} : {parentId: parent}));
            troupe.say(ids.at(-1) ?? '', textDelta(`e${index}`, 'words and\n\n more '.repeat(20)));
          }
          const asking = ids[askingAt % amount] ?? '';
          const focus = ids[focusAt % amount] ?? '';
          troupe.say(asking, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
          if (isPutOff) troupe.keys('escape');
          const folds = new Map(isOpen ? ids.map(id => [id, 'open' as const]) : []);
          troupe.screen = {...troupe.screen, focus, folds};
          const frame = troupe.frame();
          expect(frame.length).toBeLessThan(height);
          for (const line of frame) expect(width(line)).toBeLessThanOrEqual(100);
          const shown = rows(troupe);
          if (!isPutOff && shown.length === 0) return;
          expect(shown.length).toBeGreaterThan(0);
          const isShown = (id: string): boolean => shown.some(line => line.includes(`agent ${ids.indexOf(id)}.`));
          expect(isShown(asking)).toBe(true);
          if (shown.length > 1) expect(isShown(focus)).toBe(true);
          const counts = frame.join('\n').matchAll(/(\d+) (?:above \(up\)|below \(down\))/g);
          const hidden = [...counts].reduce((sum, [, digits]) => sum + Number(digits), 0);
          if (height >= 10 && isPutOff) expect(shown.length + hidden).toBe(amount);
        },
      ),
      {numRuns: 60},
    );
  });
});
