/**
 * Commands whose whole effect is on the files that they name: which of their words they read, and which they write.
 */
import {describeOptions, type Options, type ReadWords, readWords} from './options.js';
import {followedTree, wholeTree} from './trees.js';
import {type Field, isKnown} from './types.js';
import type {Use} from './use.js';

interface Writer {
  readonly options: Options;
  uses(read: ReadWords): Use | null;
}

/** All operands are written. */
const all = ({operands, reads}: ReadWords): Use => ({reads, writes: operands});

const targets = ['-t', '--target-directory'];

/** The last operand, or the folder that an option names, is written; the others are read. */
const lastOf =
  (movesThem: boolean): Writer['uses'] =>
  ({operands, options, reads, writes}) => {
    const named = targets.some(option => options.has(option));
    if (operands.length < (named ? 1 : 2)) return null;
    const sources = named ? operands : operands.slice(0, -1);
    const places = named ? writes : operands.slice(-1);
    const inside = places
      .filter(({text}) => text !== '/dev/null')
      .flatMap(place => sources.flatMap(source => within(place, source)));
    const isDeep = movesThem || deep.some(option => options.has(option));
    const follows = options.has('-L') || options.has('--dereference');
    const trees = isDeep ? sources.map(follows ? followedTree : wholeTree) : [];
    return {reads: [...reads, ...sources], writes: [...(movesThem ? sources : []), ...places, ...inside], trees};
  };

const deep = ['-r', '-R', '-a', '--recursive', '--archive'];

/** If the target is a folder, this is what is written. */
function within(place: Field, source: Field): readonly Field[] {
  const name = source.text.replace(/\/+$/, '').split('/').pop() ?? '';
  return isKnown(source) && name !== '' && name !== '.' && name !== '..'
    ? [{...place, text: `${place.text}/${name}`}]
    : [];
}

const asking =
  (uses: Writer['uses'], asks: string): Writer['uses'] =>
  read => {
    const use = uses(read);
    return use && {...use, asks};
  };

const writer = (options: string, uses: Writer['uses']): Writer => ({options: describeOptions(options), uses});

const writers: Readonly<Record<string, Writer>> = {
  touch: writer('-acmhf -d# -r< -t# --no-create --date# --reference< --time# --no-dereference', all),
  mkdir: writer('-pv -m# --parents --verbose --mode#', all),
  rmdir: writer('-pv --parents --verbose --ignore-fail-on-non-empty', all),
  rm: writer(
    '-fvidIrR --force --verbose --interactive? --dir --one-file-system --preserve-root? --recursive --no-preserve-root',
    read =>
      ['-r', '-R', '--recursive'].some(option => read.options.has(option))
        ? {...all(read), asks: 'it removes whole folders'}
        : all(read),
  ),
  unlink: writer('', all),
  tee: writer('-aip --append --ignore-interrupts --output-error?', all),
  truncate: writer('-co -s# -r< --size# --no-create --reference<', all),
  cp: writer(
    '-abdfHiLlnPpRrTuvxZ -t> --archive --backup? --force --interactive --dereference --no-clobber --no-dereference --parents --preserve? --recursive --no-target-directory --update? --verbose --one-file-system --target-directory> --reflink? --sparse#',
    lastOf(false),
  ),
  mv: writer(
    '-bfinTuv -t> --backup? --force --interactive --no-clobber --no-target-directory --update? --verbose --target-directory>',
    lastOf(true),
  ),
  // Later writes go where a link leads, and rights decide what can be run.
  ln: writer(
    '-bfinPrsTvL -t> --force --symbolic --relative --no-dereference --verbose --target-directory>',
    asking(lastOf(false), 'it makes a link'),
  ),
  install: writer(
    '-bCcDdpTv -g# -m# -o# -S# -t> --mode# --owner# --group# --directory',
    asking(lastOf(false), 'it sets rights'),
  ),
  chmod: writer(
    '-cfvRrwx --recursive --verbose --changes --reference<',
    asking(({operands}) => ({reads: [], writes: operands.slice(1)}), 'it sets rights'),
  ),
  chown: writer(
    '-cfhvRHLP --recursive --verbose --reference<',
    asking(({operands}) => ({reads: [], writes: operands.slice(1)}), 'it sets the owner'),
  ),
  shred: writer('-fuvxz -n# -s# --force --remove? --verbose --zero', asking(all, 'it destroys files')),
  dd: writer(
    '',
    asking(
      ({operands}) => ({reads: valuesOf(operands, 'if='), writes: valuesOf(operands, 'of=')}),
      'it copies raw data',
    ),
  ),
  patch: writer(
    '-0bflNRstu -d> -i< -p# -o> -r> --dry-run --forward --reverse --strip# --input<',
    asking(({operands, reads, writes}) => ({reads, writes: [...operands, ...writes]}), 'it changes what a patch names'),
  ),
};

const valuesOf = (operands: readonly Field[], key: string): readonly Field[] =>
  operands.filter(({text}) => text.startsWith(key)).map(field => ({...field, text: field.text.slice(key.length)}));

export const isWriter = (program: string): boolean => Object.hasOwn(writers, program);

export function findWriter(program: string, rest: readonly Field[]): ReturnType<Writer['uses']> {
  const found = Object.hasOwn(writers, program) ? writers[program] : undefined;
  const read = found && readWords(rest, found.options);
  return read ? (found?.uses(read) ?? null) : null;
}
