import {describe, expect, it} from 'vitest';
import type {Effect} from '../../../src/ui/effects.js';
import {press} from '../../../src/ui/press.js';
import {createPicker, withFiles} from '../../../src/ui/rewind/picker.js';
import {pickerLines} from '../../../src/ui/rewind/picker-lines.js';
import type {RewindFiles} from '../../../src/ui/rewind/rewinding.js';
import {createScreen, type Screen} from '../../../src/ui/screen.js';
import {createTheme} from '../../../src/ui/theme.js';
import {noLayout} from '../../../src/ui/transcript/transcript.js';
import {plainStatus} from '../support/status.js';

const points = ['first', 'second', 'third'].map(text => ({id: `id-${text}`, text}));
const theme = createTheme({dumb: false, colour: false, unicode: true});
const changed: RewindFiles = {
  files: [{path: 'a.txt', becomes: 'changed', added: 1, removed: 2}],
  refused: [{path: 'b.txt', why: 'was changed by others since'}],
  unwatched: null,
};
const unchanged: RewindFiles = {files: [], refused: [], unwatched: null};

function sit(screen: Partial<Screen> = {}) {
  const size = {columns: 80, rows: 24};
  const person = {
    screen: {...createScreen({size, status: plainStatus, history: [], now: 0, printed: 'nothing'}), ...screen},
    effects: [] as Effect[],
    keys(...chords: string[]) {
      for (const chord of chords) {
        const input = chord.length === 1 ? {type: 'text' as const, text: chord} : {type: 'key' as const, chord};
        const pressed = press(person.screen, input, {commands: [], now: 0, transcript: noLayout});
        person.screen = pressed.screen;
        person.effects.push(...pressed.effects);
      }
    },
    /** The files of the chosen message are known now. */
    learn(files: RewindFiles) {
      const {picker} = person.screen;
      const id = picker?.points[picker.chosen]?.id ?? '';
      person.screen = {...person.screen, picker: withFiles(picker, id, files)};
    },
  };
  return person;
}

const shown = (screen: Screen, rows = 20): string[] =>
  screen.picker ? pickerLines(screen.picker, screen.size, theme, rows) : [];

describe('going back by keys', () => {
  it('begins with esc twice, over an empty draft and while nothing runs', () => {
    const person = sit();
    person.keys('escape');
    expect(person.effects).toEqual([]);
    person.keys('escape');
    expect(person.effects).toEqual([{type: 'pickRewind'}]);
  });

  it('does not begin with esc, something else, esc; nor over a draft', () => {
    const person = sit();
    person.keys('escape', 'a', 'backspace', 'escape', 'b', 'escape', 'escape');
    expect(person.effects).toEqual([]);
  });

  it('asks what would change before anything does, and goes back as was chosen', () => {
    const person = sit({picker: createPicker(points)});
    person.keys('up', 'enter', '1', 'enter');
    expect(person.effects).toEqual([{type: 'previewRewind', id: 'id-second'}]);
    person.learn(changed);
    expect(shown(person.screen).join('\n')).toContain('a.txt  +1 −2');
    expect(shown(person.screen).join('\n')).toContain('b.txt stays: it was changed by others since');
    person.keys('down', 'enter', 'enter', 'escape');
    expect(person.effects.slice(1)).toEqual([
      {type: 'rewind', point: points[1], scope: {files: false, conversation: true}},
    ]);
    expect(person.screen.picker).not.toBeNull();
  });

  it('offers the conversation alone where no file would change', () => {
    const person = sit({picker: createPicker(points)});
    person.keys('enter');
    person.learn(unchanged);
    person.keys('2', '1');
    expect(person.effects.slice(1)).toEqual([
      {type: 'rewind', point: points[2], scope: {files: false, conversation: true}},
    ]);
  });

  it('leads back with esc, and types nothing into the draft meanwhile', () => {
    const person = sit({picker: createPicker(points)});
    person.keys('enter', 'x', 'escape', 'y', 'escape');
    expect(person.screen.picker).toBeNull();
    expect(person.screen.composer.text).toBe('');
  });

  it('forgets what comes to be known of a message that is not the chosen one any more', () => {
    const person = sit({picker: createPicker(points)});
    person.keys('enter');
    const late = withFiles(person.screen.picker, 'id-first', changed);
    expect(late?.what?.files).toBeNull();
  });

  it('stays within its rows, with the chosen message in them', () => {
    const many = Array.from({length: 50}, (_, at) => ({id: `${at}`, text: `message ${at}\nof two lines`}));
    const person = sit({picker: createPicker(many)});
    person.keys(...Array.from({length: 20}, () => 'up'));
    for (const rows of [1, 2, 3, 5, 10, 30]) {
      const lines = shown(person.screen, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      if (rows > 1) expect(lines.join('\n')).toContain('message 29 of two lines');
    }
  });
});
