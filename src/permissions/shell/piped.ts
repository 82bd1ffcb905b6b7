/**
 * What a command hands on through a pipe, as far as its words show: `echo … | sh` and `cat <<EOF | sh` run what is written there;
 * `find … | xargs …` gives the names of files.
 */
import type {Command, CommandNode, Redirection, Script, Word, WordPart} from 'unbash';
import {rootsOf, testOfFound} from './found.js';
import type {Input, Listing} from './input.js';
import {describeOptions, readWords} from './options.js';
import {findUse} from './programs.js';
import {findReader} from './readers.js';
import {pathsOf, type Scope} from './scope.js';
import {type Field, type Judging, knownField} from './types.js';

interface Place {
  readonly scope: Scope;
  readonly judging: Judging;
}

/** Never certain: only what is denied in it counts. @param input what comes in to the command itself. */
export function outputOf(node: CommandNode, input: Input, place: Place): Input {
  if (node.type !== 'Command') return null;
  const document = node.redirects.find(redirection => redirection.type === 'HereDoc');
  if (document?.type === 'HereDoc') return {text: document.body.text, certain: false};
  if (/^(?:echo|printf)$/.test(node.name?.value ?? '')) return textOfEcho(node);
  const listing = listingOf(node, input?.listing, place);
  return listing && {text: '', certain: false, listing};
}

/** The names that code tells which is one command, or one pipe of them; null: it tells something else. */
export function listedBy({commands}: Script, place: Place): Listing | null {
  const [only, more] = commands;
  if (only === undefined || more !== undefined || only.background) return null;
  const {command} = only;
  const parts = command.type === 'Pipeline' && command.prefixes.length === 0 ? command.commands : [command];
  let output: Input = null;
  for (const part of parts) {
    if (part.type !== 'Command') return null;
    output = outputOf(part, output, place);
  }
  return output?.listing ?? null;
}

function textOfEcho(node: Command): Input {
  const words = node.suffix.flatMap(each =>
    each.type === 'Word' && !/^-[neE]+$/.test(each.value) ? [each.value] : [],
  );
  // Both ways in which the words may be put together.
  return {text: `${words.join(' ')}\n${words.join('\n')}`.replaceAll('\\n', '\n'), certain: false};
}

/** Null: what it tells are no names, or it is not known where they begin. */
function listingOf(node: Command, given: Listing | undefined, {scope, judging}: Place): Listing | null {
  const words = literalWords(node);
  if (words === null || !node.redirects.every(isForErrors) || node.prefix.length > 0) return null;
  const program = words[0]?.text ?? '';
  if (scope.functions.has(program)) return null;
  if (program === 'git') return listedByGit(words.slice(1), scope, judging);
  const found = program === 'find' ? listedByFind(words) : (listedBySearch(program, words) ?? null);
  if (found === null) return given && keepsLines(program, words.slice(1), given.isNul) ? given : null;
  const {folders} = found;
  if (!folders.every(folder => /^[\w.@/+][\w.@/+-]*$/.test(folder))) return null;
  const {context, links} = judging;
  return {
    ...found,
    isPlain: isCut =>
      links.isSettled('written') &&
      folders.every(
        folder =>
          pathsOf(scope, folder)?.every(path => judging.spend(8) && context.namesArePlain?.(path, isCut) === true) ===
          true,
      ),
  };
}

const lsFiles = describeOptions('-zcm --cached --modified --exclude-standard');
const ofGrep = describeOptions('-lizwEFPG -e# --files-with-matches --name-only --ignore-case --null --fixed-strings');

/** What git keeps: `git ls-files`, `git grep -l x`, and `git diff --name-only` of the working tree, where git stands at the top. */
function listedByGit([subcommand, ...rest]: readonly Field[], scope: Scope, {context, links}: Judging): Listing | null {
  const [folder, other] = scope.folders ?? [];
  if (folder === undefined || other !== undefined) return null;
  const isNul = isListingOfGit(subcommand?.text ?? '', rest, folder, context);
  if (isNul === null || !links.isSettled('added')) return null;
  const kept = context.kept?.(folder) ?? null;
  return {
    folders: ['.'],
    isNul,
    holds: (_, name) => kept?.holds(name) !== false,
    isPlain: isCut => links.isSettled('written') && kept?.isPlain(isCut) === true,
  };
}

/** A name or a pattern, not above the folder and without git's own signs. */
const isBelow = /^(?![/:~])(?!(?:.*\/)?\.\.(?:\/|$))[\w.*?@+/-]+$/;

