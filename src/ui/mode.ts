/** The permission mode as a person sees it: in a word and a colour where it is not the usual one, and the next by a key. */
import type {PermissionMode} from '../core/question.js';
import type {Status} from './screen.js';
import type {StyleName} from './theme.js';

export interface ModeWord {
  readonly word: string;
  readonly style: StyleName;
}

const words: Readonly<Record<Exclude<PermissionMode, 'default'>, ModeWord>> = {
  acceptEdits: {word: 'accepts edits', style: 'good'},
  plan: {word: 'plan mode', style: 'accent'},
  dontAsk: {word: 'refuses instead of asking', style: 'waiting'},
  bypassPermissions: {word: 'bypass mode', style: 'bad'},
};

/** Null for the usual one. */
export function modeWord(mode: PermissionMode): ModeWord | null {
  return mode === 'default' ? null : words[mode];
}

/** The mode after this one, in the order in which a key steps through them. */
export function nextMode({mode, modes}: Pick<Status, 'mode' | 'modes'>): PermissionMode {
  return modes[(modes.indexOf(mode) + 1) % modes.length] ?? mode;
}
