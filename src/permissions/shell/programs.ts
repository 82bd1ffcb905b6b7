/**
 * What a command that runs nothing else does with files, as far as its words show: it only reads, or it writes what is
 * named, or it is not known (null) and asks.
 */
import {isAwkHarmless} from './awk.js';
import type {Form} from './forms.js';
import {runsOfFd} from './many.js';
import {describeOptions, mayBeOption, type ReadWords, readWords} from './options.js';
import {findReader, isVersionCall, type Operands} from './readers.js';
import {isSedHarmless, sedPrograms} from './sed.js';
import {textsOf} from './speech.js';
import {usesOfSubcommand} from './subcommands.js';
import {includedIn, type Tree} from './trees.js';
import {type Field, hidden, isKnown, knownField} from './types.js';
import type {Use} from './use.js';
import {findWriter} from './writers.js';

const here = knownField('.');

export function findUse(program: string, words: readonly Field[]): Use | null {
  const rest = words.slice(1);
  if (
    isVersionCall(
      program,
      rest.map(({text}) => text),
    )
  )
    return {reads: [], writes: []};
  switch (program) {
    case 'find':
      return readsOfFind(rest);
    case 'fd':
    case 'fdfind':
      return readsOfFd(rest);
    case 'sed':
    case 'gsed':
      return filesOfSed(rest);
    case 'awk':
    case 'gawk':
    case 'mawk':
    case 'nawk':
      return readsOfAwk(rest);
    case 'printf':
      return isPrintfHarmless(rest) ? {reads: [], writes: []} : null;
    case 'test':
    case '[':
      return isTestHarmless(rest) ? {reads: [], writes: []} : null;
    case 'jq':
      // What a filter in a file does is not seen: it may tell the environment.
      return rest.some(({text}) => /^(?:-[A-Za-z]*f|--from-file)/.test(text)) ||
        /\$ENV|\b(?:env|import|include|modulemeta|get_search_list)\b/.test(rest.map(({text}) => text).join(' '))
        ? null
        : filesOfReader(program, rest);
    case 'yq':
      return /\b(?:\w*env\w*|load\w*|eval|import|include)\b/.test(rest.map(({text}) => text).join(' '))
        ? null
        : filesOfReader(program, rest);
    case 'tar':
      return readsOfTar(rest);
    case 'ps':
      return rest.some(({text}, at) => showsEnvironment.test(text) && !rest[at - 1]?.text.startsWith('-'))
        ? {reads: [knownField('/proc/self/environ')], writes: []}
        : filesOfReader(program, rest);
    case 'printenv':
      return rest.length > 0 &&
        rest.every(({text}) => /^\w+$/.test(text) && !/key|token|secret|pass|cred|auth/i.test(text))
        ? {reads: [], writes: []}
        : null;
    case 'docker':
    case 'podman':
    case 'pip':
    case 'pip3':
    case 'go':
    case 'node':
    case 'bash':
    case 'sh':
    case 'dash':
    case 'ruby':
    case 'php':
      return usesOfSubcommand(program, rest);
    case 'command':
      return /^-[vV]+$/.test(rest[0]?.text ?? '') ? {reads: [], writes: []} : null;
    default:
      return filesOfReader(program, rest) ?? findWriter(program, rest);
  }
}

function filesOfReader(program: string, rest: readonly Field[]): Use | null {
  const reader = findReader(program);
  if (reader === undefined) return null;
  if (reader.options === null) return {reads: [], writes: []};
  const read = readWords(rest, reader.options);
  if (read === null || (reader.needed.length > 0 && !reader.needed.some(option => read.options.has(option))))
    return null;
  const files = filesAmong(reader.operands, read);
  if (files === null) return null;
  if (/^names/.test(reader.operands)) {
    const isDeep = ['-R', '--recursive', '-T', '--tree'].some(option => read.options.has(option));
    return {reads: read.reads, lists: files, isDeep, writes: read.writes};
  }
  return {reads: [...read.reads, ...files], writes: read.writes, trees: treesAmong(program, files, rest, read)};
}

/** Searchers that go through folders, and leave out hidden files unless told otherwise: names that are asked for are looked at. */
const searchers = /^(?:rg|ag)$/;
const uncovering = /^(?:-[A-Za-z]*[uU.g]|--(?:hidden|unrestricted|no-ignore|files-from|i?glob)|-[A-Za-z]*a)/;

/** The folders that a reader goes through by itself. */
function treesAmong(
  program: string,
  files: readonly Field[],
  rest: readonly Field[],
  {options}: ReadWords,
): readonly Tree[] {
  const isSearcher = searchers.test(program);
  if (!isSearcher && program !== 'diff' && !recursiveOptions.some(option => options.has(option))) return [];
  if (!isSearcher && !/grep$|^diff$/.test(program)) return [];
  if (options.has('--files') || options.has('--type-list')) return [];
  const included = includedIn(rest);
  const showsHidden = !isSearcher || rest.some(({text}) => uncovering.test(text));
  const holds = (name: string): boolean => included(name) && (showsHidden || !/(?:^|\/)\.(?!\.)/.test(name));
  const isFollowed =
    program === 'diff'
      ? !options.has('--no-dereference')
      : (isSearcher ? ['-L', '--follow'] : ['-R', '--dereference-recursive']).some(option => options.has(option));
  return files.map(folder => ({folder, holds, ...(isFollowed && {follows: 'all' as const})}));
}

