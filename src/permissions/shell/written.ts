/**
 * Files that a line writes, and what later in it runs them: what stands in such a file no rule has seen. They are known by
 * their last names, for where a folder leads may change on the way.
 */

import {createNameTest} from '../path-pattern.js';
import type {Form} from './forms.js';
import {isInterpreter, namedInCode, runFrom} from './interpreters.js';
import {namesIn} from './programs.js';
import {speaksToPeople} from './speech.js';
import {type Field, hidden, type Judging, knownField, type Written} from './types.js';
import {unpacks} from './unpackers.js';
import type {Use} from './use.js';

const lastName = (path: string): string => {
  const name = path.replace(/\/+$/, '');
  const last = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  return last.includes(hidden) ? hidden : last;
};

/** Programs run these without being told: by their names, or by the folder they lie in. */
const steering =
  /(?:^|\/)(?:(?:gnu)?makefile|[^/]+\.mk|package\.json|\.?justfile|rakefile|gemfile|taskfile\.ya?ml|build\.(?:rs|xml|ninja)|(?:build|settings)\.gradle(?:\.kts)?|pom\.xml|cargo\.toml|cmakelists\.txt|meson\.build|sconstruct|conftest\.py|setup\.py|noxfile\.py|tox\.ini|pytest\.ini|setup\.cfg|pyproject\.toml|sitecustomize\.py|test_[^/]+\.py|[^/]+_test\.(?:py|rb)|[^/]+[._](?:test|spec)\.[cm]?[jt]sx?|[^/]+\.(?:go|rs)|dockerfile|(?:docker-)?compose\.ya?ml|vagrantfile|[^/]+\.config\.[cm]?[jt]s|\.[\w-]+rc(?:\.\w+)?|\.(?:bash_)?profile|\.bash_login|\.zshenv|\.(?:cargo|ssh|mvn)\/[^/]+)$/i;
const steeringGit =
  /(?:^|\/)(?:\.git\/(?:.*\/)?[^/]+|\.husky\/(?:.*\/)?[^/]+|\.gitconfig|\.gitattributes|\.gitmodules|(?:pre|post)-[a-z-]+|(?:prepare-)?commit-msg|applypatch-msg)$/i;

export function createWritten(): Written {
  const files = new Set<string>();
  const folders = new Set<string>();
  const steers = {git: '', other: ''};
  let isUnpacked = false;
  return {
    unpack() {
      isUnpacked = true;
    },
    get isUnpacked() {
      return isUnpacked;
    },
    add(path, isDeep) {
      if (path.startsWith('/dev/')) return;
      files.add(lastName(path));
      if (isDeep) folders.add(lastName(path));
      if (steeringGit.test(path)) steers.git = path;
      if (steering.test(path)) steers.other = path;
    },
    has: path =>
      files.has(lastName(path)) ||
      (/[*?[]/.test(lastName(path)) && [...files].some(createNameTest(lastName(path)))) ||
      (folders.size > 0 &&
        path
          .toLowerCase()
          .split('/')
          .some(name => name !== '' && folders.has(name))),
    steering: program => (program === 'git' ? steers.git : steers.other || steers.git) || null,
    get isEmpty() {
      return files.size === 0 && !isUnpacked;
    },
  };
}

/** The same to look at, and nothing more comes to it. */
export const frozen = (written: Written): Written => ({...written, add: () => {}, unpack: () => {}});

/** They change files, but not what is in them. */
const keepsContents = /^(?:chmod|chown|touch|mkdir|rmdir|rm|unlink|truncate|shred)$/;
const copies = /^(?:cp|mv|ln|install|tee|dd|patch|wget)$/;
const remoteCopies = /^(?:rsync|scp)$/;
const compilers = /^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as|go|rustc|tsc|javac|esbuild|swc|sort|nasm|ocamlc|ghc)$/;
const fetchers = /^(?:curl|wget|http|https|aria2c|gh)$/;
const outputOption = /^(?:-[A-Za-z]*[oO]|--out[a-z-]*)$/;
const attachedOutput = /^(?:-o|--out[a-z-]*=)(.+)$/s;
/** Others may take a format there. */
const fileName = /^[^={}]*(?:\/[^={}]*|\.\w{1,5})$/;

function outputsOf(program: string, words: readonly Field[]): readonly string[] {
  const given = words.flatMap(({text}, at) => {
    const attached = attachedOutput.exec(text)?.[1];
    if (attached !== undefined) return [attached];
    return outputOption.test(words[at - 1]?.text ?? '') ? [text] : [];
  });
  return fetchers.test(program) ? given : given.filter(name => fileName.test(name));
}

/** Notes what the command leaves in files. */
export function noteWritten({program, words}: Form, use: Use | null, {written, doubt}: Judging): void {
  if (doubt.isDemanded !== true || keepsContents.test(program)) return;
  if (use !== null) {
    const isDeep = program === 'mv' || program === 'ln' || (use.trees ?? []).length > 0;
    for (const {text} of use.writes) written.add(text, isDeep);
    return;
  }
  const rest = words.slice(1);
  // What a repository brings comes with the project.
  if (program !== 'git' && unpacks(program, rest)) written.unpack();
  for (const name of namedInCode(program, rest)) written.add(name, false);
  for (const name of compilers.test(program) ? [] : outputsOf(program, words)) written.add(name, false);
  const copied = copies.test(program) ? rest : remoteCopies.test(program) ? rest.slice(-1) : [];
  for (const {text} of copied) written.add(text.replace(/^of=/, ''), true);
}

/** They open files, and run nothing of what is in them. */
const opens =
  /^(?:curl|wget|gzip|gunzip|bzip2|bunzip2|xz|unxz|zstd|zip|unzip|tar|scp|rsync|openssl|gpg|prettier|code|open)$/;

/** The words after the program, save for files that it writes itself. */
export function withoutOutputs({program, words}: Form): readonly Field[] {
  const own = outputsOf(program, words);
  const rest = words.slice(1);
  return own.length === 0 ? rest : rest.filter(({text}) => !own.some(name => text.endsWith(name)));
}

export const runsWritten = (name: string): string => `it may run ${name}, which this line writes`;

/** What it may run of what the line wrote before; null: nothing. @param use null: it is not known what it does. */
export function findWritten(form: Form, use: Use | null, {written}: Judging): string | null {
  if (written.isEmpty) return null;
  const {program, words} = form;
  const [first] = words;
  if (first === undefined || (use !== null && program !== 'git')) return null;
  const steering = opens.test(program) ? null : written.steering(program);
  if (steering !== null || use !== null) return steering;
  if (written.has(first.text) || (written.isUnpacked && program.includes('/'))) return first.shown;
  // What these are told to run is judged by itself.
  const ran = opens.test(program) || speaksToPeople(program) ? [] : runFrom(program, withoutOutputs(form));
  return findRun(ran, written) ?? (isInterpreter(program) ? findUnpacked(ran, written) : null);
}

/** The file that is run, where the line has unpacked files anywhere. */
export const findUnpacked = (words: readonly Field[], written: Written): string | null =>
  (written.isUnpacked ? words.find(({text}) => !text.startsWith('-'))?.shown : undefined) ?? null;

/** The first of these words that names something which was written. */
export function findRun(words: readonly Field[], written: Written): string | null {
  if (written.isEmpty) return null;
  const isUnknown = ({text}: Field): boolean => text.includes(hidden) && written.has(text);
  return (
    namesIn('', [knownField(''), ...words]).find(name => written.has(name)) ?? words.find(isUnknown)?.shown ?? null
  );
}
