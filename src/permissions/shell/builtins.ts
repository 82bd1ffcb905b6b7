/**
 * Commands of the shell itself that change what later words mean: the folder, variables, options. What they leave behind
 * is the outcome; where it cannot be known, nothing is.
 */
import type {Input, Listing} from './input.js';
import {assign, either, forget, lose, move, type Outcome, type Scope} from './scope.js';
import {type Field, isKnown, type Judging} from './types.js';
import {lookUp} from './values.js';
import {steers} from './variables.js';

export interface BuiltIn {
  readonly outcome: Outcome;
  /** Folders that it goes to. */
  readonly folders: readonly Field[];
  /** What it assigns, as `NAME=value` (the value may be hidden) or `NAME`. */
  readonly assigned: readonly Field[];
  readonly exports: boolean;
  /** Null: it may run unasked. */
  readonly asks: string | null;
  /** Code that will stand for a command later. */
  readonly scripts: readonly string[];
}

/** They only look, or steer the flow. */
const harmless = /^(?:exit|return|break|continue|shift|times|caller|help|dirs|umask|ulimit|unalias|let|fg|bg)$/;
const declarations = /^(?:export|declare|typeset|local|readonly)$/;
const asking: Readonly<Record<string, string>> = {
  source: 'it runs a file',
  '.': 'it runs a file',
  alias: 'it gives a command another meaning',
  shopt: 'it changes how the shell works',
  enable: 'it changes what commands mean',
  hash: 'it changes what commands mean',
  bind: 'it can run commands',
  complete: 'it can run commands',
  compgen: 'it can run commands',
  history: 'it reads and writes the shell history',
  fc: 'it runs commands again',
};

const own =
  /^(?:cd|pushd|popd|export|declare|typeset|local|readonly|read|mapfile|readarray|getopts|unset|set|let|jobs|wait|exit|return|break|continue|shift|times|caller|help|dirs|umask|ulimit|unalias|fg|bg|source|\.|alias|shopt|enable|hash|bind|complete|compgen|history|fc)$/;

interface Around {
  readonly scope: Scope;
  readonly judging: Pick<Judging, 'context' | 'links'>;
  readonly input: Input;
}

/** Null if the shell has no such command, or none that leaves anything behind. */
export function findBuiltIn(
  program: string,
  words: readonly Field[],
  {scope, judging: {context, links}, input}: Around,
): BuiltIn | null {
  if (!own.test(program)) return null;
  const base: BuiltIn = {outcome: either(scope), folders: [], assigned: [], exports: false, asks: null, scripts: []};
  const rest = words.slice(1);
  if (program === 'cd' || program === 'pushd')
    return {...base, ...changeFolder(program, rest, scope, {context, links})};
  if (program === 'popd') return {...base, outcome: either({...scope, folders: null})};
  if (declarations.test(program)) return {...base, ...declare(program, rest, scope)};
  if (/^(?:read|mapfile|readarray|getopts|unset)$/.test(program))
    return {...base, ...fill(program, rest, scope, input)};
  if (program === 'set')
    return rest.every(isKnown) && isHarmlessSet(rest.map(({text}) => text))
      ? base
      : {...base, outcome: either(lose(scope)), asks: 'it changes how the shell works'};
  if (program === 'let')
    return {...base, asks: isHarmlessArithmetic(rest, scope) ? null : 'it evaluates what is not known'};
  if (harmless.test(program)) return base;
  if (program === 'jobs')
    return rest.every(({text}) => /^(?:-[lnprs]+|%.*)$/.test(text)) ? base : {...base, asks: 'it can run commands'};
  if (program === 'wait')
    return rest.every(({text}) => /^(?:-[nf]|%?\d+|\0)$/.test(text))
      ? base
      : {...base, outcome: either(lose(scope)), asks: 'what it sets is not known'};
  if (!Object.hasOwn(asking, program)) return null;
  const scripts =
    program === 'alias'
      ? rest.flatMap(field =>
          isKnown(field) && field.text.includes('=') ? [field.text.slice(field.text.indexOf('=') + 1)] : [],
        )
      : [];
  return {...base, outcome: either(lose(scope)), asks: asking[program] ?? null, scripts};
}

