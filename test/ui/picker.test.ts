import {describe, expect, it} from 'vitest';
import {type Choice, createPicker, fitting, type Picker, pressPicker, withFound} from '../../src/ui/picker/picker.js';
import {pageOf, pickerLines} from '../../src/ui/picker/picker-lines.js';
import type {Input} from '../../src/ui/terminal/keys.js';
import {width, withoutStyles} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';

const choices: readonly Choice[] = Array.from({length: 30}, (_, at) => ({
  id: `id-${at}`,
  title: `conversation ${at} 日本語 about ${at % 2 ? 'apples' : 'pears'} and a title that is rather long`,
  facts: ['2 h', 'main', '12 messages'],
  searched: `id-${at}\nconversation ${at} about ${at % 2 ? 'apples' : 'pears'}`,
}));
const theme = createTheme({dumb: false, colour: true, unicode: true, links: false});

const key = (chord: string): Input => ({type: 'key', chord});
const typed = (text: string): Input => ({type: 'text', text});

function press(...inputs: readonly Input[]) {
  let picker: Picker = createPicker();
  for (const input of inputs) {
    const pressed = pressPicker(picker, input, {choices, page: 5});
    if (pressed.picked) return pressed.picked;
    picker = pressed.picker;
  }
  return picker;
}

const lines = (picker: Picker, columns = 80, rows = 20): readonly string[] =>
  pickerLines(picker, {choices, theme, size: {columns, rows}});

describe('choosing a conversation', () => {
  it('goes up and down, by one or by a page, and no further than there are any', () => {
    expect(press(key('enter'))).toEqual({type: 'picked', id: 'id-0'});
    expect(press(key('down'), key('ctrl+n'), key('tab'), key('up'), key('enter'))).toEqual({
      type: 'picked',
      id: 'id-2',
    });
    expect(press(key('pagedown'), key('pagedown'), key('pageup'), key('enter'))).toEqual({type: 'picked', id: 'id-5'});
    expect(press(key('up'), key('enter'))).toEqual({type: 'picked', id: 'id-0'});
    expect(press(...Array.from({length: 9}, () => key('pagedown')), key('enter'))).toEqual({
      type: 'picked',
      id: 'id-29',
    });
  });

  it('is left by escape, ctrl-c, and ctrl-d where nothing is typed', () => {
    for (const chord of ['escape', 'ctrl+c', 'ctrl+d']) expect(press(key(chord))).toEqual({type: 'left'});
    expect(press(typed('x'), key('ctrl+a'), key('ctrl+d'), key('ctrl+d'))).toEqual({type: 'left'});
  });

  it('narrows the list by what is typed, which is edited as a draft is', () => {
    const picker = press(key('down'), key('down'), typed('APPLES')) as Picker;
    expect([picker.selected, fitting(picker, choices).length]).toEqual([0, 15]);
    expect(press(typed('apples'), key('ctrl+u'), {type: 'paste', text: ' about\npears '}, key('enter'))).toEqual({
      type: 'picked',
      id: 'id-0',
    });
    const none = press(typed('plums')) as Picker;
    expect(pressPicker(none, key('enter'), {choices, page: 5}).picked).toBeNull();
    expect(lines(none).map(withoutStyles)).toContain('  None fits.');
    const found = withFound(none, 'id-7', '"… of plums …"', choices);
    expect(lines(found).map(withoutStyles).join('\n')).toMatch(
      /1 of 30[\s\S]*conversation 7[\s\S]*12 messages · "… of plums …"/,
    );
    expect(pressPicker(found, key('enter'), {choices, page: 5}).picked).toEqual({type: 'picked', id: 'id-7'});
    // Other words are other places.
    expect(fitting(pressPicker(found, typed('x'), {choices, page: 5}).picker, choices)).toEqual([]);
  });

  it('stays on the one that is chosen when words are found in others', () => {
    const picker = press(typed('conversation 2'), key('down')) as Picker;
    const chosen = fitting(picker, choices)[picker.selected];
    const found = ['id-1', 'id-0', 'id-9'].reduce((now, id) => withFound(now, id, '"…"', choices), picker);
    expect(fitting(found, choices)).toHaveLength(fitting(picker, choices).length + 3);
    expect(pressPicker(found, key('enter'), {choices, page: 5}).picked).toEqual({type: 'picked', id: chosen?.id});
  });

  it('fits any window, and shows what is chosen', () => {
    for (const columns of [20, 40, 80, 200])
      for (const rows of [2, 5, 8, 9, 24, 60])
        for (const selected of [0, 1, 15, 29]) {
          const shown = lines({...(press(typed('conv')) as Picker), selected}, columns, rows).map(withoutStyles);
          expect(shown.length).toBeLessThan(Math.max(2, rows));
          for (const line of shown) expect(width(line)).toBeLessThanOrEqual(columns);
          if (rows >= 8 && columns >= 40)
            expect(shown.join('\n')).toMatch(new RegExp(`❯ conversation ${selected}[ …]`));
          expect(pageOf({columns, rows})).toBeGreaterThan(0);
        }
  });
});
