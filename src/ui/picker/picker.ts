/** Choosing a conversation to go on with: a reducer over what is typed. What is typed searches; a list is below it. */
import {type Composer, compose, createComposer} from '../composer/composer.js';
import {commandOf} from '../keymap.js';
import type {Input} from '../terminal/keys.js';

/** One conversation, in words that may stand on the screen. */
export interface Choice {
  readonly id: string;
  /** Its name, or how it begins. */
  readonly title: string;
  /** Age, branch, size. */
  readonly facts: readonly string[];
  /** What is looked for in it at once, in lower case. */
  readonly searched: string;
}

export interface Picker {
  readonly query: Composer;
  /** Which of those that fit. */
  readonly selected: number;
  /** Where what is typed stands in the text of conversations, by their ids. */
  readonly found: ReadonlyMap<string, string>;
}

export type Picked = {readonly type: 'picked'; readonly id: string} | {readonly type: 'left'};

export const createPicker = (): Picker => ({query: createComposer([]), selected: 0, found: new Map()});

/** As it is compared: blanks count once. */
export const wordsOf = ({query}: Picker): string => query.text.toLowerCase().replace(/\s+/g, ' ').trim();

/** Those that fit what is typed. */
export function fitting(picker: Picker, choices: readonly Choice[]): readonly Choice[] {
  const words = wordsOf(picker);
  return choices.filter(({id, searched}) => searched.includes(words) || picker.found.has(id));
}

/** It stands in the text of that conversation. Whatever comes above it, the selected one stays that. */
export function withFound(picker: Picker, id: string, excerpt: string, choices: readonly Choice[]): Picker {
  const chosen = fitting(picker, choices)[picker.selected];
  const next = {...picker, found: new Map([...picker.found, [id, excerpt]])};
  return chosen ? {...next, selected: fitting(next, choices).indexOf(chosen)} : next;
}

/** @param page how many choices are seen at once. */
export function pressPicker(
  picker: Picker,
  input: Input,
  {choices, page}: {readonly choices: readonly Choice[]; readonly page: number},
): {readonly picker: Picker; readonly picked: Picked | null} {
  const going = (to: Picker): {readonly picker: Picker; readonly picked: null} => ({picker: to, picked: null});
  if (input.type !== 'key') return going(searching(picker, compose(picker.query, {type: 'insert', text: input.text})));
  const seen = fitting(picker, choices);
  const moved = (by: number): Picker => ({
    ...picker,
    selected: Math.max(0, Math.min(seen.length - 1, picker.selected + by)),
  });
  switch (input.chord) {
    case 'enter': {
      const chosen = seen[picker.selected];
      return {picker, picked: chosen ? {type: 'picked', id: chosen.id} : null};
    }
    case 'escape':
    case 'ctrl+c':
      return {picker, picked: {type: 'left'}};
    case 'ctrl+d':
      return picker.query.text === '' ? {picker, picked: {type: 'left'}} : going(edited(picker, input.chord));
    case 'up':
    case 'ctrl+p':
      return going(moved(-1));
    case 'down':
    case 'ctrl+n':
    case 'tab':
      return going(moved(1));
    case 'pageup':
      return going(moved(-page));
    case 'pagedown':
      return going(moved(page));
    default:
      return going(edited(picker, input.chord));
  }
}

/** The keys of the composer. */
function edited(picker: Picker, chord: string): Picker {
  const command = commandOf(chord === 'ctrl+d' ? 'delete' : chord);
  return command?.type === 'edit' ? searching(picker, compose(picker.query, command.action)) : picker;
}

/** Other words are looked for anew, from the top. */
function searching(picker: Picker, query: Composer): Picker {
  const next = {...picker, query: {...query, text: query.text.replaceAll('\n', ' ')}};
  return wordsOf(next) === wordsOf(picker) ? next : {...next, selected: 0, found: new Map()};
}
