/** The one table of keys: chords, what they do, and, for those worth telling, how help describes them. */
import type {ComposerAction} from './composer/composer.js';
import type {HelpRow} from './help-rows.js';

export type KeyCommand =
  | {readonly type: 'edit'; readonly action: ComposerAction}
  | {readonly type: 'row'; readonly by: -1 | 1}
  | {readonly type: 'submit'}
  | {readonly type: 'newline'}
  | {readonly type: 'complete'}
  | {readonly type: 'mode'}
  | {readonly type: 'interrupt'}
  | {readonly type: 'windDown'}
  | {readonly type: 'abort'}
  | {readonly type: 'leave'}
  | {readonly type: 'transcript'}
  | {readonly type: 'todos'}
  | {readonly type: 'suspend'}
  | {readonly type: 'redraw'};

interface Binding {
  readonly chords: readonly string[];
  readonly command: KeyCommand;
  /** Keys and their effect as help shows them. */
  readonly help?: HelpRow;
}

const edit = (action: ComposerAction): KeyCommand => ({type: 'edit', action});

const bindings: readonly Binding[] = [
  {chords: ['enter'], command: {type: 'submit'}, help: ['enter', 'send; while the agent works, steer it']},
  {
    chords: ['shift+enter', 'ctrl+j', 'alt+enter', 'ctrl+enter'],
    command: {type: 'newline'},
    help: ['shift+enter, ctrl+j, \\ enter', 'new line'],
  },
  {
    chords: ['tab'],
    command: {type: 'complete'},
    help: ['tab', 'complete; go to a question, to the agents below'],
  },
  {
    chords: ['shift+tab'],
    command: {type: 'mode'},
    help: ['shift+tab', 'another mode: accept edits, plan, ask; right after leaving the agents, only the second time'],
  },
  {
    chords: ['escape'],
    command: {type: 'interrupt'},
    help: ['esc', 'interrupt the turn; background agents go on; idle, twice goes back to an earlier message'],
  },
  {
    chords: ['ctrl+x'],
    command: {type: 'windDown'},
    help: ['ctrl+x', 'have the agent and all below report and end'],
  },
  {
    chords: ['ctrl+c'],
    command: {type: 'abort'},
    help: ['ctrl+c', 'stop the agent and all below, or commands left running; else clear the draft; twice leaves'],
  },
  {
    chords: ['ctrl+d'],
    command: {type: 'leave'},
    help: ['ctrl+d', 'leave, if the draft is empty'],
  },
  {chords: ['ctrl+o'], command: {type: 'transcript'}, help: ['ctrl+o', 'the whole session, every agent foldable']},
  {
    chords: ['ctrl+t'],
    command: {type: 'todos'},
    help: ['ctrl+t, ctrl+b', 'hide or show the steps; move a command to the background'],
  },
  {chords: ['ctrl+z'], command: {type: 'suspend'}, help: ['ctrl+z', 'suspend; fg comes back']},
  {chords: ['ctrl+l'], command: {type: 'redraw'}, help: ['ctrl+l', 'repaint']},
  {
    chords: ['up', 'ctrl+p'],
    command: {type: 'row', by: -1},
    help: [
      'up, down',
      'move; past the edge, earlier prompts; from an empty draft, up takes back what is queued, one after the other, down goes to the agents',
    ],
  },
  {chords: ['down', 'ctrl+n'], command: {type: 'row', by: 1}},
  {chords: ['left', 'ctrl+b'], command: edit({type: 'move', to: 'left'})},
  {chords: ['right', 'ctrl+f'], command: edit({type: 'move', to: 'right'})},
  {
    chords: ['alt+b', 'alt+left', 'ctrl+left'],
    command: edit({type: 'move', to: 'wordLeft'}),
    help: ['alt+b, alt+f', 'a word left, right'],
  },
  {chords: ['alt+f', 'alt+right', 'ctrl+right'], command: edit({type: 'move', to: 'wordRight'})},
  {
    chords: ['ctrl+a', 'home'],
    command: edit({type: 'move', to: 'lineStart'}),
    help: ['ctrl+a, ctrl+e', "the line's start, end"],
  },
  {chords: ['ctrl+e', 'end'], command: edit({type: 'move', to: 'lineEnd'})},
  {chords: ['alt+<', 'ctrl+home'], command: edit({type: 'move', to: 'start'})},
  {chords: ['alt+>', 'ctrl+end'], command: edit({type: 'move', to: 'end'})},
  {chords: ['backspace', 'shift+backspace', 'ctrl+h'], command: edit({type: 'erase', to: 'left'})},
  {chords: ['delete', 'ctrl+d'], command: edit({type: 'erase', to: 'right'})},
  {
    chords: ['ctrl+w', 'ctrl+backspace'],
    command: edit({type: 'kill', to: 'spaceLeft'}),
    help: ['ctrl+w, ctrl+u, ctrl+k', 'cut a word, to the line start, to its end'],
  },
  {chords: ['alt+backspace'], command: edit({type: 'kill', to: 'wordLeft'})},
  {chords: ['alt+d', 'ctrl+delete', 'alt+delete'], command: edit({type: 'kill', to: 'wordRight'})},
  {chords: ['ctrl+u'], command: edit({type: 'kill', to: 'lineStart'})},
  {chords: ['ctrl+k'], command: edit({type: 'kill', to: 'lineEnd'})},
  {chords: ['ctrl+y'], command: edit({type: 'yank'}), help: ['ctrl+y', 'put back what was cut']},
];

/** The first binding counts; `ctrl+d` leaves only over an empty draft and else deletes. */
const byChord = new Map<string, KeyCommand>(
  bindings.flatMap(({chords, command}) => chords.map((chord): [string, KeyCommand] => [chord, command])).reverse(),
);

export function commandOf(chord: string): KeyCommand | undefined {
  return byChord.get(chord);
}

/** While a pane has the keys (`panes/press-pane.ts`). */
const paneHelp: readonly HelpRow[] = [
  ['tab, shift+tab, up, down', 'on an agent: move; left, right, enter fold; what is typed goes to it'],
  ['ctrl+p', 'on an agent: take back what it has not read yet'],
];

/** While a question has the keys (`press-question.ts`). */
export const questionHelp: readonly HelpRow[] = [
  ['y, n, 1, 2, 3 …', 'answer a question; arrows and enter choose'],
  ['pgup, pgdn', 'before a question: scroll what it is about'],
  ['shift+up, shift+down', 'the same by a line'],
];

/** Keys and effects, as help shows them. */
export const keyHelp: readonly HelpRow[] = [
  ...bindings.flatMap(({help}) => (help ? [help] : [])),
  ...paneHelp,
  ...questionHelp,
];
