/**
 * What git prints of files that the line may not name: a difference or a commit shows every file in it, unless paths are given.
 * Files that git no longer keeps are not seen here, save where a pattern could mean them.
 */
import {join, relative} from 'node:path';
import {fine} from './paths.js';
import type {Scope} from './scope.js';
import {judgeTrees, mayFit, mayShow, shows, wholeTree} from './trees.js';
import {type Field, isKnown, type Judging, knownField, type PathJudgement} from './types.js';

const always = /^(?:diff|show|grep|format-patch|archive|range-diff|fast-export|merge-tree|cat-file)$/;
const withPatch = /^(?:log|reflog|whatchanged|stash|diff-tree|diff-index|diff-files)$/;
const patch =
  /^(?:-[A-Za-z]*[puWcL]|-U\d*|--(?:patch|unified|word-diff|color-words|binary|cc|function-context|patch-with-\w+|full-diff))(?:[=\d].*)?$|^-L/;
const namesOnly =
  /^(?:-s|-q|--(?:stat|shortstat|numstat|name-only|name-status|summary|quiet|dirstat|raw|compact-summary|no-patch|count|files-with-matches|files-without-match|list))(?:=.*)?$/;

export function printsContents(subcommand: string, rest: readonly Field[]): boolean {
  const isPatch = rest.some(({text}) => patch.test(text));
  // What is to be committed, as a difference.
  if (subcommand === 'status') return rest.some(({text}) => /^-[a-z]*v|^--verb/.test(text));
  if (withPatch.test(subcommand)) return isPatch;
  if (!always.test(subcommand)) return false;
  return (subcommand !== 'grep' && isPatch) || !rest.some(({text}) => namesOnly.test(text));
}

/** @param words of git, without the options before the subcommand. */
export function judgeContents(words: readonly Field[], scope: Scope, judging: Judging): PathJudgement {
  const {context} = judging;
  const {secrets} = context;
  const [, subcommand, ...rest] = words;
  if (secrets === undefined || subcommand === undefined) return fine;
  const operands = operandsOf(subcommand.text === 'grep' ? withoutSought(rest) : rest);
  const meant = operands.flatMap(pathsMeant);
  const prints = printsContents(subcommand.text, rest);
  if (meant.length === 0 && !prints) return fine;
  const folder = scope.folders?.[0] ?? context.cwd;
  const {root, files} = secrets.tracked(folder) ?? {root: folder, files: []};
  const denied = meant.map(path => context.path('read', join(root, path))).find(({verdict}) => verdict === 'deny');
  if (denied) return denied;
  if (!prints) return fine;
  // What the line has given to git before is not in its index yet.
  const isMore = !judging.links.isSettled('added');
  if (isMore || rest.some(({text}) => /^--(?:no-index|untracked)$/.test(text))) {
    const places = operands.filter(isKnown);
    const going = judgeTrees(
      (places.length > 0 ? [...places, knownField('.')] : [knownField('.')]).map(wholeTree),
      scope,
      judging,
    );
    if (going.verdict !== 'allow') return going;
  }
  if (files === null) return mayShow(secrets.rule, 'what git keeps is not known, and it may show what may not be read');
  const paths = operands.filter(isKnown).map(({text}) => text);
  // With it, paths only choose commits.
  const isFull = rest.some(({text}) => text === '--full-diff');
  const named = (isFull ? [] : paths)
    .filter(text => isPath(text, paths, files, root))
    .map(toPattern)
    .filter(pattern => pattern !== null);
  const found = files.find(file => named.length === 0 || named.some(pattern => fits(pattern, file, root, folder)));
  if (found !== undefined && !isBlob(paths)) return shows(found, relative(context.cwd, found), context);
  const gone = named.find(pattern => /[*?[]/.test(pattern) && secrets.names.some(name => mayOverlap(pattern, name)));
  return gone === undefined ? fine : mayShow(secrets.rule, `${gone} may mean what may not be read`);
}

const fits = (pattern: string, file: string, root: string, folder: string): boolean =>
  mayFit(pattern, relative(root, file)) || mayFit(pattern, relative(folder, file));

/** Whether only single files of commits are asked for: `HEAD:a.ts`. */
const isBlob = (paths: readonly string[]): boolean =>
  paths.length > 0 && paths.every(text => /^[^:]*:[^(!^/]/.test(text));

/** Words that are no options, and cannot be the values of any. */
function operandsOf(rest: readonly Field[]): readonly Field[] {
  const end = rest.findIndex(({text}) => text === '--');
  const isFree = ({text}: Field, at: number): boolean =>
    !text.startsWith('-') && !/^-[^=]+$/.test(rest[at - 1]?.text ?? '');
  const before = rest.slice(0, end < 0 ? undefined : end).filter(isFree);
  return end < 0 ? before : [...before, knownField('--'), ...rest.slice(end + 1)];
}

/** Without what `git grep` looks for. */
function withoutSought(rest: readonly Field[]): readonly Field[] {
  if (rest.some(({text}) => /^-[A-Za-z]*[ef]/.test(text))) return rest;
  const at = rest.findIndex(({text}) => !text.startsWith('-'));
  return rest.filter((_, place) => place !== at);
}

/** Before `--` a word may be a commit as well: it is a path if git keeps something there, or if it could be nothing else. */
function isPath(text: string, all: readonly string[], files: readonly string[], root: string): boolean {
  if (text === '--') return false;
  const end = all.indexOf('--');
  if (end >= 0) return all.indexOf(text) > end;
  return /[*?[]|^:/.test(text) || files.some(file => mayFit(text, relative(root, file)));
}

/** What a path of git is a pattern of; null: it takes files away, or is none. */
function toPattern(text: string): string | null {
  if (text === '--' || /^:(?:[!^]|\([^)]*exclude[^)]*\))/.test(text)) return null;
  return text.replace(/^:(?:\([^)]*\)|\/)/, '');
}

