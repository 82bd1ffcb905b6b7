/**
 * From a word as it is written to the fields that a program gets: quotes off, escapes resolved, braces and `~` expanded,
 * variables put in where their value is known. What a substitution would give is hidden; the substitution itself is judged.
 */
import {type ParameterExpansionPart, parse, type Word, type WordPart} from 'unbash';
import {expandBraces} from './braces.js';
import {visitSubstitutions} from './evaluation.js';
import type {Listing} from './input.js';
import {listedBy} from './piped.js';
import {givesRevision} from './revision.js';
import {isNumber, type Scope} from './scope.js';
import {type Field, hidden, type Judging, knownField} from './types.js';
import {listingOf, lookUp} from './values.js';

/** Longer words with braces are not expanded. */
const maximumBraceText = 2_000;

export function expandWords(words: readonly Word[], scope: Scope, judging: Judging): readonly Field[] {
  return words.flatMap(word => expandWord(word, scope, judging));
}

export function expandWord(word: Word, scope: Scope, judging: Judging): readonly Field[] {
  const {parts} = word;
  if (parts === undefined && !word.text.includes('~')) {
    return [{text: word.value, shown: word.text, splits: false, glob: false}];
  }
  if (parts?.some(part => part.type === 'BraceExpansion')) return expandBraced(word, scope, judging);
  return expandParts(word, scope, judging);
}

/** The value that an assignment gives, or a here-string: nothing splits and no pattern matches; null: not known. */
export function expandValue(word: Word, scope: Scope, judging: Judging): string | null {
  // After `:` a home may be put in.
  const hasHome = /:~/.test(word.text);
  const fields = assembly(word, scope, judging, true);
  const text = fields.map(field => field.text).join(' ');
  return hasHome || text.includes(hidden) ? null : text;
}

function expandBraced(word: Word, scope: Scope, judging: Judging): readonly Field[] {
  const unknown: Field = {text: hidden, shown: word.text, splits: true, glob: false};
  judging.spend(Math.ceil(word.text.length / 20));
  const texts = word.text.length > maximumBraceText ? null : expandBraces(word.text);
  if (texts === null) {
    visitSubstitutions(word, scope, judging);
    return [unknown];
  }
  return texts.flatMap(text => {
    // A word of its own; empty ones are dropped by the shell.
    if (text === '') return [];
    const command = parse(`: ${text}`).commands[0]?.command;
    const only = command?.type === 'Command' && command.suffix.length === 1 ? command.suffix[0] : undefined;
    return only?.type === 'Word' && judging.spend(1) ? expandParts(only, scope, judging) : [unknown];
  });
}

function expandParts(word: Word, scope: Scope, judging: Judging): readonly Field[] {
  const fields = assembly(word, scope, judging, false);
  return isRevision(word, scope) ? fields.map(field => ({...field, isRevision: true as const})) : fields;
}

/** Collects the text of the field that is being made, and those that are done. */
interface Assembly {
  readonly fields: Field[];
  readonly shown: string;
  text: string;
  /** Something was written, be it an empty pair of quotes. */
  begun: boolean;
  splits: boolean;
  glob: boolean;
  /** Holds characters of patterns that are meant as they are: what it matches is not looked up. */
  literal: boolean;
}

function assembly(word: Word, scope: Scope, judging: Judging, quoted: boolean): readonly Field[] {
  const making: Assembly = {
    fields: [],
    shown: word.text,
    text: '',
    begun: false,
    splits: false,
    glob: false,
    literal: false,
  };
  const listing = listingIn(word, {scope, judging}, quoted);
  if (listing) {
    // A name is no option there; `splits`: there may be any number of them.
    const splits = word.parts?.[0]?.type === 'CommandExpansion';
    const within = listing.folders.map(knownField);
    return [{text: `./${hidden}`, shown: word.text, splits, glob: false, within, listing}];
  }
  const parts = word.parts ?? [{type: 'Literal', value: word.value, text: word.text, pos: word.pos, end: word.end}];
  for (const [index, part] of parts.entries()) addPart(part, making, {scope, judging, quoted, first: index === 0});
  close(making);
  return making.fields;
}

/** `$(git rev-parse HEAD)`, and with what leads on from it: `$(git merge-base main HEAD)..HEAD`. */
function isRevision({parts}: Word, scope: Scope): boolean {
  const [first, ...more] = parts ?? [];
  const part = first?.type === 'DoubleQuoted' && first.parts.length === 1 ? first.parts[0] : first;
  const isPlain = more.every(each => each.type === 'Literal' && /^[.~^@\w/-]*$/.test(each.value));
  return part?.type === 'CommandExpansion' && isPlain && givesRevision(part.text, scope);
}

/** What tells the names that stand for a word as a whole: `$(find …)`, or `$f` and `"$f"` of a variable that gets them one by one. */
function listingIn({parts}: Word, {scope, judging}: Pick<Place, 'scope' | 'judging'>, quoted: boolean): Listing | null {
  const [part, more] = parts ?? [];
  if (part === undefined || more !== undefined || quoted) return null;
  if (part.type === 'CommandExpansion') {
    const listing = part.script ? listedBy(part.script, {scope, judging}) : null;
    // What ends with NUL runs together there.
    if (listing === null || listing.isNul || !listing.isPlain(true) || scope.variables.has('IFS')) return null;
    visitSubstitutions(part, scope, judging);
    return listing;
  }
  const inner = part.type === 'DoubleQuoted' && part.parts.length === 1 ? part.parts[0] : part;
  const listing = inner ? listingOf(nameOf(inner), scope) : null;
  return listing?.isPlain(inner === part) ? listing : null;
}

