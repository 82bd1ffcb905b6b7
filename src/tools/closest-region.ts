/**
 * Where a text that was not found may have been meant: the lines of a file most like it, with what the eye does not
 * see made visible. The work is linear in the file and bounded in what is compared.
 */
import {trimLine} from './indentation.js';
import {toShown} from './look-alikes.js';

/** A line found more often than this tells nothing about the place. */
const maxPlaces = 20;
const maxWantedLines = 200;
const maxShownLines = 12;
const maxShownCharacters = 200;
/** Lines compared word by word, and characters of each, when no line is found as it is. */
const maxCompared = 20_000;
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

/** Index of the line most like the longest line of the text, or null. */
function byLikeLine(lines: readonly string[], wanted: readonly string[]): number | null {
  const longest = wanted.reduce((most, line) => (line.length > most.length ? line : most), '');
  const offset = wanted.indexOf(longest);
  const words = wordsOf(longest);
  let best: number | null = null;
  let most = minLikeness;
  lines.slice(0, maxCompared).forEach((line, index) => {
    const alike = likeness(words, wordsOf(line));
    if (alike > most) [best, most] = [index, alike];
  });
  return best === null ? null : Math.max(0, best - offset);
}

/**
 * The lines of `text` most like `wanted`, numbered; empty if nothing is like it. Line breaks of both are LF.
 */
export function closestRegion(text: string, wanted: string): string {
  const lines = text.split('\n');
  const wantedLines = wanted.split('\n').slice(0, maxWantedLines).map(trimLine);
  const start = byEqualLines(lines, wantedLines) ?? byLikeLine(lines, wantedLines);
  if (start === null) return '';
  return lines
    .slice(start, start + Math.min(Math.max(wantedLines.length, 3), maxShownLines))
    .map((line, index) => `${start + index + 1}\t${visible(line)}`)
    .join('\n');
}
