/**
 * Styled text as data: a line is a list of spans, wrapped by words and turned into a string with SGR sequences. Every
 * string that comes out is complete in itself (what it opens it closes), so the painter may rewrite any single line.
 */
import {graphemes, isNarrow, width} from './width.js';

/** A run of characters in one style. `style` holds SGR parameters such as `1;36`, or is empty. */
export interface Span {
  readonly text: string;
  readonly style: string;
  readonly link?: string;
}

export type Line = readonly Span[];

/** Where a line may break: at a line feed, at spaces, and beside every ideograph, kana or syllable block. */
const breaks = /(\n| +|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3])/;

export function span(text: string, style = ''): Span {
  return {text, style};
}

/** SGR parameters of both styles together. */
export function both(outer: string, inner: string): string {
  return outer && inner ? `${outer};${inner}` : outer || inner;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, {text}) => sum + width(text), 0);
}

/** The line as terminal text. */
export function toAnsi(line: Line): string {
  let ansi = '';
  for (const {text, style, link} of merged(line)) {
    const styled = style ? `\x1b[${style}m${text}\x1b[0m` : text;
    ansi += link ? `\x1b]8;;${link}\x1b\\${styled}\x1b]8;;\x1b\\` : styled;
  }
  return ansi;
}

/** Neighbours that look the same become one span. */
function merged(line: Line): Line {
  const spans: Span[] = [];
  for (const piece of line) {
    const last = spans.at(-1);
    if (last && last.style === piece.style && last.link === piece.link) {
      spans[spans.length - 1] = {...last, text: last.text + piece.text};
    } else spans.push(piece);
  }
  return spans;
}

/** Breaks a line at word ends so that each part takes at most `columns`; longer words are cut between characters. */
export function wrap(line: Line, columns: number): Span[][] {
  const limit = Math.max(1, columns);
  const whole = line.map(({text}) => text).join('');
  if (isNarrow(whole)) return narrowLines(whole, limit).map(([start, end]) => cutOut(line, start, end));
  const lines: Span[][] = [];
  let current: Span[] = [];
  let used = 0;
  let gap: Span[] = [];
  let word: Span[] = [];

  const breakLine = (): void => {
    lines.push(current);
    current = [];
    used = 0;
    gap = [];
  };
  const placeWord = (): void => {
    const wordWidth = lineWidth(word);
    const gapWidth = lineWidth(gap);
    if (used > 0 && used + gapWidth + wordWidth > limit) breakLine();
    if (gap.length > 0 && gapWidth < limit) {
      current.push(...gap);
      used += gapWidth;
    }
    gap = [];
    if (used + wordWidth <= limit) {
      current.push(...word);
      used += wordWidth;
    } else {
      for (const piece of word) placeCharacters(piece);
    }
    word = [];
  };
  const placeCharacters = (piece: Span): void => {
    let text = '';
    for (const grapheme of graphemes(piece.text)) {
      const columnsOfGrapheme = width(grapheme);
      if (used > 0 && used + columnsOfGrapheme > limit) {
        if (text) current.push({...piece, text});
        text = '';
        breakLine();
      }
      text += grapheme;
      used += columnsOfGrapheme;
    }
    if (text) current.push({...piece, text});
  };

  for (const piece of line) {
    for (const [index, text] of piece.text.split(breaks).entries()) {
      if (text === '') continue;
      const isBreak = index % 2 === 1;
      if (!isBreak) {
        word.push({...piece, text});
        continue;
      }
      if (word.length > 0) placeWord();
      if (text === '\n') breakLine();
      else if (text.startsWith(' ')) gap.push({...piece, text});
      else {
        word.push({...piece, text});
        placeWord();
      }
    }
  }
  if (word.length > 0) placeWord();
  lines.push(current);
  return lines;
}

/** Where the lines of a narrow text start and end, by the same rules: most text is such, and arithmetic is enough. */
function narrowLines(text: string, limit: number): readonly (readonly [number, number])[] {
  const lines: [number, number][] = [];
  let start = 0;
  let end = 0;
  for (const {0: word, index} of text.matchAll(/[^ ]+/g)) {
    const wordEnd = index + word.length;
    if (end > start && wordEnd - start > limit) {
      lines.push([start, end]);
      start = index;
    } else if (end === start && index - start >= limit) start = index;
    for (; wordEnd - start > limit; start += limit) lines.push([start, start + limit]);
    end = wordEnd;
  }
  lines.push([start, end]);
  return lines;
}

/** The part of a line between two positions, counted in UTF-16 units. */
function cutOut(line: Line, start: number, end: number): Span[] {
  const spans: Span[] = [];
  let offset = 0;
  for (const piece of line) {
    const text = piece.text.slice(Math.max(0, start - offset), Math.max(0, end - offset));
    if (text !== '') spans.push({...piece, text});
    offset += piece.text.length;
  }
  return spans;
}
