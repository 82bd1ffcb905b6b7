/**
 * The files that git keeps in a folder, as it tells of them: whether a program that is given their names stays in the project, and
 * whether they can be told on lines and cut into words again without becoming other names, or options.
 */
import {relative} from 'node:path';
import {findRepository} from '../platform/git.js';
import {trackedFiles} from '../platform/git-index.js';
import type {NameSearch} from './names-below.js';
import {pathIn} from './survey.js';

/** What the shell and xargs cut at or take for their own, and what git would quote. */
const odd = /[^!#-&+->@-Z^-~]/;
/** An option, where the name comes first. */
const isOption = (name: string): boolean => name.startsWith('-');

export interface KeptNames {
  isPlain(isCut: boolean): boolean;
  /** @param name from the folder on. */
  holds(name: string): boolean;
}

type Search = Omit<NameSearch, 'isCut'>;

/** Null: what git keeps is not known. */
export function keptNames(folder: string, {survey, locate, isInside}: Search): KeptNames | null {
  const {real} = locate(folder);
  const repository = real === null ? null : findRepository(real);
  const files = repository && !repository.bare ? trackedFiles(repository) : null;
  if (real === null || repository === null || files === null) return null;
  const below = relative(repository.root, real);
  if (below.startsWith('..')) return null;
  const names =
    below === '' ? files : files.flatMap(file => (file.startsWith(`${below}/`) ? [file.slice(below.length + 1)] : []));
  let kept: ReadonlySet<string> | null = null;
  return {
    holds(name) {
      kept ??= new Set(names);
      return kept.has(name);
    },
    isPlain(isCut) {
      if (names.some(name => isOption(name) || (isCut && odd.test(name)))) return false;
      const found = survey(real);
      if (found === null || found.isPartial) return false;
      const leading = found.folders.flatMap(({at, links}) =>
        links.map(name => pathIn('', at, name)).filter(link => !isInside(pathIn(real, '', link))),
      );
      // What was not looked at may lead anywhere.
      const unsafe = [...leading, ...found.passedOver];
      return !names.some(name => unsafe.some(each => name === each || name.startsWith(`${each}/`)));
    },
  };
}
