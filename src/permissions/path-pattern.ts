/**
 * Patterns for paths as rules have them, after gitignore: `*` and `?` stay within a name, `**` is any folders, a pattern
 * without a slash fits at every depth, and what fits a folder fits everything in it. `//x` is absolute, `~/x` at home, `/x`
 * at the base of the rule's source, `./x` and `a/b` where the agent works. Braces divide alternatives.
 *
 * Matching never backtracks over more than one star at a time, so that no pattern can be slow.
 */

/** What a pattern is relative to. `name`: fits at every depth. */
export type Anchor = 'root' | 'home' | 'base' | 'here' | 'name';

export interface PathPattern {
  readonly anchor: Anchor;
  /** One list of names for each alternative of the braces. */
  readonly alternatives: readonly (readonly string[])[];
}

const mostAlternatives = 64;

/** Reads a pattern, or says what is wrong with it. */
export function parsePattern(text: string): PathPattern | {readonly problem: string} {
  if (text.trim() === '') return {problem: 'its pattern is empty'};
  if (text.startsWith('!')) return {problem: 'a rule cannot take back another: it begins with "!"'};
  if (text.includes('\0')) return {problem: 'it holds a NUL character'};
  const expanded = expandBraces(text);
  if (expanded.length > mostAlternatives) return {problem: `its braces come to more than ${mostAlternatives} patterns`};
  const anchors = expanded.map(anchorOf);
  const [anchor = 'name'] = anchors;
  if (anchors.some(other => other !== anchor)) return {problem: 'its braces begin in different places'};
  const alternatives = expanded.map(toNames);
  if (alternatives.some(names => names.includes('..'))) return {problem: 'it holds ".."'};
  return {anchor, alternatives};
}

function anchorOf(text: string): Anchor {
  if (text.startsWith('//')) return 'root';
  if (text === '~' || text.startsWith('~/')) return 'home';
  if (text.startsWith('/')) return 'base';
  const isDeep = text.startsWith('./') || text === '.' || /\/[^/]/.test(text);
  return isDeep ? 'here' : 'name';
}

function toNames(text: string): readonly string[] {
  const anchor = anchorOf(text);
  const names = text
    .replace(/^~/, '')
    .split('/')
    .filter(name => name !== '' && name !== '.');
  return anchor === 'name' ? ['**', ...names] : names;
}

/** `a{b,c}` as `ab` and `ac`, also nested; braces without a comma or without an end are meant literally. */
function expandBraces(text: string): readonly string[] {
  const group = firstGroup(text);
  if (!group) return [text];
  const [before, after] = [text.slice(0, group.start), text.slice(group.end + 1)];
  const expanded: string[] = [];
  for (const option of group.options) {
    expanded.push(...expandBraces(before + option + after));
    if (expanded.length > mostAlternatives) break;
  }
  return expanded;
}

function firstGroup(text: string) {
  for (let start = 0; start < text.length; start += 1) {
    if (text[start] === '\\') start += 1;
    else if (text[start] === '{') {
      const group = groupAt(text, start);
      if (group) return group;
    }
  }
  return null;
}

function groupAt(text: string, start: number) {
  const options: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === '}' || (char === ',' && depth === 1)) {
      if (char === '}') depth -= 1;
      if (depth > 0 && char === '}') continue;
      options.push(text.slice(from, at));
      from = at + 1;
      if (depth === 0) return options.length > 1 ? {start, end: at, options} : null;
    }
  }
  return null;
}

/** A text as a pattern that fits nothing else. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]{}()!]/g, '\\$&');

/** The names before the first that holds a wildcard, with their backslashes resolved. */
export function literalPart(names: readonly string[]): readonly string[] {
  const end = names.findIndex(name => /[*?[]/.test(name.replace(/\\./g, '')));
  return (end === -1 ? names : names.slice(0, end)).map(unescaped);
}

const unescaped = (name: string): string => name.replace(/\\(.)/g, '$1');

/** How names are compared: as they are, or where the file system takes two spellings for one. */
export const toComparable = (text: string, ignoreCase: boolean): string =>
  ignoreCase ? text.normalize('NFC').toLowerCase() : text;

type NameTest = '**' | ((name: string) => boolean);

/** Whether an absolute path lies in `folder` and fits the names from there, or lies in what fits. */
export function createMatcher(
  folder: string,
  names: readonly string[],
  ignoreCase: boolean,
): (path: string) => boolean {
  const base = toComparable(folder === '/' ? '' : folder, ignoreCase);
  // What fits a folder fits all in it.
  const tests = [...names, '**'].map(name => toNameTest(toComparable(name, ignoreCase)));
  return path => {
    const given = path === '/' ? '' : toComparable(path, ignoreCase);
    if (given === base) return fits(tests, []);
    return given.startsWith(`${base}/`) && fits(tests, given.slice(base.length + 1).split('/'));
  };
}

const toNameTest = (name: string): NameTest => (/^\*{2,}$/.test(name) ? '**' : createNameTest(name));

/** Whether a whole name fits a pattern without slashes. */
export function createNameTest(name: string): (name: string) => boolean {
  if (!/[*?[\\]/.test(name)) return given => given === name;
  const tokens = toTokens(name);
  return given => matches(tokens, [...given], (token, char) => token !== '*' && token(char));
}

const fits = (tests: readonly NameTest[], names: readonly string[]): boolean =>
  matches(
    tests.map(test => (test === '**' ? '*' : test)),
    names,
    (test, name) => test !== '*' && test(name),
  );

type Token = '*' | ((char: string) => boolean);

/** The classic way to match stars: after a mismatch, the last star takes one more. */
function matches<Test, Item>(
  tests: readonly ('*' | Test)[],
  items: readonly Item[],
  holds: (test: '*' | Test, item: Item) => boolean,
): boolean {
  let [test, item, star, taken] = [0, 0, -1, 0];
  while (item < items.length) {
    const current = tests[test];
    if (current === '*') {
      star = test;
      taken = item;
      test += 1;
    } else if (current !== undefined && holds(current, items[item] as Item)) {
      test += 1;
      item += 1;
    } else if (star >= 0) {
      taken += 1;
      test = star + 1;
      item = taken;
    } else return false;
  }
  return tests.slice(test).every(each => each === '*');
}

function toTokens(name: string): readonly Token[] {
  const tokens: Token[] = [];
  const chars = [...name];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else if (char === '?') tokens.push(() => true);
    else if (char === '\\' && at + 1 < chars.length) {
      at += 1;
      const escaped = chars[at];
      tokens.push(given => given === escaped);
    } else {
      const set = char === '[' ? readSet(chars, at) : null;
      tokens.push(set ? set.test : given => given === char);
      if (set) at = set.end;
    }
  }
  return tokens;
}

/** `[abc]`, `[a-z]`, `[!a]`; without an end it is meant literally. */
function readSet(chars: readonly string[], start: number): {test: (char: string) => boolean; end: number} | null {
  const isNegated = chars[start + 1] === '!' || chars[start + 1] === '^';
  const first = start + (isNegated ? 2 : 1);
  const end = chars.indexOf(']', first + 1);
  if (end === -1) return null;
  const members = chars.slice(first, end).filter((char, at) => char !== '\\' || at === end - first - 1);
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? '';
    const high = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) at += 2;
  }
  return {test: char => ranges.some(([low, high]) => char >= low && char <= high) !== isNegated, end};
}
