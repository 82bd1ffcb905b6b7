/**
 * Files that a program which is not known may open, by the words that it is given.
 */
import {relative} from 'node:path';
import type {Form} from './forms.js';
import {namesIn} from './programs.js';
import {findReader} from './readers.js';
import {treesChanged, wordsWritten} from './rewritten.js';
import {pathsOf, type Scope} from './scope.js';
import {mayShow} from './trees.js';
import {hidden, type Judging, type PathJudgement} from './types.js';
import {steers} from './variables.js';
import {isWriter} from './writers.js';

/** A rule that denies opening one of the files which the words of a program that is not known may name; null: none does. */
export function findDenied(form: Form, scope: Scope, judging: Judging): PathJudgement | null {
  const {program, words} = form;
  const read = findAmong('read', namesIn(program, words), scope, judging);
  const [name] = words;
  if (read !== null || name === undefined || !judging.context.forbidding?.('write')) return read;
  return findAmong('write', namesIn(program, [name, ...wordsWritten(form)]), scope, judging);
}

/** The same of files that a variable names to the programs which it is handed to, alone or among others. */
export function findDeniedIn(name: string, value: string, scope: Scope, judging: Judging): PathJudgement | null {
  if (!judging.context.forbidding?.('read')) return null;
  const separators = steers(name) ? /[\s'"=:,;]+/ : /[=:,;]/;
  const names = new Set([value, ...value.split(separators)].filter(text => text !== '' && !text.includes(hidden)));
  return findAmong('read', [...names].slice(0, 100), scope, judging);
}

/** Whether words of which it is not known what they are may name a file that a rule forbids to open so; null: they may not. */
export function mayOpen({program, words}: Form, {context}: Judging): PathJudgement | null {
  const [first, ...rest] = words.slice(1).filter(({text}) => !/^-[^\0]*$/.test(text));
  const reader = findReader(program);
  const isEditor = /^(?:[gmn]?awk|g?sed)$/.test(program);
  const isSought = isEditor || reader?.operands.startsWith('first') === true;
  if (!isEditor && !/^(?:files|first|one|pages)/.test(reader?.operands ?? '') && !isWriter(program)) return null;
  const candidates = first !== undefined && isSought && !first.splits ? rest : [first, ...rest];
  const unknown = candidates.find(field => field && (field.splits || field.glob || field.text.startsWith(hidden)));
  const rule = unknown && context.forbidding?.(isWriter(program) ? 'write' : 'read');
  return rule ? {verdict: 'ask', rule, reason: `which file ${unknown.shown} means is not known`} : null;
}

/** A rule against editing a file in a folder that the command changes as a whole; null: there is none. */
export function changesLocked(form: Form, scope: Scope, {context, spend}: Judging): PathJudgement | null {
  const {locked} = context;
  if (locked === undefined) return null;
  for (const {folder, holds} of treesChanged(form)) {
    for (const path of pathsOf(scope, folder.text) ?? []) {
      if (context.isFolder?.(path) !== true || !spend(8)) continue;
      const files = locked.below(path);
      if (files === null)
        return mayShow(locked.rule, `there is too much in ${folder.text} to look for what may not be edited`);
      const found = files.find(file => holds(relative(path, file)));
      if (found !== undefined) {
        const {rule} = context.path('write', found);
        return mayShow(rule ?? locked.rule, `it would change ${relative(context.cwd, found)}`);
      }
    }
  }
  return null;
}

function findAmong(
  access: 'read' | 'write',
  names: readonly string[],
  scope: Scope,
  judging: Judging,
): PathJudgement | null {
  for (const name of names) {
    for (const path of pathsOf(scope, name) ?? [`${judging.context.cwd}/${name}`]) {
      if (!judging.spend(1)) return null;
      const judgement = judging.context.path(access, path);
      if (judgement.verdict === 'deny') return judgement;
    }
  }
  return null;
}
