/**
 * Finds lines whatever their indentation and trailing blanks, and gives new lines the indentation of the place: shifted
 * as the old ones were, in tabs or spaces as the file has them. Where the old lines do not show how, it does nothing.
 */
import {commonEnds} from './common-ends.js';

/** One line's leading tabs and spaces as the model wrote them and as the file has them. */
interface Pair {
  readonly given: string;
  readonly inFile: string;
}

/** The file's indentation for what the model gave; null where the pairs do not tell. */
type Reindent = (given: string) => string | null;

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

export const trimLine = (line: string): string => line.replace(/^[ \t]+|[ \t]+$/g, '');

const onlySpaces = (text: string): boolean => /^ *$/.test(text);
const onlyTabs = (text: string): boolean => /^\t*$/.test(text);

/** Spaces that one level may have. */
const widths = [2, 4, 8, 3, 1];

const toTabs =
  (width: number): Reindent =>
  text =>
    onlySpaces(text) && text.length % width === 0 ? '\t'.repeat(text.length / width) : null;
const toSpaces =
  (width: number): Reindent =>
  text =>
    onlyTabs(text) ? ' '.repeat(text.length * width) : null;
const scaled =
  (from: number, to: number): Reindent =>
  text =>
    onlySpaces(text) && text.length % from === 0 ? ' '.repeat((text.length / from) * to) : null;
const same: Reindent = text => text;

const between = widths.flatMap(from => widths.filter(to => to !== from).map(to => scaled(from, to)));
const retabbing: readonly Reindent[] = [...widths.map(toTabs), ...widths.map(toSpaces)];

/** How levels translate: the pairs' own way first, by what they have beyond the shallowest pair. */
function findLevels(pairs: readonly Pair[], base: Pair): Reindent | null {
  const below = pairs.map(({given, inFile}) => ({
    given: given.slice(base.given.length),
    inFile: inFile.slice(base.inFile.length),
  }));
  const fits = (levels: Reindent): boolean => below.every(({given, inFile}) => levels(given) === inFile);
  const whole = retabbing.find(levels => base.given !== '' && levels(base.given) === base.inFile && fits(levels));
  if (whole) return whole;
  const shown = [same, ...retabbing, ...between].find(fits) ?? null;
  if (shown !== same || below.some(({given}) => given !== '')) return shown;
  // All lines are equally deep: deeper ones are written as the file writes its own, if it can be told.
  const deeper = onlyTabs(base.inFile) && base.inFile !== '' ? onlyTabs : onlySpaces;
  return text => (deeper(text) ? text : null);
}

/** How the model's indentation becomes the file's, from lines that are the same but for it. */
function findReindent(pairs: readonly Pair[]): Reindent | null {
  const [first, ...others] = pairs;
  if (first === undefined) return null;
  const base = others.reduce((least, pair) => (pair.given.length < least.given.length ? pair : least), first);
  const startsAsBase = ({given, inFile}: Pair): boolean =>
    given.startsWith(base.given) && inFile.startsWith(base.inFile);
  const levels = pairs.every(startsAsBase) ? findLevels(pairs, base) : null;
  if (levels === null) return null;
  return given => {
    if (given.startsWith(base.given)) {
      const deeper = levels(given.slice(base.given.length));
      return deeper === null ? null : base.inFile + deeper;
    }
    // Less deep than anything that was replaced.
    if (levels(base.given) === base.inFile) return levels(given);
    if (base.inFile.endsWith(base.given)) return base.inFile.slice(0, -base.given.length) + given;
    const removed = base.given.endsWith(base.inFile) ? base.given.length - base.inFile.length : -1;
    return removed >= 0 && given.length >= removed ? given.slice(removed) : null;
  };
}

export const isBlank = (line: string): boolean => trimLine(line) === '';

/** Whether the old text began behind its first line's indentation, all other lines being indented as in the file. */
function beginsInside(given: readonly string[], inFile: readonly string[]): boolean {
  const [first, ...others] = given;
  return (
    first !== undefined &&
    others.some(line => !isBlank(line)) &&
    indentOf(first) === '' &&
    others.every((line, index) => isBlank(line) || indentOf(line) === indentOf(inFile[index + 1] ?? ''))
  );
}

/**
 * The lines `replacement`, meant for `given`, as they are to stand where the file has `inFile`, which is `given` but for
 * indentation and trailing blanks. Lines that `replacement` leaves as given stay as the file has them. Null if the
 * indentation of the others cannot be told.
 */
export function reindented(
  given: readonly string[],
  inFile: readonly string[],
  replacement: readonly string[],
): readonly string[] | null {
  const {before, after} = commonEnds(given, replacement);
  const changed = replacement.slice(before, replacement.length - after);
  const inside = beginsInside(given, inFile);
  const pairs = given.flatMap((line, index) =>
    isBlank(line) ? [] : [{given: indentOf(line), inFile: indentOf(inFile[index] ?? '')}],
  );
  const reindent = inside ? null : findReindent(pairs);
  const lines = changed.map((line, index) => {
    if (isBlank(line)) return line;
    const own = indentOf(line);
    const isFirst = before + index === 0;
    const indent = inside ? (isFirst && own === '' ? indentOf(inFile[0] ?? '') : own) : (reindent?.(own) ?? null);
    return indent === null ? null : indent + line.slice(own.length);
  });
  if (!lines.every(line => line !== null)) return null;
  return [...inFile.slice(0, before), ...lines, ...inFile.slice(inFile.length - after)];
}
