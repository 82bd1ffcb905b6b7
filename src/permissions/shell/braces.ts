/**
 * Brace expansion, which the shell does on the text of a word before all else: `{rm,-rf}`, `x{1..3}`. What is quoted or
 * belongs to a `$`-expansion is left alone. Too many words are not written out.
 */

/** More words than this are not worth looking at one by one. */
const maximumWords = 64;

/** The words that come of it, as source text; null: too many, or written so oddly that shells differ in it. */
export function expandBraces(text: string): readonly string[] | null {
  const words: string[] = [];
  return isBalanced(text) && expand('', text, words) ? words : null;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth >= 0; at = skip(text, at)) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
  }
  return depth === 0;
}

/** Puts what comes of `head` (done) and `rest` into `words`; false when it gives up. */
function expand(head: string, rest: string, words: string[]): boolean {
  const open = findOpening(rest);
  if (open === null) {
    words.push(head + rest);
    return words.length <= maximumWords;
  }
  const {start, end, choices} = open;
  const before = head + rest.slice(0, start);
  if (choices === null) return false;
  for (const choice of choices) {
    const inner = expandBraces(choice);
    if (inner === null) return false;
    for (const each of inner) if (!expand(before + each, rest.slice(end), words)) return false;
  }
  return true;
}

interface Opening {
  readonly start: number;
  readonly end: number;
  /** Null: it looks like a range and is none. */
  readonly choices: readonly string[] | null;
}

/** The first brace that expands, or null. */
function findOpening(text: string): Opening | null {
  for (let at = 0; at < text.length; at = skip(text, at)) {
    if (text[at] !== '{' || text[at - 1] === '$') continue;
    const group = readGroup(text, at);
    if (group) return group;
  }
  return null;
}

/** A brace that closes before there was a comma or `..` is an ordinary character. */
function readGroup(text: string, start: number): Opening | null {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  let hasDots = false;
  let hasComma = false;
  for (let at = start + 1; at < text.length; at = skip(text, at)) {
    const character = text[at];
    hasComma ||= character === ',';
    if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (depth > 0) continue;
    else if (character === ',') {
      choices.push(text.slice(from, at));
      from = at + 1;
    } else if (text.startsWith('..', at) && text[at + 2] !== '}') hasDots = true;
    else if (character === '}' && (choices.length > 0 || hasDots)) {
      const last = text.slice(from, at);
      // Any comma makes it a list, be it in a brace within, which may then be a list of one.
      return {start, end: at + 1, choices: hasComma ? [...choices, last] : expandRange(last)};
    }
  }
  return null;
}

/** `1..3`, `a..e`, `1..9..2`. */
function expandRange(text: string): readonly string[] | null {
  const [, first, last, by] = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return null;
  const numbers = /\d$/.test(first) && /\d$/.test(last);
  if (!numbers && (/\d$/.test(first) || /\d$/.test(last))) return null;
  const [start, end] = numbers ? [Number(first), Number(last)] : [first.charCodeAt(0), last.charCodeAt(0)];
  const step = Math.max(1, Math.abs(Number(by ?? 1)));
  const count = Math.floor(Math.abs(end - start) / step) + 1;
  if (!Number.isSafeInteger(count) || count > maximumWords + 1) return Array(maximumWords + 1).fill('');
  const width = numbers && /^-?0\d|^-?\d+\.\.-?0\d/.test(text) ? Math.max(first.length, last.length) : 0;
  return Array.from({length: count}, (_, index) => {
    const value = start + (end < start ? -step : step) * index;
    return numbers ? padded(value, width) : escaped(String.fromCharCode(value));
  });
}

const padded = (value: number, width: number): string =>
  value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');

/** Between `Z` and `a` lie characters that the shell would read. */
const escaped = (character: string): string => (/[A-Za-z]/.test(character) ? character : `\\${character}`);

/** Where to look next: past a quoted or `$`-expanded part that starts here. */
function skip(text: string, at: number): number {
  const character = text[at];
  if (character === '\\') return at + 2;
  if (character === "'") return after(text, "'", at + 1);
  if (character === '"' || character === '`') return pastQuoted(text, character, at + 1);
  if (character === '$' && text[at + 1] === "'") return pastQuoted(text, "'", at + 2);
  if (/[$<>]/.test(character ?? '') && text[at + 1] === '(') return pastNested(text, '(', ')', at + 2);
  if (character === '$' && text[at + 1] === '{') return pastNested(text, '{', '}', at + 2);
  return at + 1;
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  return found < 0 ? text.length : found + 1;
}

/** In double quotes and backticks a `$( )` may hold the closing character. */
function pastQuoted(text: string, close: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== close) {
    at = text[at] === '\\' ? at + 2 : close === '"' && text[at] === '$' ? skip(text, at) : at + 1;
  }
  return at + 1;
}

function pastNested(text: string, open: string, close: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < text.length && depth > 0) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    at = text[at] === open || text[at] === close ? at + 1 : skip(text, at);
  }
  return at;
}
