/**
 * Whether a rule that allows a command with whatever follows means what does follow. It speaks of the project: options that
 * start or load other code, or lead out of it, are meant only if the rule says them.
 */
import {resolve} from 'node:path';
import {type Carried, carriedBy} from './carried.js';
import {hasCarriers, runsProject} from './carriers.js';
import type {Form} from './forms.js';
import {namedInCode} from './interpreters.js';
import {mayBeOption, subcommandAt} from './options.js';
import {judgeFile} from './paths.js';
import {findUse} from './programs.js';
import {findReader} from './readers.js';
import {type Allowing, findAllow, isEvery} from './rules.js';
import {pathsOf, type Scope} from './scope.js';
import {textsOf} from './speech.js';
import {sensitiveCopied} from './trees.js';
import {type Field, hidden, type Judging, knownField, type PathJudgement} from './types.js';
import {mayHoldOptions, unseenOptions} from './unseen-options.js';
import {isWriter} from './writers.js';

/** A word that a rule does not mean unless it names one of these. */
interface Stray {
  readonly names: readonly string[];
  readonly reason: string;
}

export interface Allowance {
  readonly allowed: Allowing | null;
  /** Why no rule counts, where one speaks of the command. */
  readonly reason: string | null;
}

/** The first rule that allows the command where it stands, with all that it is told. */
export function findAllowance(form: Form, scope: Scope, judging: Judging): Allowance {
  let strays: readonly Stray[] | null = null;
  let reason: string | null = null;
  const allowed = findAllow(judging.context.rules.allow, form, named => {
    strays ??= straysOf(form, scope, judging);
    const left = strays.find(({names}) => !names.some(name => named.some(word => word.startsWith(name))));
    reason ??= left?.reason ?? null;
    return left === undefined;
  });
  if (allowed === null || isEvery(allowed.source)) return {allowed, reason};
  const away = awayFrom(form, scope, judging);
  return away === null ? {allowed, reason: null} : {allowed: null, reason: away};
}

/** Why the place is not the one that a rule speaks of; null: it is. */
function awayFrom({program, words}: Form, {folders}: Scope, judging: Judging): string | null {
  if (!isGrounded(program, words) && program !== 'git' && !program.includes('/')) return null;
  if (folders === null) return 'where it would run is not known';
  return folders.every(folder => liesInside(folder, judging)) ? null : 'it would run outside of the project';
}

const isGrounded = (program: string, words: Form['words']): boolean =>
  runsProject(
    program,
    words.map(({text}) => text),
  );

function straysOf(form: Form, scope: Scope, judging: Judging): readonly Stray[] {
  const {program, words} = form;
  const carried = carriedBy(program, words).flatMap(each => toStray(each, scope, judging));
  if (hasCarriers(program) && !isTame(program, words)) carried.push(...words.filter(isAnyOption).map(() => anyOption));
  if (mayHoldOptions(form)) carried.push(anyOption);
  if (!isGrounded(program, words)) return [...carried, ...straysOfReader(form, scope, judging)];
  const isText = textsOf(program, words);
  const leading = words.flatMap((field, at): readonly Stray[] => {
    const before = words[at - 1]?.text ?? '';
    if (at === 0 || isText?.(field.text, before)) return [];
    const place = placesIn(field.text).find(each => !isInside(each, scope, judging));
    if (place === undefined) return [];
    const option = /^-[^=]+$/.test(before) ? [before] : [];
    return [{names: [field.text, ...option], reason: `${place} leads out of the project`}];
  });
  return [...carried, ...leading];
}

const editors = /^(?:[gmn]?awk|g?sed)$/;
const isOption = /^-|\0|:\/\//;
const makingGit = /^(?:worktree|clone|init|archive|bundle|format-patch|checkout-index|config|submodule)$/;
/** They copy or make files, in ways of which not all is known. */
const makers = /^(?:(?:bsd)?tar|rsync|scp|zip|unzip|7z|cpio|c?split|curl|wget|mktemp|openssl|ssh-keygen)$/;

/** What a command that is there to change files would change elsewhere, or where it decides what runs. */
function straysOfWriter(
  {program, words}: Pick<Form, 'program' | 'words'>,
  scope: Scope,
  judging: Judging,
): readonly Stray[] {
  const use = isWriter(program) ? findUse(program, words) : null;
  if (use === null) {
    return words.slice(1).flatMap((field): readonly Stray[] => {
      const {text} = field;
      if (isWriter(program) && text.startsWith(hidden))
        return [{names: [], reason: `which file ${field.shown} means is not known`}];
      if (/^--(?:global|system)$/.test(text)) return [{names: [text], reason: 'it changes settings of all projects'}];
      if (program === 'curl' && text.includes('%output{')) return [{names: [text], reason: 'it writes a file'}];
      const guarded = isOption.test(text) ? undefined : guardedAt(text, scope, judging);
      if (guarded !== undefined) return [{names: [text], reason: guarded.reason}];
      const place = placesIn(text).find(each => !isInside(each, scope, judging));
      return place === undefined || place === '/dev/null'
        ? []
        : [{names: [text], reason: `${place} leads out of the project`}];
    });
  }
  const sensitive = sensitiveCopied(use.trees ?? [], scope, judging);
  if (sensitive !== null) return [{names: [], reason: sensitive}];
  const names = new Set(use.writes.map(({text}) => text));
  const isFile = (name: string): boolean =>
    names.has(name) && pathsOf(scope, name)?.every(path => judging.context.isFolder?.(path) === false) === true;
  // What would be written if the target were a folder, where it is none.
  const written = use.writes.filter(({text}) => !isFile(text.slice(0, text.lastIndexOf('/'))));
  return written.flatMap((field): readonly Stray[] => {
    const reason = whyNotWritten(program, field, scope, judging);
    return reason === null ? [] : [{names: [field.text], reason}];
  });
}

