/**
 * Commands that go through whole folders: what they would read there although the line does not name it. One that would come
 * by a file which a rule forbids to read is asked about.
 */
import {relative} from 'node:path';
import {createNameTest} from '../path-pattern.js';
import {fine} from './paths.js';
import {pathsOf, type Scope} from './scope.js';
import {type Field, isKnown, type Judging, type PathJudgement} from './types.js';

export interface Tree {
  readonly folder: Field;
  /** Whether a file in it is among those that are read. @param name from the folder on. */
  holds(name: string): boolean;
}

export const wholeTree = (folder: Field): Tree => ({folder, holds: () => true});

export function judgeTrees(trees: readonly Tree[], scope: Scope, {context, spend}: Judging): PathJudgement {
  const {secrets} = context;
  if (secrets === undefined) return fine;
  for (const {folder, holds} of trees) {
    // One that is not known is asked about as such.
    if (!isKnown(folder)) continue;
    for (const path of pathsOf(scope, folder.text) ?? [`${context.cwd}/${folder.text}`]) {
      if (!spend(8)) return fine;
      const files = secrets.below(path);
      if (files === null)
        return mayShow(secrets.rule, `there is too much in ${folder.text} to look for what may not be read`);
      const found = files.find(file => holds(relative(path, file)));
      if (found !== undefined) return shows(found, relative(context.cwd, found), context);
    }
  }
  return fine;
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

/** What such a command copies: any of its words may be a folder. */
export function treesCopied(program: string, words: readonly Field[]): readonly Tree[] {
  const how = Object.hasOwn(copiers, program) ? copiers[program] : undefined;
  const rest = words.slice(1);
  if (how === undefined || !rest.some(({text}) => how.test(text))) return [];
  return rest.filter(({text}) => !text.startsWith('-')).map(wholeTree);
}