/** Whether names end with NUL; null: other names are told, or something else. */
function isListingOfGit(
  subcommand: string,
  rest: readonly Field[],
  folder: string,
  context: Judging['context'],
): boolean | null {
  if (subcommand === 'diff') {
    const texts = rest.map(({text}) => text);
    const isAtTop = context.git?.(folder).repository === `${folder}/.git`;
    const isKept =
      texts.includes('--name-only') && texts.every(text => /^(?:--name-only|-z|--diff-filter=\w+)$/.test(text));
    return isAtTop && isKept ? texts.includes('-z') : null;
  }
  const options = subcommand === 'ls-files' ? lsFiles : subcommand === 'grep' ? ofGrep : null;
  const read = options && readWords(rest, options);
  if (!read) return null;
  const has = (...names: readonly string[]): boolean => names.some(name => read.options.has(name));
  // Others lead out of the folder.
  if (subcommand === 'ls-files') return read.operands.every(({text}) => isBelow.test(text)) ? has('-z') : null;
  const isOne = read.operands.length === (has('-e') ? 0 : 1);
  return isOne && has('-l', '--files-with-matches', '--name-only') ? has('-z', '--null') : null;
}

type Found = Omit<Listing, 'isPlain'>;

/** Actions and forms of find that tell something else than names. */
const otherActions = /^-(?:exec|ok|printf|fprint|ls|fls|delete)/;

function listedByFind(words: readonly Field[]): Found | null {
  const rest = words.slice(1);
  if (findUse('find', words) === null || rest.some(({text}) => otherActions.test(text))) return null;
  const nul = rest.filter(({text}) => text === '-print0').length;
  if (nul > 0 && rest.some(({text}) => text === '-print')) return null;
  const test = testOfFound(words);
  return {
    folders: rootsOf(words).map(({text}) => text),
    isNul: nul > 0,
    holds: (folder, name) => test(`${folder}/${name}`),
  };
}

/** The files in which a searcher found something: `grep -rl x src`, `rg -l x`, `rg --files`. */
function listedBySearch(program: string, words: readonly Field[]): Found | null {
  const reader = /^(?:grep|rg)$/.test(program) ? findReader(program) : undefined;
  const read = reader?.options ? readWords(words.slice(1), reader.options) : null;
  if (read === null) return null;
  const has = (...names: readonly string[]): boolean => names.some(name => read.options.has(name));
  const isRecursive = program === 'rg' || has('-r', '-R', '--recursive', '--dereference-recursive');
  const isFiles = program === 'rg' && has('--files');
  if (!isRecursive || !(isFiles || has('-l', '--files-with-matches')) || has('-c', '--count', '--json')) return null;
  const isFirst = !isFiles && !has('-e', '-f', '--regexp', '--file');
  const folders = read.operands.slice(isFirst ? 1 : 0).map(({text}) => text);
  const isNul = program === 'rg' ? has('-0', '--null') : has('-Z', '--null');
  return {folders: folders.length > 0 ? folders : ['.'], isNul, holds: () => true};
}

const filters = /^(?:head|tail|sort|uniq|tac|grep|egrep|fgrep)$/;
/** Of grep, what shows more or less than whole lines. */
const otherLines = /^-(?:[A-Za-z]*[ocnHbABClLqrRZzTfdD]|-(?!invert|ignore-case|regexp|extended|fixed))/;

/** With these it counts, cuts, or takes other lines. */
const cutting = ['-c', '--count', '--bytes', '-z', '--zero-terminated', '--group'];

/** Whether the command hands on some of its lines as they are. */
function keepsLines(program: string, rest: readonly Field[], isNul: boolean): boolean {
  const reader = filters.test(program) ? findReader(program) : undefined;
  if (!reader?.options || isNul) return false;
  const read = readWords(rest, reader.options);
  if (read === null || read.reads.length > 0 || read.writes.length > 0) return false;
  const isGrep = program.endsWith('grep');
  if (isGrep && rest.some(({text}) => otherLines.test(text))) return false;
  if (cutting.some(option => read.options.has(option)) || (program === 'tac' && rest.length > 0)) return false;
  return read.operands.length === (isGrep && !read.options.has('-e') && !read.options.has('--regexp') ? 1 : 0);
}

/** Null: some word is not all there. */
function literalWords({name, args}: Command): readonly Field[] | null {
  const words: Field[] = [];
  for (const word of name ? [name, ...args] : []) {
    if (!('value' in word) || word.type !== 'Word' || !isLiteral(word)) return null;
    words.push(knownField(word.value));
  }
  return words;
}

const isLiteral = ({parts, text}: Word): boolean => !text.startsWith('~') && (parts?.every(isLiteralPart) ?? true);

const isLiteralPart = (part: WordPart): boolean =>
  part.type === 'Literal' ||
  part.type === 'SingleQuoted' ||
  (part.type === 'DoubleQuoted' && part.parts.every(inner => inner.type === 'Literal'));

/** `2>/dev/null`. */
const isForErrors = (redirection: Redirection): boolean =>
  redirection.type === 'Redirect' &&
  redirection.operator === '>' &&
  redirection.descriptor !== undefined &&
  'value' in redirection.descriptor &&
  String(redirection.descriptor.value) === '2' &&
  redirection.target?.value === '/dev/null';
