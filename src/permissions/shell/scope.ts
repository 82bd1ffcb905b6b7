/**
 * What is known about the shell at one point of a command line: the folders where it may stand, the values of variables,
 * the functions that are certainly defined. Scopes are values; where two ways meet, only what both agree on stays known.
 */
import {resolve} from 'node:path';
import type {Input, Listed} from './input.js';

export type Value = string | Listed | null;

export interface Scope {
  /** Every folder where the shell may stand; null: anywhere. */
  readonly folders: readonly string[] | null;
  /** Assigned on this line; null: to something unknown. */
  readonly variables: ReadonlyMap<string, Value>;
  readonly functions: ReadonlySet<string>;
  /** Anything may have been assigned. */
  readonly lost: boolean;
  /** Assigned in ways that are not followed: never known. */
  readonly pinned: ReadonlySet<string>;
  /** Assigned something that may not be a number, so that arithmetic would evaluate it as code; null: not looked at. */
  readonly texts: ReadonlySet<string> | null;
  /** Of those, what one `read` sets and nothing else: known where that is. */
  readonly once: ReadonlySet<string>;
  /** What comes in to a command that is given nothing of its own. */
  readonly input: Input;
  /** The shell may be told to read from elsewhere, `exec < x`: what comes in to groups and loops is not known. */
  readonly isRewired?: true;
}

/** A command ends well or not, and what follows may depend on that. */
export interface Outcome {
  readonly success: Scope;
  readonly failure: Scope;
  /** It ends well for certain. */
  readonly isSure?: true;
}

/** More places than this are as good as anywhere. */
const maximumFolders = 4;

const none: ReadonlyMap<string, null> = new Map();
const noNames: ReadonlySet<string> = new Set();

export const startScope = (folder: string): Scope => ({
  folders: [folder],
  variables: none,
  functions: noNames,
  lost: false,
  pinned: noNames,
  texts: null,
  once: noNames,
  input: null,
});

export const either = (scope: Scope): Outcome => ({success: scope, failure: scope});

/** Where the shell may stand after it. */
export const after = ({success, failure, isSure}: Outcome): Scope => (isSure ? success : join(success, failure));

export function join(one: Scope, other: Scope): Scope {
  if (one === other) return one;
  return {
    folders: joinFolders(one.folders, other.folders),
    variables: joinVariables(one.variables, other.variables),
    functions:
      one.functions === other.functions
        ? one.functions
        : new Set([...one.functions].filter(name => other.functions.has(name))),
    lost: one.lost || other.lost,
    pinned: one.pinned,
    texts: one.texts,
    once: one.once,
    input: one.input,
  };
}

function joinFolders(one: Scope['folders'], other: Scope['folders']): Scope['folders'] {
  if (one === other) return one;
  if (one === null || other === null) return null;
  const all = [...new Set([...one, ...other])];
  return all.length > maximumFolders ? null : all;
}

function joinVariables(one: Scope['variables'], other: Scope['variables']): Scope['variables'] {
  if (one === other) return one;
  const joined = new Map<string, Value>();
  for (const name of [...one.keys(), ...other.keys()]) {
    const [value, otherValue] = [one.get(name), other.get(name)];
    joined.set(name, value !== undefined && value === otherValue ? value : null);
  }
  return joined;
}

export function assign(scope: Scope, name: string, value: Value): Scope {
  return {...scope, variables: new Map(scope.variables).set(name, value)};
}

/** After something whose assignments are not known. */
export const lose = (scope: Scope): Scope => ({
  ...scope,
  variables: none,
  functions: noNames,
  lost: true,
  folders: null,
});

/** After code that may have assigned these and, if it `moves`, gone elsewhere. */
export function forget(scope: Scope, names: Iterable<string>, moves: boolean): Scope {
  const variables = new Map(scope.variables);
  for (const name of names) variables.set(name, null);
  return {...scope, variables, folders: moves ? null : scope.folders};
}

/** Where `cd` leads: without `-P` the shell takes `..` off the text of the path. */
export function move(scope: Scope, to: string): Scope {
  if (to.startsWith('/')) return {...scope, folders: [resolve(to)]};
  return {...scope, folders: scope.folders?.map(folder => resolve(folder, to)) ?? null};
}

/** The absolute paths that a file's name may mean here, `..` left as it is; null: not known. */
export function pathsOf(scope: Scope, name: string): readonly string[] | null {
  if (name.startsWith('/')) return [name];
  return scope.folders?.map(folder => `${folder}/${name}`) ?? null;
}

export function pin(scope: Scope, {names, texts, once}: Pinning): Scope {
  const known = [...scope.once].filter(name => !names.has(name));
  const found = [...once].filter(name => !scope.pinned.has(name));
  return {
    ...scope,
    pinned: union(scope.pinned, names),
    texts: union(scope.texts ?? noNames, texts),
    once: new Set([...known, ...found]),
  };
}

type Pinning = Readonly<Record<'names' | 'texts' | 'once', ReadonlySet<string>>>;

/** The same with what comes in to all of it: each command may take a part of that. */
export const receive = (scope: Scope, input: Input): Scope => ({
  ...scope,
  input: scope.isRewired ? null : input && {...input, certain: false, isRest: true},
});

const union = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
  other.size === 0 ? one : new Set([...one, ...other]);

export const define = (scope: Scope, name: string): Scope => ({
  ...scope,
  functions: new Set(scope.functions).add(name),
});

/** Another program sees what is exported; which of the line's variables are, is not followed. Functions it does not see. */
export const inChild = (scope: Scope): Scope => ({...forget(scope, scope.variables.keys(), false), functions: noNames});

/** To a place that is not known. */
export const leave = (scope: Scope): Scope => ({...scope, folders: null});

/** Whether all that the line assigns to it are numbers. */
export const isNumber = ({variables, pinned, texts, lost}: Scope, name: string): boolean =>
  !lost && texts !== null && !texts.has(name) && (variables.has(name) || pinned.has(name));
