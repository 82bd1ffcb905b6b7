/**
 * Links that a line may make, and what later in it goes through them: where such a path will lead cannot be found out before.
 * Likewise folders that it may move: what is known of them holds no longer.
 */
import {resolve} from 'node:path';
import type {Form} from './forms.js';
import {pathsOf, type Scope} from './scope.js';
import {type Field, isKnown, type Judging, type Links} from './types.js';
import {unpacks} from './unpackers.js';
import type {Use} from './use.js';

export function createLinks(): Links {
  const made = new Set<string>();
  let anywhere = false;
  let [isWritten, isCopied, isAdded, isUnsettled, isReliedOn] = [false, false, false, false, false];
  return {
    add(paths) {
      if (paths === null) anywhere = true;
      else for (const path of paths) made.add(resolve(path).toLowerCase());
    },
    mayCross(path) {
      if (anywhere || made.size === 0) return anywhere;
      let at = '/';
      for (const name of path.toLowerCase().split('/')) {
        at = resolve(at, name);
        if (made.has(at)) return true;
      }
      return false;
    },
    unsettle(how) {
      isWritten ||= how !== 'removed';
      isCopied ||= how === 'copied' || how === 'removed';
      isAdded ||= how === 'added';
      isUnsettled ||= how !== 'written';
    },
    isSettled(against) {
      isReliedOn = true;
      return !{written: isWritten, removed: isCopied, copied: isCopied, added: isAdded, anyhow: isUnsettled}[against];
    },
    get matters() {
      return made.size > 0 || anywhere || (isReliedOn && isWritten);
    },
  };
}

const keepsLinks = /^-[A-Za-z]*[PadrR]|^--(?:no-d|a|r|p)/;

/** What is left keeps its name. */
const removers = /^(?:rm|rmdir|unlink)$/;

/** They write files, and leave folders where they are. */
const keepsFolders = /^(?:tee|touch|g?sed|sort|truncate)$/;

const givesToGit = (program: string, rest: readonly Field[]): boolean =>
  program === 'git' && rest.some(({text}) => /^(?:add|stage|stash|update-index)$/.test(text));

/** Notes what the command may leave behind as links, and whether it may move folders. */
export function noteLinks({program, words}: Form, use: Use | null, scope: Scope, judging: Judging): void {
  const rest = words.slice(1);
  if (use === null) judging.links.unsettle(givesToGit(program, rest) ? 'added' : 'anyhow');
  else if (use.writes.length > 0)
    judging.links.unsettle(keepsFolders.test(program) ? 'written' : removers.test(program) ? 'removed' : 'copied');
  if (use === null && unpacks(program, rest)) judging.links.add(null);
  const isCopy = program === 'cp' && rest.some(({text}) => keepsLinks.test(text));
  if (!isCopy && program !== 'mv' && program !== 'ln') return;
  const sources = use?.reads ?? [];
  if (program !== 'ln' && use && sources.every(source => isKnown(source) && isPlain(source.text, scope, judging)))
    return;
  const places = use?.writes.map(field => (isKnown(field) ? pathsOf(scope, field.text) : null)) ?? [null];
  const made = places.flatMap(paths => paths ?? []);
  judging.links.add(places.includes(null) ? null : made);
}

function isPlain(name: string, scope: Scope, {context}: Judging): boolean {
  const paths = pathsOf(scope, name);
  return paths?.every(path => context.mayHoldLinks?.(path) === false) === true;
}