const patternOptions = ['-e', '-f', '--regexp', '--file', '--files', '--type-list', '--from-file'];
const recursiveOptions = ['-r', '-R', '-d', '--recursive', '--dereference-recursive', '--directories'];

/** The operands that are opened; null if they are not of the kind that only reads. */
function filesAmong(kind: Operands, {operands, options}: ReadWords): readonly Field[] | null {
  switch (kind) {
    case 'files':
    case 'names':
      return operands;
    case 'pages':
      return operands.every(({text}) => !/^[+\0]/.test(text)) ? operands : null;
    case 'topics':
      return operands.every(field => isKnown(field) && !field.text.includes('/')) ? [] : null;
    case 'files.':
    case 'names.':
      return operands.length > 0 ? operands : [here];
    case 'text':
      return [];
    case 'none':
      return operands.length === 0 ? [] : null;
    case 'one':
      return operands.length <= 1 && operands.every(operand => !operand.splits) ? operands : null;
    case 'format':
      return operands.every(({text}) => text.startsWith('+')) ? [] : null;
    case 'processes':
      return operands.every(({text}) => /^(?:[auxwfjlmTvLrnh]+|\d+)$/.test(text)) ? [] : null;
    case 'first':
    case 'first.': {
      const all = patternOptions.some(option => options.has(option));
      if (!all && operands[0]?.splits) return null;
      const files = all ? operands : operands.slice(1);
      const recursive = kind === 'first.' || recursiveOptions.some(option => options.has(option));
      return files.length > 0 || !recursive ? files : [here];
    }
    default:
      return kind satisfies never;
  }
}

/** `ps auxe` tells the environment of each program. */
const showsEnvironment = /^(?:[a-zA-Z]*e[a-zA-Z]*|-[a-zA-Z]*E[a-zA-Z]*)$/;

const tarOptions = describeOptions(
  '-tvzjJaOhpPkw -f< -C# --list --verbose --gzip --bzip2 --xz --zstd --auto-compress --file< --wildcards --exclude# --strip-components# --force-local --full-time',
);

/** What is in an archive. A name with a colon would be looked for on another machine. */
function readsOfTar(rest: readonly Field[]): Use | null {
  const [first] = rest;
  const isBare = first !== undefined && isKnown(first) && /^[a-zA-Z]+$/.test(first.text);
  const read = readWords(isBare ? [knownField(`-${first.text}`), ...rest.slice(1)] : rest, tarOptions);
  if (read === null || !(read.options.has('-t') || read.options.has('--list'))) return null;
  return read.reads.some(({text}) => text.includes(':')) ? null : {reads: read.reads, writes: []};
}

/** `-v` evaluates the subscript of the name it is given, and what is not known could be a `-v`. */
function isTestHarmless(rest: readonly Field[]): boolean {
  const words = rest.at(-1)?.text === ']' ? rest.slice(0, -1) : rest;
  if (words.some(field => field.splits) || (words.length === 2 && words[0]?.text.includes(hidden))) return false;
  return words.every((field, index) => !/^-[vR]$/.test(words[index - 1]?.text ?? '') || /^\w+$/.test(field.text));
}

/** `-v` and `%n` assign. */
function isPrintfHarmless(rest: readonly Field[]): boolean {
  const [format, ...values] = rest[0]?.text === '--' ? rest.slice(1) : rest;
  if (format === undefined || (rest[0]?.text !== '--' && /^[-\0]/.test(format.text) && rest.length > 1))
    return rest.length === 0;
  return isKnown(format) ? !/%[^%a-mo-zA-Z]*n/.test(format.text.replaceAll('%%', '')) : values.length === 0;
}

const findFlags =
  /^-(?:H|L|P|O\d|a|and|o|or|not|print|print0|ls|prune|quit|depth|d|daystart|empty|executable|readable|writable|true|false|follow|mount|xdev|nouser|nogroup|noleaf|warn|nowarn|ignore_readdir_race|noignore_readdir_race|E|X|s|x)$/;
const findTests =
  /^-(?:name|iname|path|ipath|wholename|iwholename|regex|iregex|regextype|lname|ilname|type|xtype|size|perm|user|group|uid|gid|links|inum|fstype|maxdepth|mindepth|amin|atime|cmin|ctime|mmin|mtime|used|printf|context|flags)$/;
const findFiles = /^-(?:newer|anewer|cnewer|newer[aBcm][aBcmt]|samefile)$/;

