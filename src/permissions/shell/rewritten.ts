/**
 * Words of a command that is not known to only read, and that may name files which it writes: all of them, save what is known to be
 * run, tested, checked or committed as it is.
 */

import type {Form} from './forms.js';
import {rootsOf, testOfFound} from './found.js';
import {isInterpreter, runFrom, runsCode} from './interpreters.js';
import {subcommandAt} from './options.js';
import {speaksToPeople, textsOf} from './speech.js';
import {type Tree, wholeTree} from './trees.js';
import {type Field, isKnown} from './types.js';

/** They leave the files of the working tree as they are. */
const keepingGit = /^(?:add|stage|commit|push|fetch|tag|branch|remote|blame|diff|log|show|status)$/;
const checkers = /^(?:tsc|eslint|stylelint|mypy|pyright|flake8|pylint|shellcheck)$/;
const starters = /^(?:npx|bunx|pnpx|pnpm|yarn|exec|bundle|uv|poetry|run)$/;
const changes = /^(?:--(?:fix|write|in-place|apply|out|report|cache|generate|build)|-[A-Za-z]*[iow]$)/;

/** The words after the program's name, as they count. */
export function wordsWritten({program, words}: Form): readonly Field[] {
  const rest = words.slice(1);
  if (program === 'git') {
    const at = subcommandAt(words);
    return keepingGit.test(words[at]?.text ?? '') ? rest.filter(isOption) : rest;
  }
  if (isInterpreter(program)) {
    const ran = runFrom(program, rest);
    const isModule = rest.some(({text}) => text === '-m');
    return isModule || runsCode(program, rest) ? rest : rest.slice(ran.length);
  }
  // What a starter is told to do, taken for a program.
  if (/^(?:run|exec|test)$/.test(program)) return [];
  const isTest = !speaksToPeople(program) && textsOf(program, words) !== null;
  const checker = words.find(({text}) => !starters.test(text))?.text ?? '';
  const isCheck = checkers.test(checker) && !rest.some(({text}) => changes.test(text));
  return isTest || isCheck ? rest.filter((field, at) => isOption(field) || isOption(rest[at - 1])) : rest;
}

const isOption = (field: Field | undefined): boolean => field?.text.startsWith('-') === true;

/** Commands that change whole folders, and the words with which they do. */
const folderChangers: Readonly<Record<string, RegExp>> = {
  rm: /^(?:-[A-Za-z]*[rR]|--r)/,
  mv: /^/,
  git: /^(?:checkout|restore|rm|mv|clean)$/,
  find: /^-(?:delete|fprint0?|fprintf|fls)$/,
  prettier: /^(?:-w|--write)$/,
  gzip: /^(?:-[A-Za-z]*r|--recursive)/,
  shred: /^/,
};

/** The folders that it removes or changes with all that is in them: any of its words may be one. */
export function treesChanged({program, words}: Form): readonly Tree[] {
  const how = Object.hasOwn(folderChangers, program) ? folderChangers[program] : undefined;
  const rest = words.slice(1);
  if (how === undefined || !rest.some(({text}) => how.test(text))) return [];
  if (program === 'find') {
    const test = testOfFound(words);
    return rootsOf(words).map(folder => ({folder, holds: name => test(`${folder.text}/${name}`)}));
  }
  // What else lies where something is moved to stays.
  const named = program === 'mv' && !rest.some(({text}) => /^(?:-t|--t)/.test(text)) ? rest.slice(0, -1) : rest;
  return named.filter(field => isKnown(field) && !isOption(field)).map(wholeTree);
}
