/**
 * What a shell puts in the place of a pattern: the names that are there now. Only what every shell takes alike is answered;
 * for the rest it is not known what the pattern means.
 */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {createNameTest} from './path-pattern.js';

/** More names than this nobody means to judge one by one. */
const mostNames = 500;

/** The names, [] if nothing fits; undefined: not known. @param pattern relative to the folder, or absolute. */
export function expandGlob(pattern: string, folder: string): readonly string[] | undefined {
  if (!/^[^[\]{}()\\!+@]*$/.test(pattern)) return undefined;
  const isAbsolute = pattern.startsWith('/');
  let found: readonly string[] = [isAbsolute ? '/' : ''];
  try {
    for (const part of pattern.split('/').filter(Boolean)) {
      found = found.flatMap(start => step(start, part, folder));
      if (found.length > mostNames) return undefined;
    }
  } catch {
    return undefined;
  }
  return found;
}

const absent = new Set(['ENOENT', 'ENOTDIR']);

function step(start: string, part: string, folder: string): readonly string[] {
  const before = start === '' || start.endsWith('/') ? start : `${start}/`;
  if (!/[*?]/.test(part)) return [before + part];
  const fits = createNameTest(part);
  return namesIn(start.startsWith('/') ? start : join(folder, start))
    .filter(name => fits(name) && (part.startsWith('.') || !name.startsWith('.')))
    .map(name => before + name);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && absent.has(String(error.code))) return [];
    throw error;
  }
}
