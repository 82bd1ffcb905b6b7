/**
 * Styled text as data: a line is a list of spans, wrapped by words and turned into a string with SGR sequences. Every
 * string that comes out is complete in itself (what it opens it closes), so the painter may rewrite any single line.
 */
import {graphemes, width} from './width.js';

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
        current.push({...piece, text});
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
