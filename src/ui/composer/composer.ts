/**
 * The draft as a reducer: text, caret, one kill buffer, and the earlier prompts to walk through. Nothing typed is
 * lost: walking through the history keeps the draft, and a cleared draft becomes history.
 */
import {lineEnd, lineStart, nextCharacter, previousCharacter, wordAfter, wordBefore} from './motion.js';
import {offsetAt, placeOf, toRows} from './rows.js';

export interface Composer {
  readonly text: string;
  /** Offset of the caret in UTF-16 units, always between two characters. */
  readonly caret: number;
  readonly killed: string;
  /** Whether the last action killed: the next one appends to the buffer. */
  readonly isKilling: boolean;
  /** The column that up and down aim for. */
  readonly goal: number | null;
  /** Earlier prompts, newest last. */
  readonly history: readonly string[];
  /** While an earlier prompt is shown: which one, and the draft to come back to. */
  readonly recalled: {readonly index: number; readonly draft: string} | null;
  /** All of it was sent and came back, and nothing was typed since. */
  readonly isGivenBack: boolean;
}

export type Motion = 'left' | 'right' | 'wordLeft' | 'wordRight' | 'lineStart' | 'lineEnd' | 'start' | 'end';

export type ComposerAction =
  | {readonly type: 'insert'; readonly text: string}
  | {readonly type: 'move'; readonly to: Motion}
  /** One row up or down on a screen of so many columns; past the first or last row, through the history. */
  | {readonly type: 'row'; readonly by: -1 | 1; readonly columns: number}
  | {readonly type: 'erase'; readonly to: 'left' | 'right'}
  | {readonly type: 'kill'; readonly to: 'lineStart' | 'lineEnd' | 'wordLeft' | 'wordRight' | 'spaceLeft'}
  | {readonly type: 'yank'}
  | {readonly type: 'replace'; readonly text: string}
  /** Something sent comes back, as no earlier prompt: it stands before the draft, a blank line between them. */
  | {readonly type: 'giveBack'; readonly text: string}
  /** Empties the draft and keeps it as the newest of the history. */
  | {readonly type: 'keep'};

export function createComposer(history: readonly string[]): Composer {
  return {text: '', caret: 0, killed: '', isKilling: false, goal: null, history, recalled: null, isGivenBack: false};
}

export function compose(composer: Composer, action: ComposerAction): Composer {
  const {text, caret} = composer;
  switch (action.type) {
    case 'insert':
      return edited(composer, text.slice(0, caret) + action.text + text.slice(caret), caret + action.text.length);
    case 'move':
      return {...composer, caret: moved(text, caret, action.to), goal: null, isKilling: false};
    case 'row':
      return movedByRow(composer, action.by, action.columns);
    case 'erase':
      return action.to === 'left'
        ? cut(composer, previousCharacter(text, caret), caret)
        : cut(composer, caret, nextCharacter(text, caret));
    case 'kill':
      return killed(composer, action.to);
    case 'yank':
      return compose(composer, {type: 'insert', text: composer.killed});
    case 'replace':
      return edited(composer, action.text, action.text.length);
    case 'giveBack':
      return givenBack(composer, action.text);
    case 'keep':
      return kept(composer);
    default:
      return action satisfies never;
  }
}

/** A draft left for an earlier prompt that is now edited joins the history, where up finds it. */
function edited(composer: Composer, text: string, caret: number): Composer {
  const {history, recalled} = composer;
  const left = recalled?.draft ? [...history, recalled.draft] : history;
  return {...composer, text, caret, goal: null, isKilling: false, history: left, recalled: null, isGivenBack: false};
}

function givenBack(composer: Composer, sent: string): Composer {
  const {text, caret, isGivenBack} = composer;
  const before = text === '' ? sent : `${sent}\n\n`;
  const after = edited(composer, before + text, before.length + caret);
  const at = after.history.lastIndexOf(sent);
  const history = at < 0 ? after.history : after.history.toSpliced(at, 1);
  return {...after, history, isGivenBack: text === '' || isGivenBack};
}

function cut(composer: Composer, from: number, to: number): Composer {
  return edited(composer, composer.text.slice(0, from) + composer.text.slice(to), from);
}

function moved(text: string, caret: number, to: Motion): number {
  switch (to) {
    case 'left':
      return previousCharacter(text, caret);
    case 'right':
      return nextCharacter(text, caret);
    case 'wordLeft':
      return wordBefore(text, caret);
    case 'wordRight':
      return wordAfter(text, caret);
    case 'lineStart':
      return lineStart(text, caret);
    case 'lineEnd':
      return lineEnd(text, caret);
    case 'start':
      return 0;
    case 'end':
      return text.length;
    default:
      return to satisfies never;
  }
}

function killed(composer: Composer, to: (ComposerAction & {type: 'kill'})['to']): Composer {
  const {text, caret} = composer;
  const [from, until] = killRange(text, caret, to);
  if (from === until) return composer;
  const piece = text.slice(from, until);
  const before = composer.isKilling ? composer.killed : '';
  const buffer = from < caret ? piece + before : before + piece;
  return {...cut(composer, from, until), killed: buffer, isKilling: true};
}

function killRange(text: string, caret: number, to: (ComposerAction & {type: 'kill'})['to']): [number, number] {
  switch (to) {
    case 'lineStart': {
      const start = lineStart(text, caret);
      return [start === caret ? Math.max(0, caret - 1) : start, caret];
    }
    case 'lineEnd': {
      const end = lineEnd(text, caret);
      return [caret, end === caret ? Math.min(text.length, caret + 1) : end];
    }
    case 'wordLeft':
      return [wordBefore(text, caret), caret];
    case 'spaceLeft':
      return [wordBefore(text, caret, true), caret];
    case 'wordRight':
      return [caret, wordAfter(text, caret)];
    default:
      return to satisfies never;
  }
}

function movedByRow(composer: Composer, by: -1 | 1, columns: number): Composer {
  const {text, caret} = composer;
  const rows = toRows(text, columns);
  const place = placeOf(text, rows, caret, columns);
  const target = place.row + by;
  if (target < 0 || target >= rows.length) return recalled(composer, by);
  const goal = composer.goal ?? place.column;
  return {...composer, caret: offsetAt(text, rows, {row: target, column: goal}), goal, isKilling: false};
}

function recalled(composer: Composer, by: -1 | 1): Composer {
  const {history, text} = composer;
  const index = (composer.recalled?.index ?? history.length) + by;
  const draft = composer.recalled?.draft ?? text;
  if (index < 0 || index > history.length || (by > 0 && !composer.recalled)) return composer;
  const next = index === history.length ? draft : (history[index] ?? '');
  return {
    ...composer,
    text: next,
    caret: next.length,
    goal: null,
    isKilling: false,
    recalled: index === history.length ? null : {index, draft},
    isGivenBack: false,
  };
}

function kept(composer: Composer): Composer {
  const {text, history} = composer;
  const isNew = text.trim() !== '' && history.at(-1) !== text;
  return {...edited(composer, '', 0), history: isNew ? [...history, text] : history};
}
