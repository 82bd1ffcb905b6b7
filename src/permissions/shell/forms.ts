/**
 * The normal form of a simple command, which deny, ask and allow rules all see: words without their quoting, joined by
 * spaces, the program by its name. A path outside the system's own folders keeps its path as well, for `./git` is not `git`.
 */
import {namesMeant} from './synonyms.js';
import {type Field, hidden, isKnown, knownField} from './types.js';

/** What is here came with the system or was put there by its owner. */
const systemFolder = /^\/(?:usr\/(?:local\/)?|opt\/homebrew\/)?s?bin\/([^/]+)$/;

export interface Form {
  /** The program's name as rules speak of it: for a path outside the system's folders, the path. */
  readonly program: string;
  /** The last part of its path, in lower case, without Windows' endings: whoever denies `rm` denies `/tmp/RM.exe`. */
  readonly baseName: string;
  readonly words: readonly Field[];
  /** The line to show, and to compare with patterns. */
  readonly text: string;
}

export function toForm(words: readonly Field[]): Form {
  const written = words[0]?.text ?? '';
  const program = systemFolder.exec(written)?.[1] ?? written;
  const baseName = written
    .slice(written.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com|ps1)$/, '');
  return {program, baseName, words, text: textOf([program, ...words.slice(1).map(toText)])};
}

/** Other ways to say the same: `git-push x` is `git push x`, wherever git keeps it, and `npm i x` is `npm install x`. */
export function withSubcommand({baseName, words}: Form): readonly Form[] {
  const [, subcommand] = /^git-([a-z-]+)$/.exec(baseName) ?? [];
  if (subcommand !== undefined) return [toForm([knownField('git'), knownField(subcommand), ...words.slice(1)])];
  return namesMeant(
    baseName,
    words.map(({text}) => text),
  ).map(({at, length, name}) => toForm([...words.slice(0, at), knownField(name), ...words.slice(at + length)]));
}

/** Text that a pattern can be held against: what is not known stays hidden. */
const toText = (field: Field): string => (field.splits || field.glob ? field.text + hidden : field.text);

/** Words that would not stay one word are quoted. */
const quote = (word: string): string =>
  word !== '' && /^[^\s'"\\;&|<>()`$#]+$/.test(word)
    ? word
    : word.includes(hidden)
      ? word
      : `'${word.replaceAll("'", "'\\''")}'`;

export const textOf = (words: readonly string[]): string => words.map(quote).join(' ');

/** The normal form for the eye: what is not known appears as it was written. */
export function shownForm(words: readonly Field[]): string {
  const [first, ...rest] = words;
  if (first === undefined) return '';
  const program = isKnown(first) ? quote(systemFolder.exec(first.text)?.[1] ?? first.text) : first.shown;
  return [program, ...rest.map(field => (isKnown(field) ? quote(field.text) : field.shown))].join(' ');
}
