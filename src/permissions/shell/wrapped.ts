/**
 * What a command that runs another one tells about it.
 */
import {describeOptions, type Options} from './options.js';
import type {Tree} from './trees.js';
import {type Field, isKnown, namesProgram} from './types.js';

/** What a wrapper runs. */
export interface Wrapped {
  /** Commands as words; `at`: where the first of them stands in the outer words, if it does. */
  readonly commands: readonly (readonly Field[])[];
  readonly at: number;
  /** The commands and scripts are only what may be run: of them counts what is denied, or does not show what it runs. */
  readonly guessed: boolean;
  /** What it runs is not among them, or may not be. */
  readonly blind: boolean;
  /** Code that a shell will read; null: unknown code. */
  readonly scripts: readonly (string | null)[];
  /** The code runs in this very shell. */
  readonly here: boolean;
  /** `NAME=value` words for the command. */
  readonly assignments: readonly string[];
  readonly reads: readonly Field[];
  /** Folders whose files it hands to what it runs. */
  readonly trees: readonly Tree[];
  /** Why it asks even if what it runs is allowed; null: it does not. */
  readonly asks: string | null;
}

export const nothing: Wrapped = {
  commands: [],
  at: -1,
  guessed: false,
  blind: false,
  scripts: [],
  here: false,
  assignments: [],
  reads: [],
  trees: [],
  asks: null,
};
export const unclear: Wrapped = {...nothing, asks: 'its options are not understood'};

/** Words that may be a command or code of one, where the options before them are not understood. */
export function guess(words: readonly Field[]): Pick<Wrapped, 'commands' | 'scripts' | 'guessed' | 'blind'> {
  const rest = words.slice(1, 32);
  const plain = rest.findIndex(field => namesProgram(field) && /^\w/.test(field.text));
  return {
    guessed: true,
    // A word that is not known could be what it runs, until one comes that is.
    blind: rest.slice(0, plain < 0 ? undefined : plain).some(field => !namesProgram(field)),
    commands: rest.flatMap((field, index) =>
      isKnown(field) && /^[\w./]/.test(field.text) ? [words.slice(index + 1)] : [],
    ),
    scripts: rest.flatMap(field => (isKnown(field) && /\s/.test(field.text) ? [field.text] : [])),
  };
}

const described = new Map<string, Options>();

export function optionsFor(name: string, text: string): Options {
  const known = described.get(name) ?? describeOptions(text);
  described.set(name, known);
  return known;
}
