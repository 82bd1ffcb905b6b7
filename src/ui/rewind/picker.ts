/** How far a person is with going back: which message, and then what goes back. */
import type {RewindFiles, RewindPoint, RewindScope} from './rewinding.js';

export interface Picker {
  /** The oldest first. */
  readonly points: readonly RewindPoint[];
  readonly chosen: number;
  /** Null while a message is chosen. `files` is null until they are known. */
  readonly what: {readonly files: RewindFiles | null; readonly choice: number; readonly isUnderWay: boolean} | null;
}

export interface ScopeChoice {
  readonly words: string;
  readonly scope: RewindScope;
}

const both: ScopeChoice = {words: 'files and conversation', scope: {files: true, conversation: true}};
const conversation: ScopeChoice = {words: 'conversation', scope: {files: false, conversation: true}};
const files: ScopeChoice = {words: 'files', scope: {files: true, conversation: false}};

/** Where no file would change, only the conversation goes back. */
export function scopesOf({files: known}: {readonly files: RewindFiles | null}): readonly ScopeChoice[] {
  return known && known.files.length === 0 ? [conversation] : [both, conversation, files];
}

export const createPicker = (points: readonly RewindPoint[]): Picker => ({
  points,
  chosen: points.length - 1,
  what: null,
});

/** The files of the message that is chosen are known now. */
export function withFiles(picker: Picker | null, id: string, known: RewindFiles): Picker | null {
  if (!picker?.what || picker.points[picker.chosen]?.id !== id) return picker;
  return {...picker, what: {...picker.what, files: known}};
}