/** The paths, from the top of the working tree, that a word names without a pattern: `HEAD:a`, `:(top)a`, `:/a`. */
function pathsMeant({text}: Field): readonly string[] {
  const pattern = toPattern(text);
  const [, inCommit] = /^[^:]*:(?:[0-3]:)?([^(!^].*)$/s.exec(text) ?? [];
  return [...(pattern === null || pattern === text ? [] : [pattern]), ...(inCommit === undefined ? [] : [inCommit])];
}

/** Whether some name fits both patterns: character by character, every star as long as it may be. */
function mayOverlap(one: string, other: string): boolean {
  const a = tokensOf(one.slice(one.lastIndexOf('/') + 1));
  const b = tokensOf(other);
  // A pattern that is nothing but stars means everything, and says nothing.
  if ([a, b].some(tokens => tokens.every(token => token === '*'))) return false;
  let reached = new Set([0]);
  for (let at = 0; at <= a.length; at += 1) {
    const next = new Set<number>();
    for (let place = 0; place <= b.length; place += 1) {
      if (!reached.has(place)) continue;
      if (b[place] === '*' || (a[at] === '*' && place < b.length)) reached.add(place + 1);
      if (a[at] === '*') next.add(place);
      else if (at < a.length && b[place] === '*') next.add(place);
      else if (at < a.length && place < b.length && isAlike(a[at] ?? '', b[place] ?? '')) next.add(place + 1);
    }
    if (at === a.length) return reached.has(b.length);
    reached = next;
  }
  return false;
}

const tokensOf = (pattern: string): readonly string[] =>
  (pattern.toLowerCase().match(/\[[^\]]*\]|\\?./gsu) ?? []).map(token =>
    token.length > 1 && token.startsWith('[') ? '?' : token.replace(/^\\(?=.)/, ''),
  );

const isAlike = (one: string, other: string): boolean => one === other || one === '?' || other === '?';