function changeFolder(
  program: string,
  rest: readonly Field[],
  scope: Scope,
  {context, links}: Pick<Judging, 'context' | 'links'>,
): Partial<BuiltIn> {
  const operands = rest.filter((field, index) => !(/^-[LPe@]+$|^--$/.test(field.text) && index < 3));
  const [to, more] = operands;
  const nowhere: Outcome = {success: {...scope, folders: null}, failure: scope};
  if (to === undefined && program === 'cd') {
    const home = lookUp('HOME', scope, context) ?? context.home;
    return {
      outcome: home === null || scope.variables.has('HOME') ? nowhere : {success: move(scope, home), failure: scope},
    };
  }
  if (
    to === undefined ||
    more !== undefined ||
    !isKnown(to) ||
    to.text.startsWith('-') ||
    (program === 'pushd' && to.text.startsWith('+'))
  )
    return {outcome: nowhere};
  const searched = !/^\.{0,2}(?:\/|$)/.test(to.text) && !/^\.{1,2}$/.test(to.text);
  // With CDPATH a name is looked for elsewhere.
  if (searched && (scope.lost || scope.variables.has('CDPATH') || context.variable('CDPATH')))
    return {outcome: nowhere};
  const physical = rest.some(({text}) => /^-[Le@]*P/.test(text));
  const success =
    physical && !to.text.startsWith('/')
      ? {...scope, folders: scope.folders?.map(folder => `${folder}/${to.text}`) ?? null}
      : move(scope, to.text);
  const isThere = (folder: string): boolean => context.isFolder?.(folder) === true;
  const isSure = success.folders?.every(isThere) && links.isSettled('anyhow');
  return {outcome: {success, failure: scope, ...(isSure && {isSure})}, folders: [to]};
}

function declare(program: string, rest: readonly Field[], scope: Scope): Partial<BuiltIn> {
  const flags = rest.filter(({text}) => /^[-+]/.test(text));
  const names = rest.filter(field => !flags.includes(field));
  const plain =
    flags.every(field => isKnown(field) && /^-[xrgp]+$/.test(field.text)) &&
    names.every(field => /^[A-Za-z_]\w*(?:=|$)/.test(field.text) && !field.splits);
  const after = names.reduce((state, {text}) => {
    const at = text.indexOf('=');
    if (at < 0) return state;
    const value = text.slice(at + 1);
    return assign(state, text.slice(0, at), plain && !value.includes('\0') ? value : null);
  }, scope);
  const shows = names.length === 0;
  const lasts = program === 'readonly' || flags.some(({text}) => text.includes('r'));
  const asks = shows
    ? 'it shows all variables, secrets included'
    : !plain
      ? 'its options are not understood'
      : lasts
        ? 'what is read-only keeps its value whatever is assigned later'
        : null;
  return {
    outcome: either(plain ? after : lose(after)),
    assigned: names,
    exports: program === 'export' || flags.some(({text}) => text.includes('x')),
    asks,
  };
}

/** They put what they read into variables. */
function fill(program: string, rest: readonly Field[], scope: Scope, input: Input): Partial<BuiltIn> {
  const names = rest.filter(({text}) => /^[A-Za-z_]\w*$/.test(text));
  const odd =
    rest.some(field => !isKnown(field) || /[[(`$]|^-[A-Za-z]*[Cc]/.test(field.text)) ||
    (program === 'unset' && rest.some(({text}) => /^-/.test(text) && text !== '-v'));
  const after = forget(
    scope,
    names.map(({text}) => text),
    false,
  );
  // Without a PATH the shell looks for programs in the folder where it stands.
  const steering = program === 'unset' ? names.find(({text}) => steers(text)) : undefined;
  const asks = odd ? 'what it sets is not known' : steering ? `${steering.text} changes what runs` : null;
  const [name, more] = names;
  const listing = program === 'read' && !odd && more === undefined && takesNames(rest, scope, input?.listing);
  const outcome =
    listing && name
      ? {success: assign(after, name.text, {listing}), failure: after}
      : either(odd ? lose(after) : after);
  return {outcome, assigned: names, asks};
}

/** Whether a `read` with these words takes one whole name. */
function takesNames(rest: readonly Field[], {variables}: Scope, listing: Listing | undefined): Listing | null {
  const words = rest.map(({text}) => text).join(' ');
  const separator = variables.get('IFS');
  if (listing === undefined || (separator !== undefined && separator !== '')) return null;
  if (!(listing.isNul ? /^-r -d {2}\w+$|^-d {2}-r \w+$|^-rd {2}\w+$/ : /^(?:-r )?\w+$/).test(words)) return null;
  const isWhole = listing.isNul && separator === '';
  return listing.isPlain(!isWhole) ? listing : null;
}

const isHarmlessArithmetic = (words: readonly Field[], scope: Scope): boolean =>
  words.every(
    field =>
      isKnown(field) &&
      !/[[`$]/.test(field.text) &&
      !(field.text.match(/[A-Za-z_]\w*/g) ?? []).some(name => scope.lost || scope.texts?.has(name)),
  );

const setOption = /^(?:errexit|nounset|pipefail|xtrace|verbose|noglob|noclobber|errtrace|functrace|monitor|notify)$/;

/** `set -e`, `set -o pipefail`, `set -- …`. */
function isHarmlessSet(rest: readonly string[]): boolean {
  if (rest.length === 0) return false;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (word === '--' || !/^[-+]/.test(word)) return true;
    if (!/^[-+][euxvfCETmbo]+$/.test(word)) return false;
    if (word.endsWith('o')) {
      at += 1;
      if (!setOption.test(rest[at] ?? '')) return false;
    }
  }
  return true;
}