const guardedAt = (name: string, scope: Scope, {context}: Judging): PathJudgement | undefined =>
  pathsOf(scope, name)
    ?.map(path => context.path('write', path))
    .find(({isGuarded}) => isGuarded);

/** Of a link they take or move that itself. */
const takesAway = /^(?:rm|rmdir|unlink|mv)$/;

/** Null: it lies in the project, and decides nothing. */
function whyNotWritten(program: string, field: Field, scope: Scope, judging: Judging): string | null {
  const unknown = `which file ${field.shown} means is not known`;
  // A name that was told is below one of these.
  if (field.within && field.text === `./${hidden}`) {
    const isBelow = (folder: Field): boolean =>
      takesAway.test(program) ||
      pathsOf(scope, folder.text)?.every(path => judging.context.namesArePlain?.(path, false) === true) === true;
    const places = field.within.map(folder =>
      isBelow(folder) ? whyNotWritten(program, folder, scope, judging) : unknown,
    );
    return places.find(each => each !== null) ?? null;
  }
  const place = field.glob ? folderOf(field.text) : field.text;
  if (place.includes(hidden) || field.splits) return unknown;
  const {verdict, reason, isGuarded} = judgeFile('write', knownField(place), scope, judging);
  if (verdict === 'allow' || (isGuarded !== true && isInside(place, scope, judging))) return null;
  return reason;
}

/** Where a pattern looks. */
const folderOf = (pattern: string): string => {
  const folder = pattern.replace(/[^/]*[*?[{].*$/s, '');
  return folder === '' ? '.' : folder;
};

/** Where a command that is there to read would write, or may: out of the project. */
function straysOfReader({program, words}: Form, scope: Scope, judging: Judging): readonly Stray[] {
  const isMaker = makers.test(program) || (program === 'git' && makingGit.test(words[subcommandAt(words)]?.text ?? ''));
  if (isWriter(program) || isMaker) return straysOfWriter({program, words}, scope, judging);
  const isEditor = editors.test(program);
  if (!isEditor && !/^(?:find|fd|fdfind)$/.test(program) && findReader(program) === undefined) return [];
  const use = findUse(program, words);
  const rest = words.slice(1);
  const texts = isEditor ? namedInCode(program, rest) : rest.map(({text}) => text);
  return (use ? use.writes.map(({text}) => text) : texts).flatMap((text): readonly Stray[] => {
    const place = placesIn(text).find(each => !isInside(each, scope, judging));
    return place === undefined ? [] : [{names: [text], reason: `${place} leads out of the project`}];
  });
}

/** Of git, what has no option that starts a program. */
const isTame = (program: string, words: readonly Field[]): boolean =>
  program === 'git' &&
  /^(?:add|commit|checkout|switch|restore|rm|mv|branch|tag|stash|status|merge|reset)$/.test(
    words[subcommandAt(words)]?.text ?? '',
  );

const anyOption: Stray = {names: [], reason: unseenOptions};

/** One word behind an option is its value. */
const isAnyOption = (field: Field, at: number, words: readonly Field[]): boolean =>
  at > 0 &&
  mayBeOption(field) &&
  (field.splits || field.glob || !/^-[^=]+$/.test(words[at - 1]?.text ?? '') || words[at - 1]?.text === '--');

function toStray({option, given, value}: Carried, scope: Scope, judging: Judging): readonly Stray[] {
  const names = [option];
  switch (given) {
    case 'command':
      return [{names, reason: `${option} may start another program`}];
    case 'settings':
      return [{names, reason: `${option} may say what else runs`}];
    case 'module': {
      // By a bare name it may come from anywhere.
      const isFile = value !== null && /^[^={}"]*(?:\/[^={}"]*|\.\w+)$/.test(value);
      return isFile && isInside(value, scope, judging) ? [] : [{names, reason: `${option} loads other code`}];
    }
    case 'place':
      return value !== null && isInside(value, scope, judging)
        ? []
        : [{names, reason: `${option} leads out of the project`}];
    case 'output':
      return value !== null && judgeFile('write', knownField(value), scope, judging).verdict === 'allow'
        ? []
        : [{names, reason: `${option} writes a file`}];
    default:
      return given satisfies never;
  }
}

/** What of a word leads elsewhere, if it is a path: `/x`, `--prefix=../x`, `-C/x`. */
function placesIn(text: string): readonly string[] {
  if (!/[/~]|\.\./.test(text)) return [];
  const [, attached = ''] = /^(?:-[A-Za-z](?=[/~.])|[\w.-]*=)(.*)$/s.exec(text) ?? [];
  return [text, attached].flatMap(each => each.split(',')).filter(each => leadsFar.test(each));
}

const leadsFar = /^(?:[/~]|file:)|(?:^|\/)\.\.(?:\/|$)/;

function isInside(place: string, scope: Scope, judging: Judging): boolean {
  if (place.startsWith('~') || place.startsWith('file:') || place.includes(hidden)) return false;
  return pathsOf(scope, place)?.every(path => liesInside(path, judging)) === true;
}

function liesInside(path: string, {context}: Judging): boolean {
  if (context.isInside) return context.isInside(path);
  return `${resolve(path)}/`.startsWith(`${context.cwd}/`);
}