/** The variable that it is the value of, as it is. */
const nameOf = (part: WordPart): string => {
  if (part.type === 'SimpleExpansion') return part.text.slice(1);
  const isPlain = part.type === 'ParameterExpansion' && /^\$\{\w+\}$/.test(part.text);
  return isPlain ? part.parameter : '';
};

interface Place {
  readonly scope: Scope;
  readonly judging: Judging;
  /** In double quotes, or where nothing splits. */
  readonly quoted: boolean;
  readonly first: boolean;
}

function close(making: Assembly): void {
  const {fields, text, shown, begun, splits, glob, literal} = making;
  if (begun || text !== '') fields.push({text: glob && literal ? text + hidden : text, shown, splits, glob});
  Object.assign(making, {text: '', begun: false, splits: false, glob: false, literal: false});
}

function add(making: Assembly, text: string, pattern = false): void {
  making.text += text;
  making.literal ||= !pattern && /[*?[\]\\]/.test(text);
  making.begun = true;
}

function addPart(part: WordPart, making: Assembly, place: Place): void {
  switch (part.type) {
    case 'Literal':
      add(making, place.first ? withHome(part.text, part.value, place) : part.value);
      // After `=` and `:` a home may be put in as well.
      if (!place.quoted && /[=:]~/.test(part.text)) add(making, hidden);
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      add(making, part.value.includes(hidden) ? hidden : part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      making.begun = true;
      for (const inner of part.parts) addPart(inner, making, {...place, quoted: true, first: false});
      return;
    case 'Glob':
    case 'ExtendedGlob':
      visitSubstitutions(part, place.scope, place.judging);
      making.glob ||= !place.quoted;
      add(making, part.text, part.type === 'Glob' && !/["'$\\`]/.test(part.text));
      return;
    case 'SimpleExpansion':
      addVariable(part.text.slice(1), making, place);
      return;
    case 'ParameterExpansion':
      addParameter(part, making, place);
      return;
    case 'ProcessSubstitution':
      visitSubstitutions(part, {...place.scope, input: null}, place.judging);
      add(making, '/dev/fd/63');
      return;
    case 'ArithmeticExpansion':
      visitSubstitutions(part, place.scope, place.judging);
      add(making, hidden);
      return;
    case 'CommandExpansion':
      visitSubstitutions(part, place.scope, place.judging);
      making.splits ||= !place.quoted;
      add(making, place.quoted && givesRevision(part.text, place.scope) ? `@${hidden}` : hidden);
      return;
    case 'BraceExpansion':
      visitSubstitutions(part, place.scope, place.judging);
      add(making, place.quoted ? part.text : hidden);
      return;
    default:
      part satisfies never;
  }
}

/** `~` and `~/…`; other people's homes, `~+` and `~-` are not known. */
function withHome(source: string, value: string, {scope, judging}: Place): string {
  if (!source.startsWith('~')) return value;
  const home = scope.lost || scope.variables.has('HOME') ? null : judging.context.home;
  return (source === '~' || source.startsWith('~/')) && home !== null ? home + value.slice(1) : hidden + value;
}

function addParameter(part: ParameterExpansionPart, making: Assembly, place: Place): void {
  visitSubstitutions(part, place.scope, place.judging);
  const {parameter, prefix, index, operation} = part;
  if (prefix === undefined && index === undefined) {
    if (operation === undefined) {
      addVariable(parameter, making, place);
      return;
    }
    const value = operation.type === 'Default' ? lookUp(parameter, place.scope, place.judging.context) : undefined;
    const kept = operation.type === 'Default' && /^:?[-=?]$/.test(operation.operator);
    if (typeof value === 'string' && value !== '' && kept) {
      addKnown(value, making, place);
      return;
    }
  }
  making.splits ||= !(place.quoted && (prefix === '#' || !/[@*]/.test(parameter + (index?.text ?? ''))));
  add(making, hidden);
}

function addVariable(name: string, making: Assembly, place: Place): void {
  const value = lookUp(name, place.scope, place.judging.context);
  if (typeof value === 'string') {
    addKnown(value, making, place);
    return;
  }
  // `$?`, `$$`, `$#` and `$!` are numbers; "$@" is any number of words.
  const number = /^[?$#!]$/.test(name) || isNumber(place.scope, name);
  making.splits ||= !number && (!place.quoted || name === '@');
  add(making, hidden);
}

/** Outside quotes a value is cut at white space, and what it holds of patterns counts. */
function addKnown(value: string, making: Assembly, {quoted, scope}: Place): void {
  if (quoted) {
    add(making, value);
    return;
  }
  // Where else the value would be cut is not followed.
  if (/[^ \t\n]/.test(String(scope.variables.get('IFS') ?? ''))) {
    making.splits = true;
    add(making, hidden);
    return;
  }
  for (const [index, piece] of value.split(/[ \t\n]+/).entries()) {
    if (index > 0) close(making);
    if (piece === '') continue;
    making.glob ||= /[*?[]|[@!+]\(/.test(piece);
    add(making, piece, true);
  }
}
