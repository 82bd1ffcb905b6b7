/**
 * Commands that go through whole folders: what they would read there although the line does not name it. One that would come
 * by a file which a rule forbids to read is asked about.
 */
import {join, relative} from 'node:path';
import {createNameTest} from '../path-pattern.js';
import {fine, stricter} from './paths.js';
import {pathsOf, type Scope} from './scope.js';
import {type Field, isKnown, type Judging, knownField, type PathJudgement} from './types.js';

export interface Tree {
  readonly folder: Field;
  /** Whether a file in it is among those that are read. @param name from the folder on. */
  holds(name: string): boolean;
  /** It goes on where links lead: those to files, or all. */
  readonly follows?: 'files' | 'all';
}

export const wholeTree = (folder: Field): Tree => ({folder, holds: () => true});
export const followedTree = (folder: Field): Tree => ({...wholeTree(folder), follows: 'all'});

export function judgeTrees(trees: readonly Tree[], scope: Scope, judging: Judging): PathJudgement {
  const {context} = judging;
  let worst = fine;
  for (const tree of trees.flatMap(toKnown)) {
    for (const path of pathsOf(scope, tree.folder.text) ?? [`${context.cwd}/${tree.folder.text}`]) {
      if (!judging.spend(8)) return worst;
      worst = stricter(worst, stricter(judgeSecrets(path, tree, context), judgeLinks(path, tree, context)));
      if (worst.rule !== null) return worst;
    }
  }
  return worst;
}

/**
 * One that is not known is asked about as such. A name that was told may be a folder's, and where none is told at all, some go through the
 * folder where they stand.
 */
function toKnown({folder, ...tree}: Tree): readonly Tree[] {
  if (isKnown(folder)) return [{folder, ...tree}];
  const places = folder.within ?? [];
  return (places.length > 0 && folder.splits ? [...places, knownField('.')] : places)
    .filter(isKnown)
    .map(place => ({...tree, folder: place}));
}

/** What words open that stand for names which a command told. */
export const treesListed = (words: readonly Field[]): readonly Tree[] =>
  words.flatMap(({listing, within}) =>
    listing ? (within ?? []).map(folder => ({folder, holds: (name: string) => listing.holds(folder.text, name)})) : [],
  );

function judgeSecrets(path: string, {folder, holds}: Tree, context: Judging['context']): PathJudgement {
  const {secrets} = context;
  if (secrets === undefined) return fine;
  const files = secrets.below(path);
  if (files === null)
    return mayShow(secrets.rule, `there is too much in ${folder.text} to look for what may not be read`);
  const found = files.find(file => holds(relative(path, file)));
  return found === undefined ? fine : shows(found, relative(context.cwd, found), context);
}

/** What it would come to by links, which lead out of the folder or to what may not be read. */
function judgeLinks(path: string, tree: Tree, context: Judging['context']): PathJudgement {
  const {folder, holds, follows} = tree;
  if (follows === undefined) return fine;
  const links = context.linksBelow?.(path, follows === 'all') ?? (context.linksBelow ? null : []);
  if (links === null)
    return mayShow(context.secrets?.rule ?? null, `there is too much in ${folder.text} to look for links`);
  let worst = fine;
  for (const link of links) {
    if (!holds(relative(path, link.path)) && !(link.isFolder && follows === 'all')) continue;
    const {verdict, rule} = context.path('read', link.path);
    if (verdict !== 'allow') {
      worst = stricter(worst, mayShow(rule, `it would follow ${relative(context.cwd, link.path)} to where it leads`));
    } else if (link.isFolder) {
      const below: Tree = {folder, holds: name => holds(relative(path, join(link.path, name)))};
      worst = stricter(worst, judgeSecrets(link.path, below, context));
    }
    if (worst.rule !== null) return worst;
  }
  return worst;
}

/** What is written with a folder that is copied or moved, and decides what runs; null: nothing. */
export function sensitiveCopied(trees: readonly Tree[], scope: Scope, {context}: Judging): string | null {
  for (const {folder} of trees) {
    for (const path of isKnown(folder) ? (pathsOf(scope, folder.text) ?? []) : []) {
      const name = context.sensitiveBelow?.(path) ?? null;
      if (name !== null) return `it would write ${name}, which decides what runs or is kept secret`;
    }
  }
  return null;
}

/** For a file that a command would show without naming it. */
export function shows(file: string, name: string, context: Judging['context']): PathJudgement {
  return mayShow(context.path('read', file).rule ?? context.secrets?.rule ?? null, `it would go through ${name}`);
}

export const mayShow = (rule: string | null, reason: string): PathJudgement => ({verdict: 'ask', rule, reason});

/**
 * Whether a name or a path could be meant by a pattern of git, find or grep: taken as widely as any of them does, so that
 * stars cross slashes, case means nothing, and what fits a folder fits all in it.
 */
export function mayFit(pattern: string, path: string): boolean {
  const [test = '', given = ''] = [pattern.replace(/\/+$/, ''), path].map(text =>
    text.toLowerCase().replace(/^\.\//, ''),
  );
  return createNameTest(test)(given) || createNameTest(`${test}/*`)(given) || test === '' || test === '.';
}

/** Where a reader that goes through folders is told which names to look at: `--include=*.ts`, `-g '*.ts'`. */
export function includedIn(rest: readonly Field[]): (name: string) => boolean {
  const patterns = rest.flatMap(({text}, at) => {
    const [, attached] = /^(?:--(?:include|i?glob)=|-g)(.+)$/s.exec(text) ?? [];
    const spaced = /^(?:--include|--i?glob|-g)$/.test(text) ? rest[at + 1] : undefined;
    const value = attached ?? (spaced && isKnown(spaced) ? spaced.text : undefined);
    return value === undefined || value.startsWith('!') ? [] : [value];
  });
  if (patterns.length === 0) return () => true;
  return name =>
    patterns.some(pattern => mayFit(pattern, name) || mayFit(pattern, name.slice(name.lastIndexOf('/') + 1)));
}

/** Programs that are not known otherwise and copy whole folders, and the words with which they do. */
const copiers: Readonly<Record<string, RegExp>> = {
  tar: /^-?[A-Za-z]*[cruA]|^--(?:create|append|update|concat)/,
  zip: /^-[A-Za-z]*r|^--recurse/,
  rsync: /^-[A-Za-z]*[ar]|^--(?:archive|recursive)/,
  scp: /^-[A-Za-z]*r/,
  '7z': /^[au]$/,
  docker: /^cp$/,
  podman: /^cp$/,
};

/** Those that copy what links lead to, with these words. */
const followers: Readonly<Record<string, RegExp>> = {
  tar: /^-?[A-Za-z]*h|(?: |^)(?:-[A-Za-z]*h|--dereference)/,
  zip: /^(?!.*(?:^| )(?:-[A-Za-z]*y|--symlinks))/,
  rsync: /(?:^| )(?:-[A-Za-z]*[Lk]|--copy-(?:links|unsafe-links|dirlinks))/,
  scp: /^/,
};

/** What such a command copies: any of its words may be a folder. */
export function treesCopied(program: string, words: readonly Field[]): readonly Tree[] {
  const how = Object.hasOwn(copiers, program) ? copiers[program] : undefined;
  const rest = words.slice(1);
  if (how === undefined || !rest.some(({text}) => how.test(text))) return [];
  const follows = followers[program]?.test(rest.map(({text}) => text).join(' ')) === true;
  return rest.filter(({text}) => !text.startsWith('-')).map(follows ? followedTree : wholeTree);
}
