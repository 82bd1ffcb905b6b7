import {describe, expect, it} from 'vitest';
import {permissionModes} from '../../src/core/question.js';
import {modeWord, nextMode} from '../../src/ui/mode.js';
import {statusRule} from '../../src/ui/status-rule.js';
import {width, withoutStyles} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';
import {createTroupe} from './support/troupe.js';

const coloured = createTheme({dumb: false, colour: true, unicode: true});

describe('the permission mode', () => {
  it('has a word unless it is the usual one', () => {
    expect(permissionModes.map(mode => modeWord(mode)?.word ?? '')).toEqual([
      'plan mode',
      'refuses instead of asking',
      '',
      'accepts edits',
      'bypass mode',
    ]);
  });

  it('is followed by the next of those to step through, the last by the first', () => {
    const modes = ['default', 'acceptEdits', 'plan'] as const;
    expect(modes.map(mode => nextMode({mode, modes}))).toEqual(['acceptEdits', 'plan', 'default']);
    expect(nextMode({mode: 'dontAsk', modes})).toBe('default');
    expect(nextMode({mode: 'plan', modes: []})).toBe('plan');
  });

  it.each([
    [40, 10],
    [60, 20],
    [80, 24],
    [200, 60],
  ])('stands first on the status line, whole and in its colour, at %i columns', (columns, rows) => {
    const troupe = createTroupe({columns, rows});
    for (const mode of permissionModes) {
      troupe.say('main', {type: 'mode_changed', mode});
      const line = statusRule(troupe.screen, coloured);
      const {word = '', style = 'dim'} = modeWord(mode) ?? {};
      expect(width(line)).toBe(columns);
      if (word !== '') expect(withoutStyles(line)).toMatch(new RegExp(`^── ${word} `));
      if (word !== '') expect(line).toContain(`\x1b[${coloured.styles[style]}m${word}\x1b[0m`);
      else expect(withoutStyles(line)).toMatch(/^── test-1 /);
    }
  });

  it('stays there while a pane has the keys', () => {
    const troupe = createTroupe();
    troupe.spawn('one');
    troupe.say('main', {type: 'mode_changed', mode: 'plan'});
    troupe.keys('tab');
    expect(withoutStyles(statusRule(troupe.screen, coloured))).toMatch(/^── plan mode · to: explore "one" /);
  });
});
