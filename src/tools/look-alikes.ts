/**
 * Characters that models write for others: straight quotes for curly ones, a hyphen for a dash, a blank for a no-break
 * space, what Read shows for a byte that is no text. Folding makes look-alikes equal, one character for one; a
 * replacement then keeps the characters and the quotation marks of the place it goes to.
 */
import {commonEnds} from './common-ends.js';
import {windowsCharacter} from './text-encoding.js';

const quotes = {"'": '‘’‚‛′', '"': '“”„‟″'};

/** What stands for what: each of the characters on the right folds to the one on the left. */
const groups: readonly (readonly [plain: string, lookAlikes: string])[] = [
  ...Object.entries(quotes),
  ['-', '‐‑‒–—―−'],
  [' ', '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'],
  ['\0', '␀'],
];
const plainOf = new Map(groups.flatMap(([plain, others]) => [...others].map(other => [other, plain])));
const foldable = new RegExp(`[${groups.map(([, others]) => others).join('')}]`, 'g');
const quote = new RegExp(`[${Object.entries(quotes).flat().join('')}]`, 'g');
/** Stray bytes, as decoding leaves them. */
const stray = /[\udc80-\udcff]/gu;

const unstray = (text: string): string =>
  text.replace(stray, character => windowsCharacter(character.charCodeAt(0) - 0xdc00));

/** The text with every look-alike as the plain character of its group. Its length and its lines stay. */
export const fold = (text: string): string =>
  unstray(text).replace(foldable, character => plainOf.get(character) ?? character);

/** The text as a model may be shown it: no stray bytes, no NUL, no half of a surrogate pair. */
export const toShown = (text: string): string =>
  unstray(text)
    .replaceAll('\0', '␀')
    .replace(/\p{Surrogate}/gu, '\ufffd');

/** Whether a quotation mark after `previous` opens: at the start, after a blank, a bracket or a dash. */
const opens = (previous: string | undefined): boolean => previous === undefined || /[\s([{<—–-]/.test(previous);

/** The mark that a text which uses the marks `used` would have for `mark`, or `mark` itself if they do not tell. */
function inStyle(mark: string, used: readonly string[], previous: string | undefined): string {
  const [open, close] = fold(mark) === '"' ? ['“', '”'] : ['‘', '’'];
  const alike = used.filter(other => fold(other) === fold(mark));
  const [first] = alike;
  if (first === undefined) return mark;
  if (alike.every(other => other === open || other === close)) return opens(previous) ? open : close;
  return alike.every(other => other === first) ? first : mark;
}

/**
 * `replacement` as the place `replaced` would have it, which folds to the same as the text the model asked to replace:
 * lines that both have at their ends stay as they are, and so does what the lines between have in common at theirs; the
 * quotation marks of the rest are those of the place.
 */
export function inStyleOf(replaced: string, replacement: string): string {
  const [from, to] = [replaced.split('\n'), replacement.split('\n')];
  const {before, after} = commonEnds(from.map(fold), to.map(fold));
  const used = replaced.match(quote) ?? [];
  const changed = to.slice(before, to.length - after).join('\n');
  const middle = styled(from.slice(before, from.length - after).join('\n'), changed, used);
  const kept = before + after < to.length ? middle.split('\n') : [];
  return [...from.slice(0, before), ...kept, ...from.slice(from.length - after)].join('\n');
}

function styled(replaced: string, replacement: string, used: readonly string[]): string {
  const {before, after} = commonEnds(fold(replaced), fold(replacement));
  const middle = replacement.slice(before, replacement.length - after);
  const marked = middle.replace(quote, (mark, index: number) =>
    inStyle(mark, used, index > 0 ? middle[index - 1] : replaced[before - 1]),
  );
  return replaced.slice(0, before) + marked + replaced.slice(replaced.length - after);
}
