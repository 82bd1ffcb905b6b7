/**
 * Where a text that was not found may have been meant: the lines of a file most like it, with what the eye does not
 * see made visible. The work is linear in the file and bounded in what is compared.
 */
import {trimLine} from './indentation.js';
import {toShown} from './look-alikes.js';

/** A line found more often than this tells nothing about the place; of a word, so many places are looked at. */
const maxPlaces = 20;
const maxWantedLines = 200;
const maxShownLines = 12;
const maxShownCharacters = 200;
/** Words looked for when no line is found as it is, and characters of a line whose words are compared. */
const maxWords = 100;
const maxComparedCharacters = 400;
/** How much of the words two lines must share to be alike. */
const minLikeness = 0.4;

const blanks = new Map([
  ['\t', '→'],
  ['\r', '␍'],
  ['\u00a0', '⍽'],
  ['\u200b', '<U+200B>'],
  ['\ufeff', '<U+FEFF>'],
]);

function visible(line: string): string {
  const cut = line.length > maxShownCharacters ? `${line.slice(0, maxShownCharacters)}…` : line;
  return toShown(cut)
    .replace(/[\t\r\u00a0\u200b\ufeff]/g, blank => blanks.get(blank) ?? blank)
    .replace(/ +$/, spaces => '·'.repeat(spaces.length));
}

/** Index of the line where the text would begin by most of the lines that both have, or null. */
function byEqualLines(lines: readonly string[], wanted: readonly string[]): number | null {
  const places = new Map<string, number[]>(wanted.filter(line => line !== '').map(line => [line, []]));
  lines.forEach((line, index) => {
    const known = places.get(trimLine(line));
    // One more than counts, to know that there are too many.
    if (known && known.length <= maxPlaces) known.push(index);
  });
  const votes = new Map<number, number>();
  wanted.forEach((line, offset) => {
    const known = places.get(line) ?? [];
    if (known.length > maxPlaces) return;
    for (const index of known) votes.set(index - offset, (votes.get(index - offset) ?? 0) + 1);
  });
  let best: number | null = null;
  for (const [start, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = start;
  return best === null ? null : Math.max(0, best);
}

const wordsOf = (line: string): ReadonlySet<string> =>
  new Set(line.slice(0, maxComparedCharacters).match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []);

/** Shared words twice over all words: 1 for the same words, 0 for none. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

/** Where `word` is in the text, the first places. */
function placesOf(text: string, word: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at !== -1 && places.length < maxPlaces; at = text.indexOf(word, at + word.length)) {
    places.push(at);
  }
  return places;
}

/** The index of the line that has the character at `position`. */
function lineAt(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low;
}

/** Index of the line where the text would begin by the line that has most of its words, or null. */
function byWords(text: string, lines: readonly string[], wanted: readonly string[]): number | null {
  let length = 0;
  const starts = lines.map(line => {
    length += line.length + 1;
    return length - line.length - 1;
  });
  const looked = wanted.flatMap((line, offset) => {
    const words = wordsOf(line);
    return [...words].filter(word => word.length > 1).map(word => ({word, words, offset}));
  });
  let best: number | null = null;
  let most = minLikeness;
  for (const {word, words, offset} of looked.slice(0, maxWords)) {
    for (const place of placesOf(text, word)) {
      const index = lineAt(starts, place);
      const alike = likeness(words, wordsOf(lines[index] ?? ''));
      if (alike > most) [best, most] = [index - offset, alike];
    }
  }
  return best === null ? null : Math.max(0, best);
}

/**
 * The lines of `text` most like `wanted`, numbered; empty if nothing is like it. Line breaks of both are LF.
 */
export function closestRegion(text: string, wanted: string): string {
  const lines = text.split('\n');
  const wantedLines = wanted.split('\n').slice(0, maxWantedLines).map(trimLine);
  const start = byEqualLines(lines, wantedLines) ?? byWords(text, lines, wantedLines);
  if (start === null) return '';
  return numbered(lines, start, Math.max(wantedLines.length, 3));
}

/** The lines from index `start` on with their numbers, not too many of them. */
export function numbered(lines: readonly string[], start: number, count: number): string {
  return lines
    .slice(start, start + Math.min(count, maxShownLines))
    .map((line, index) => `${start + index + 1}\t${visible(line)}`)
    .join('\n');
}
