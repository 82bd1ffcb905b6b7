/** Input while a message to go back to is chosen. Null: something else takes it. */
import type {Pressed} from '../effects.js';
import type {Screen} from '../screen.js';
import type {Input} from '../terminal/keys.js';
import {type Picker, scopesOf} from './picker.js';

export function pressInPicker(screen: Screen, input: Input): Pressed | null {
  const {picker} = screen;
  if (picker === null) return null;
  const to = (next: Picker | null): Pressed => ({screen: {...screen, picker: next}, effects: []});
  if (input.type === 'key' && /^ctrl\+[zlo]$/.test(input.chord)) return null;
  if (picker.what?.isUnderWay) return to(picker);
  if (input.type === 'key' && (input.chord === 'ctrl+c' || input.chord === 'ctrl+d')) return to(null);
  return picker.what === null ? pressInMessages(picker, input, to) : pressInScopes(picker, picker.what, input, to);
}

type To = (next: Picker | null) => Pressed;

const page = 10;
const steps: Readonly<Record<string, number>> = {
  up: -1,
  'ctrl+p': -1,
  down: 1,
  'ctrl+n': 1,
  pageup: -page,
  pagedown: page,
};

function pressInMessages(picker: Picker, input: Input, to: To): Pressed {
  if (input.type !== 'key') return to(picker);
  const {points, chosen} = picker;
  if (input.chord === 'escape') return to(null);
  const point = points[chosen];
  if (input.chord === 'enter' && point) {
    const pressed = to({...picker, what: {files: null, choice: 0, isUnderWay: false}});
    return {...pressed, effects: [{type: 'previewRewind', id: point.id}]};
  }
  const step = steps[input.chord] ?? 0;
  return to({...picker, chosen: Math.max(0, Math.min(points.length - 1, chosen + step))});
}

function pressInScopes(picker: Picker, what: NonNullable<Picker['what']>, input: Input, to: To): Pressed {
  const scopes = scopesOf(what);
  if (input.type === 'text') return choose(picker, what, Number(input.text) - 1, to);
  if (input.type !== 'key') return to(picker);
  switch (input.chord) {
    case 'escape':
      return to({...picker, what: null});
    case 'enter':
      return choose(picker, what, what.choice, to);
    case 'up':
    case 'down': {
      const step = input.chord === 'up' ? scopes.length - 1 : 1;
      return to({...picker, what: {...what, choice: (what.choice + step) % scopes.length}});
    }
    default:
      return to(picker);
  }
}

/** Not before it is seen what that would do. */
function choose(picker: Picker, what: NonNullable<Picker['what']>, index: number, to: To): Pressed {
  const chosen = scopesOf(what)[index];
  const point = picker.points[picker.chosen];
  if (!chosen || !point || what.files === null) return to(picker);
  const pressed = to({...picker, what: {...what, choice: index, isUnderWay: true}});
  return {...pressed, effects: [{type: 'rewind', point, scope: chosen.scope}]};
}
