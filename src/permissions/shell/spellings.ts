/**
 * Commands that people forbid by their options, and the spellings of these: `rm -rf`, `rm -f -R` and `rm --force --recursive`
 * are one deed, and `//` is `/`. To allow, a rule means what it says; to forbid, it means the deed.
 */
import {posix} from 'node:path';
import type {Form} from './forms.js';
import {subcommandAt} from './options.js';
import {type Field, knownField} from './types.js';

/** By program, or program and subcommand: options that are the same, the first name standing for all. */
const alike: Readonly<Record<string, string>> = {
  rm: '-r=-R=--recursive -f=--force -d=--dir',
  cp: '-r=-R=--recursive -f=--force -a=--archive',
  mv: '-f=--force',
  chmod: '-R=--recursive',
  chown: '-R=--recursive',
  chgrp: '-R=--recursive',
  ln: '-f=--force -s=--symbolic',
  'git push': '-f=--force -d=--delete --force-with-lease --mirror --all --tags --prune --no-verify',
  'git clean': '-f=--force -n=--dry-run',
  'git reset': '--hard --soft --mixed --keep --merge',
  'git checkout': '-f=--force',
  'git switch': '-f=--force=--discard-changes',
  'git branch': '-f=--force -d=--delete -m=--move',
  'git commit': '-n=--no-verify -a=--all --amend',
  'git rebase': '-i=--interactive',
  'docker rm': '-f=--force -v=--volumes',
  'docker rmi': '-f=--force',
};

interface Deed {
  /** Its row. */
  readonly key: string;
  readonly options: ReadonlySet<string>;
  readonly operands: readonly string[];
}

/** A rule's words, of which some may be `*` for any number of others. */
export interface RuleWords {
  readonly all: readonly string[];
  /** Whether more may follow. */
  readonly isOpen: boolean;
}

const deeds = new WeakMap<RuleWords, Deed | null>();

/** What the rule forbids; null: it is none of these commands. */
function deedOf(rule: RuleWords): Deed | null {
  const known = deeds.get(rule);
  if (known !== undefined) return known;
  const [program = ''] = rule.all;
  const hasPattern = rule.all.some(word => word !== '*' && word.includes('*'));
  const deed = hasPattern
    ? null
    : toDeed(program.slice(program.lastIndexOf('/') + 1).toLowerCase(), rule.all.map(knownField));
  deeds.set(rule, deed);
  return deed;
}

/** Whether the command does what the rule's words say, however its options are spelled and its paths are written. */
export function isSameDeed(rule: RuleWords, {baseName, words}: Form): boolean {
  const meant = deedOf(rule);
  if (meant === null || meant.key !== keyOf(baseName, words)) return false;
  const done = toDeed(baseName, words);
  if (done === null || ![...meant.options].every(option => done.options.has(option))) return false;
  const star = meant.operands.indexOf('*');
  // What stands behind a star could stand anywhere.
  if (star >= 0 && meant.operands.lastIndexOf('*') < meant.operands.length - 1) return false;
  const operands = star < 0 ? meant.operands : meant.operands.slice(0, star);
  const [least, given] = [operands.length, done.operands.length];
  return (
    (rule.isOpen || star >= 0 ? given >= least : given === least) &&
    operands.every((operand, at) => operand === done.operands[at])
  );
}

const subcommandOf = (program: string, words: readonly Field[]): number =>
  program === 'git' || program === 'docker' ? subcommandAt(words) : 0;

function keyOf(program: string, words: readonly Field[]): string {
  const at = subcommandOf(program, words);
  return at === 0 ? program : `${program} ${words[at]?.text ?? ''}`;
}

/** Null: the command is none whose spellings are known. */
function toDeed(program: string, words: readonly Field[]): Deed | null {
  const key = keyOf(program, words);
  const row = Object.hasOwn(alike, key) ? alike[key] : undefined;
  if (row === undefined) return null;
  const groups = row.split(' ').map(group => group.split('='));
  const options = new Set<string>();
  const operands: string[] = [];
  const rest = words.slice(subcommandOf(program, words) + 1);
  const end = rest.findIndex(({text}) => text === '--');
  for (const [place, {text}] of rest.entries()) {
    if (place === end) continue;
    if (/^-./.test(text) && (end < 0 || place < end)) for (const option of spelled(text, groups)) options.add(option);
    else operands.push(program === 'chmod' && operands.length === 0 ? toMode(text) : toOperand(text));
    // A branch with a plus is pushed by force, one with a colon alone before it is deleted.
    if (key === 'git push' && /^\+./.test(text)) options.add('-f');
    if (key === 'git push' && /^\+?:./.test(text)) options.add('-d');
  }
  if (key === 'git branch' && options.has('-D')) options.add('-d').add('-f');
  return {key, options, operands};
}

/** Each letter by itself, long options by any beginning of them. */
function spelled(text: string, groups: readonly (readonly string[])[]): readonly string[] {
  const names = text.startsWith('--')
    ? [text.split('=', 1)[0] ?? text]
    : [...text.slice(1)].map(letter => `-${letter}`);
  return names.map(name => {
    const isMeant = (option: string): boolean =>
      option === name || (name.length > 2 && name.startsWith('--') && option.startsWith(name));
    const exact = groups.find(group => group.includes(name));
    return (exact ?? groups.find(group => group.some(isMeant)))?.[0] ?? name;
  });
}

/** Without leading zeros; all that everyone may be given as the number for it. */
const toMode = (text: string): string =>
  /^(?:a|(?=.*u)(?=.*g)(?=.*o)[ugo]+)[+=](?=.*r)(?=.*w)(?=.*x)[rwx]+$/.test(text)
    ? '777'
    : text.replace(/^0+(?=[0-7]+$)/, '');

/** A path in one spelling: `//`, `/./` and a slash at its end mean nothing. */
function toOperand(text: string): string {
  const path = posix.normalize(text);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
