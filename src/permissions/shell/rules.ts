/**
 * Whether a `Bash(…)` rule speaks of a command. `npm run test:*` is these words and whatever follows them; a pattern's `*`
 * is any text, and ` *` at its end also nothing; anything else is meant exactly.
 *
 * Deny and ask rules look further than allow rules: past options before a subcommand, at a program's bare name. Where a
 * value that is not known could complete the rule, they answer `maybe`.
 */
import {resolve} from 'node:path';
import {isLine, textOf as lineText, piecesOf, runsOf} from '../line.js';
import {type Form, textOf} from './forms.js';
import {isSameDeed, type RuleWords} from './spellings.js';
import {type Field, hidden, isKnown} from './types.js';

export type Match = 'yes' | 'maybe' | 'no';

const noWords: RuleWords = {all: [], isOpen: false};

interface Rule {
  readonly source: string;
  /** `line`: several commands, compared as such. */
  readonly kind: 'every' | 'prefix' | 'exact' | 'pattern' | 'line';
  /** The words that are meant literally; of a pattern, those before its first star. */
  readonly words: readonly string[];
  /** All of them. */
  readonly spelled: RuleWords;
  fits(text: string): boolean;
}

const compiled = new WeakMap<readonly string[], readonly Rule[]>();

/** Whether the rule speaks of every command. */
export const isEvery = (source: string): boolean => /^\s*:?\*?\s*$/.test(source);

/** Rules are compiled once for each list. */
function rulesOf(list: readonly string[]): readonly Rule[] {
  const known = compiled.get(list);
  if (known) return known;
  const rules = list.map(toRule);
  compiled.set(list, rules);
  return rules;
}

function toRule(source: string): Rule {
  const text = source.trim();
  if (isEvery(text)) return {source, kind: 'every', words: [], spelled: noWords, fits: () => true};
  if (isLine(text)) {
    return {
      source,
      kind: 'line',
      words: [],
      spelled: noWords,
      fits: toPattern(lineText(piecesOf(text.replace(/:\*$/, ' *')))),
    };
  }
  if (text.endsWith(':*') && !text.slice(0, -2).includes('*')) {
    const words = splitWords(text.slice(0, -2));
    return {source, kind: 'prefix', words, spelled: {all: words, isOpen: true}, fits: () => false};
  }
  const words = splitWords(text.replace(/:\*$/, ' *'));
  const star = words.findIndex(word => word.includes('*'));
  const literal = star < 0 ? words : words.slice(0, star);
  const spelled = {all: words, isOpen: false};
  return {source, kind: star < 0 ? 'exact' : 'pattern', words: literal, spelled, fits: toPattern(textOf(words))};
}

/** Without backtracking: pieces between stars are found one after the other, so hostile text costs no more than its length. */
function toPattern(text: string): (text: string) => boolean {
  const endless = text.endsWith(' *') ? text.slice(0, -2).split('*') : null;
  const pieces = text.split('*');
  return given => fitsPieces(pieces, given) || (endless !== null && fitsPieces(endless, given));
}

function fitsPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Cuts at white space; quotes hold together and go. */
function splitWords(text: string): readonly string[] {
  return (text.match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|['"\\]/gs) ?? []).map(word =>
    word.replace(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
      (_, single, double, escaped) => single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped,
    ),
  );
}

/** A rule that allows, and how many words it names. */
export interface Allowing {
  readonly source: string;
  readonly named: number;
}

/**
 * The first allow rule that covers the whole command.
 * @param means whether one that names these words, and lets others follow, means those that do.
 */
export function findAllow(list: readonly string[], form: Form, means: Means = () => true): Allowing | null {
  for (const rule of rulesOf(list)) {
    if (allows(rule, form, means))
      return {source: rule.source, named: rule.kind === 'exact' ? Infinity : rule.words.length};
  }
  return null;
}

type Means = (named: readonly string[]) => boolean;

function allows({kind, words, fits}: Rule, form: Form, means: Means): boolean {
  const {program, words: fields, text} = form;
  switch (kind) {
    case 'every':
      return true;
    case 'line':
      return false;
    case 'exact':
      return !text.includes(hidden) && fits(text);
    case 'pattern':
      return fits(text) && means(words);
    case 'prefix':
      return (
        words.every((word, index) => isWord(word, index === 0 ? program : undefined, fields[index])) && means(words)
      );
    default:
      return kind satisfies never;
  }
}

const isWord = (word: string, program: string | undefined, field: Field | undefined): boolean =>
  field !== undefined && isKnown(field) && word === (program ?? field.text);

/** The words of a rule that say what is run: options left out, up to the first star. */
export const wordsNamed = (source: string): readonly string[] =>
  toRule(source).words.filter(word => !word.startsWith('-'));

const lineRules = new WeakMap<readonly string[], readonly Rule[]>();

function linesOf(list: readonly string[]): readonly Rule[] {
  const lines = lineRules.get(list) ?? rulesOf(list).filter(({kind}) => kind === 'line');
  lineRules.set(list, lines);
  return lines;
}

/** The first rule for a whole line that speaks of that code, or of a part of it. */
export function findLine(list: readonly string[], code: string): string | null {
  const lines = linesOf(list);
  if (lines.length === 0) return null;
  const runs = runsOf(code);
  return lines.find(({fits}) => runs.some(fits))?.source ?? null;
}

/** The first deny or ask rule that speaks of the command, or may. */
export function findAgainst(
  list: readonly string[],
  form: Form,
  folder: string,
): {readonly source: string; readonly match: Match} | null {
  let possible: string | null = null;
  for (const rule of rulesOf(list)) {
    const match = matchAgainst(rule, form, folder);
    if (match === 'yes') return {source: rule.source, match};
    if (match === 'maybe') possible ??= rule.source;
  }
  return possible === null ? null : {source: possible, match: 'maybe'};
}

function matchAgainst(rule: Rule, form: Form, folder: string): Match {
  const {kind, words} = rule;
  if (kind === 'every') return 'yes';
  if (kind === 'line') return 'no';
  if (words[0] !== undefined && !sameProgram(words[0], form, folder)) return 'no';
  if (isSameDeed(rule.spelled, form)) return 'yes';
  const {program, baseName, words: fields, text} = form;
  if (kind !== 'prefix') {
    const rest = text.includes(' ') ? text.slice(text.indexOf(' ')) : '';
    const names = new Set([program, baseName, fields[0]?.text ?? '', words[0] ?? program]);
    for (const name of names) if (rule.fits(textOf([name]) + rest)) return 'yes';
  }
  if (words[0] === undefined) return text.includes(hidden) ? 'maybe' : 'no';
  const reached = reach(words, fields, baseName);
  if (kind === 'prefix' || reached.match === 'no') return reached.match;
  // The rest of the pattern, with the options before a subcommand left out.
  const isBare = reached.ends.some(end => rule.fits(textOf([...words, ...fields.slice(end).map(field => field.text)])));
  if (isBare) return 'yes';
  return text.includes(hidden) || reached.match === 'maybe' ? 'maybe' : 'no';
}

function sameProgram(name: string, {program, baseName, words}: Form, folder: string): boolean {
  if (name === program || name.toLowerCase() === baseName) return true;
  return name.includes('/') && words[0] !== undefined && resolve(folder, name) === resolve(folder, words[0].text);
}

/**
 * After which fields the words may have been found, options and their values between them skipped. An option is found
 * wherever it stands, short ones also apart or with others: `-rf` in `-r x -vf`.
 */
function reach(
  words: readonly string[],
  fields: readonly Field[],
  baseName: string,
): {readonly match: Match; readonly ends: readonly number[]} {
  let places = new Set([1]);
  let maybe = false;
  for (const [index, word] of words.slice(1).entries()) {
    const next = new Set<number>();
    if (/^-./.test(word)) {
      if (hasOption(word, fields)) continue;
      maybe ||= fields.some((field, at) => !isKnown(field) && !isValue(field, fields[at - 1]));
      places = next;
      break;
    }
    for (const place of places) {
      const field = fields[place];
      if (field === undefined) continue;
      if (!isKnown(field)) maybe = true;
      if (field.text === word && isKnown(field)) next.add(place + 1);
      if (field.text.startsWith('-') || (baseName === 'cargo' && field.text.startsWith('+'))) {
        places.add(place + 1);
        if (mayTakeValue(field.text, baseName, index)) places.add(place + 2);
      }
    }
    places = next;
  }
  return {match: places.size > 0 ? 'yes' : maybe ? 'maybe' : 'no', ends: [...places]};
}

/** One word that is not known, right after an option: its value, as `-m "$(…)"`. */
const isValue = (field: Field, before: Field | undefined): boolean =>
  !field.splits && !field.glob && before !== undefined && /^-[^=]+$/.test(before.text);

function hasOption(word: string, fields: readonly Field[]): boolean {
  if (fields.some(field => field.text === word)) return true;
  if (!/^-[A-Za-z]{1,3}$/.test(word)) return false;
  const letters = fields.flatMap(({text}) => (/^-[A-Za-z]{1,5}$/.test(text) ? [...text.slice(1)] : []));
  return [...word.slice(1)].every(letter => letters.includes(letter));
}

const gitValues = /^(?:-C|-c|--git-dir|--work-tree|--namespace|--config-env|--super-prefix|--attr-source)$/;

function mayTakeValue(option: string, baseName: string, index: number): boolean {
  if (baseName === 'git' && index === 0) return gitValues.test(option);
  return !/=|^--(?:no-|quiet$|silent$|verbose$|yes$|force$)/.test(option);
}
