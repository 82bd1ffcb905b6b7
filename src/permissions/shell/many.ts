/**
 * Commands that run another one for each of many things: xargs, find, fd. What they put into its words is not known.
 */
import {rootsOf, tellsNames, treesFound} from './found.js';
import type {Listing} from './input.js';
import {readWords} from './options.js';
import {type Field, hidden, knownField} from './types.js';
import {mayHoldOptions, unseenOptions} from './unseen-options.js';
import {guess, nothing, optionsFor, unclear, type Wrapped} from './wrapped.js';

/** @param listing the names that come in. */
export function unwrapXargs(words: readonly Field[], listing?: Listing): Wrapped {
  const text =
    '-0rtxpo -n# -P# -I# -i? -L# -l? -s# -d# -E# -e? -a< --null --no-run-if-empty --verbose --exit --interactive --max-args# --max-procs# ' +
    '--replace? --max-lines? --max-chars# --delimiter# --eof? --arg-file< --open-tty --show-limits';
  const read = readWords(words.slice(1), optionsFor('xargs', text), true);
  if (read === null) return {...unclear, ...guess(words)};
  const isNul = read.options.has('-0') || read.options.has('--null');
  const isCutElse = read.options.has('-d') || read.options.has('--delimiter');
  const isListed = read.reads.length === 0 && !isCutElse && listing?.isNul === isNul && listing.isPlain(!isNul);
  const places = isListed ? listing.folders.map(knownField) : [];
  // A name begins with that of a folder, so it is no option.
  const more: Field = isListed ? {text: `./${hidden}`, shown: '…', splits: true, glob: false, within: places} : unknown;
  const command = read.operands.length > 0 ? read.operands : [knownField('echo')];
  const replaces = ['-I', '-i', '--replace'].some(option => read.options.has(option));
  const mark = replacementMark(words);
  const filled = replaces
    ? command.map(field =>
        isListed && field.text === mark
          ? {...more, splits: false, shown: field.shown}
          : field.text.includes(mark)
            ? {...unknown, splits: false, text: field.text.replaceAll(mark, hidden), shown: field.shown}
            : field,
      )
    : [...command, more];
  const trees =
    isListed && !tellsNames.test(command[0]?.text ?? '')
      ? places.map(folder => ({folder, holds: (name: string) => listing.holds(folder.text, name)}))
      : [];
  return {...nothing, commands: [filled], at: words.length - command.length, reads: read.reads, trees};
}

const unknown: Field = {text: hidden, shown: '…', splits: true, glob: false};

/** What `-I` names; `{}` unless another is given. */
function replacementMark(words: readonly Field[]): string {
  for (const [index, {text}] of words.entries()) {
    const [, mark] = /^(?:-[0rtxpo]*[Ii]|--replace=)(.*)$/.exec(text) ?? [];
    if (mark) return mark;
    if (mark === '' && text.endsWith('I')) return words[index + 1]?.text || '{}';
  }
  return '{}';
}

export function unwrapFind(words: readonly Field[]): Wrapped | null {
  const commands: Field[][] = [];
  const places = placesOf(words);
  for (let index = 1; index < words.length; index += 1) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[index]?.text ?? '')) continue;
    const start = index + 1;
    const length = words
      .slice(start)
      .findIndex(
        (word, place) => word.text === ';' || (word.text === '+' && words[start + place - 1]?.text.includes('{}')),
      );
    const end = length < 0 ? words.length : start + length;
    commands.push(words.slice(start, end).map((field, place) => filled(field, place > 0 ? places : [])));
    index = end;
  }
  // A word more may end what it runs, and begin another.
  const asks = mayHoldOptions({program: 'find', words}) ? unseenOptions : null;
  return commands.length > 0 ? {...nothing, commands, at: Infinity, trees: treesFound(words), asks} : null;
}

/** Where it looks, and the files that it is told to look for by their very names. */
function placesOf(words: readonly Field[]): readonly Field[] {
  const roots = rootsOf(words);
  const names = words.filter(
    ({text}, index) => /^-i?(?:name|path|wholename)$/.test(words[index - 1]?.text ?? '') && !/(?<!\\)[*?[]/.test(text),
  );
  const literal = names.map(name => ({...name, text: name.text.replace(/\\(.)/g, '$1')}));
  return [...roots, ...literal.flatMap(name => roots.map(root => ({...name, text: `${root.text}/${name.text}`})))];
}

/** A name that find puts in begins with a folder that it was given, so it is no option there; as a program it is unknown. */
const filled = (field: Field, within: readonly Field[]): Field =>
  field.text.includes('{}')
    ? {
        ...field,
        text: field.text.replaceAll('{}', `./${hidden}`),
        ...(field.text === '{}' && within.length > 0 && {within}),
      }
    : field;

/** The command may be attached: `-xrm`, `--exec=rm`. */
const fdExec = /^(?:-[HIuUsigaLpFl0q1]*[xX]=?|--exec(?:-batch)?(?:=|$))/;

/** Whether fd runs what this word or the next ones say. */
export const runsOfFd = ({text}: Field): boolean => fdExec.test(text);

export function unwrapFd(words: readonly Field[]): Wrapped | null {
  const at = words.findIndex(runsOfFd);
  const option = words[at];
  if (option === undefined) return null;
  const attached = option.text.replace(fdExec, '');
  const given = [...(attached === '' ? [] : [{...option, text: attached, shown: attached}]), ...words.slice(at + 1)];
  const command = given.filter(({text}) => text !== ';');
  const marked = command.map(field =>
    /\{[./]*\}|\{\/\.\}/.test(field.text) ? {...field, text: field.text.replace(/\{[./]*\}/g, `./${hidden}`)} : field,
  );
  const implied: Field = {text: `./${hidden}`, shown: '{}', splits: false, glob: false};
  return {
    ...nothing,
    commands: [marked.some((field, index) => field !== command[index]) ? marked : [...marked, implied]],
    at: Infinity,
  };
}