function readsOfFind(rest: readonly Field[]): Use | null {
  const [reads, lists]: [Field[], Field[]] = [[], []];
  let paths = true;
  for (let at = 0; at < rest.length; at += 1) {
    const field = rest[at];
    if (field === undefined || mayBeOption(field)) return null;
    const {text} = field;
    if (/^(?:[()!,]|\\[()!])$/.test(text)) paths = false;
    else if (!text.startsWith('-')) {
      if (!paths) return null;
      lists.push(field);
    } else if (/^-(?:exec|execdir|ok|okdir)$/.test(text)) {
      // What it runs is judged by itself.
      while (
        at < rest.length &&
        rest[at]?.text !== ';' &&
        !(rest[at]?.text === '+' && rest[at - 1]?.text.includes('{}'))
      )
        at += 1;
    } else if (findTests.test(text) || findFiles.test(text)) {
      at += 1;
      const value = rest[at];
      if (value === undefined || value.splits || value.glob) return null;
      if (findFiles.test(text) && !text.endsWith('t')) reads.push(value);
      paths = false;
    } else if (findFlags.test(text)) paths &&= /^-[HLPEXdsxO]/.test(text);
    else return null;
  }
  return {reads, lists: lists.length > 0 ? lists : [here], isDeep: true, writes: []};
}

const fdOptions = describeOptions(
  '-HIuUsigaLpF0lq1 -d# -t# -e# -E# -S# -c# -j# -o# --hidden --no-ignore --no-ignore-vcs --unrestricted --case-sensitive --ignore-case --glob --regex --fixed-strings ' +
    '--absolute-path --list-details --follow --full-path --print0 --max-depth# --min-depth# --exact-depth# --type# --extension# --exclude# --size# ' +
    '--changed-within# --changed-before# --owner# --color# --threads# --max-results# --quiet --one-file-system --strip-cwd-prefix --relative-path --prune --and#',
);

function readsOfFd(rest: readonly Field[]): Use | null {
  const end = rest.findIndex(runsOfFd);
  const read = readWords(end < 0 ? rest : rest.slice(0, end), fdOptions);
  if (read === null) return null;
  const files = read.operands.slice(1);
  return {reads: files.length > 0 ? files : [here], writes: []};
}

const sedOptions = describeOptions(
  '-nErsuz -i? -e# -l# --quiet --silent --expression# --in-place? --regexp-extended --separate --unbuffered --null-data --debug --posix --line-length#',
);

function filesOfSed(rest: readonly Field[]): Use | null {
  const read = readWords(rest, sedOptions);
  if (read === null) return null;
  const scripts = sedPrograms(rest);
  if (scripts.length === 0 || !scripts.every(script => script !== undefined && isKnown(script))) return null;
  if (!isSedHarmless(scripts.map(script => script?.text).join('\n'))) return null;
  const isFirst = !read.options.has('-e') && !read.options.has('--expression');
  const files = isFirst ? read.operands.slice(1) : read.operands;
  // A suffix with a folder in it puts what was there before into that folder.
  if (rest.some(({text}) => /^(?:-[nErsuz]*i|--in-place=).*\//.test(text))) return null;
  // What other systems' sed takes for a suffix.
  if (read.options.has('-i') && read.operands[0]?.text === '') return null;
  const inPlace = read.options.has('-i') || read.options.has('--in-place');
  return {reads: files, writes: inPlace ? files : []};
}

const awkOptions = describeOptions('-F# -v# --field-separator# --assign# --posix --re-interval --csv -O -t');

function readsOfAwk(rest: readonly Field[]): Use | null {
  const read = readWords(rest, awkOptions, true);
  const [program, ...files] = read?.operands ?? [];
  if (program === undefined || !isKnown(program) || !isAwkHarmless(program.text)) return null;
  return {reads: files.filter(({text}) => !/^[A-Za-z_]\w*=/.test(text)), writes: []};
}

/** Whether it takes a word for the name of a variable, in which a subscript is evaluated as code. */
export const evaluatesUnseen = ({program, words}: Form): boolean =>
  /^(?:printf|test|\[)$/.test(program) &&
  words.some(({text}, at) => /\[[^\]]*[$`\0]/.test(text) || (words[at - 1]?.text === '-v' && !/^\w+$/.test(text)));

/** Names that words of a program that is not known may hold: `--file=x`, `@x`, `x:y`, a name in code. */
export function namesIn(program: string, words: readonly Field[]): readonly string[] {
  const names = new Set<string>();
  const isText = textsOf(program, words);
  for (const [index, {text}] of words.slice(1, 64).entries()) {
    if (text.length > 4_096 || isText?.(text, words[index]?.text ?? '')) continue;
    if (!text.includes(hidden)) names.add(text);
    for (const piece of text.split(/[\s'"`(){}<>;,=:@|&\0]+/)) names.add(piece);
    // `r.env` of sed opens .env.
    if (/^g?sed$/.test(program)) for (const [, name = ''] of text.matchAll(/[rRwW]\s*([^\s;}]+)/g)) names.add(name);
    const [, attached] = /^-[A-Za-z](.+)$/.exec(text) ?? [];
    if (attached !== undefined && !attached.includes(hidden)) names.add(attached);
  }
  names.delete('');
  return [...names].slice(0, 100);
}
