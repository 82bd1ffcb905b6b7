/**
 * Text as if every line ended in LF, with the way back; and new text given the line endings of the place it goes to.
 *
 * LF and CRLF end a line. A lone CR, U+2028, form feed and the like are characters of their line.
 */
import {commonEnds} from './common-ends.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface LfView {
  /** The text with every CRLF as LF. */
  readonly text: string;
  /** Whether there is a CRLF at all. */
  readonly hasCrlf: boolean;
  /** The span of the original text that a span of the view stands for; it never halves a CRLF. */
  toOriginal(span: Span): Span;
}

/** How many of the ascending `positions` lie below `index`. */
function countBelow(positions: readonly number[], index: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? 0) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function toLfView(original: string): LfView {
  if (!original.includes('\r\n')) return {text: original, hasCrlf: false, toOriginal: span => span};
  /** Where in the view a line break stands for two characters. */
  const doubles: number[] = [];
  for (let at = original.indexOf('\r\n'); at !== -1; at = original.indexOf('\r\n', at + 2)) {
    doubles.push(at - doubles.length);
  }
  const toIndex = (index: number): number => index + countBelow(doubles, index);
  return {
    text: original.replaceAll('\r\n', '\n'),
    hasCrlf: true,
    toOriginal: ({start, end}) => ({start: toIndex(start), end: toIndex(end)}),
  };
}

type LineBreak = '\n' | '\r\n';

const breaksOf = (text: string): readonly LineBreak[] => (text.match(/\r?\n/g) ?? []) as LineBreak[];

/** The line break that ends the line at `index`, or the one before it, or null in a file of one line. */
function breakAround(text: string, index: number): LineBreak | null {
  const next = text.indexOf('\n', index);
  const at = next === -1 ? text.lastIndexOf('\n', index) : next;
  if (at === -1) return null;
  return text[at - 1] === '\r' ? '\r\n' : '\n';
}

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/);

/**
 * `replacement` with its bare LFs turned into the line breaks of the place `span` of `text`, which has CRLFs: a line that stays keeps
 * its own, a changed line takes that of the line it replaces, a further line that of its neighbour.
 */
export function withEndingsOf(text: string, span: Span, replacement: string): string {
  if (!replacement.includes('\n')) return replacement;
  const replaced = text.slice(span.start, span.end);
  const [oldBreaks, newBreaks] = [breaksOf(replaced), breaksOf(replacement)];
  const {after} = commonEnds(linesOf(replaced), linesOf(replacement));
  // The last line has no break in the span, so the last n lines have n - 1.
  const keptAtEnd = Math.max(0, after - 1);
  const firstBreaks = oldBreaks.slice(0, oldBreaks.length - keptAtEnd);
  const further = firstBreaks.at(-1) ?? breakAround(text, span.end) ?? '\n';
  const breakFor = (index: number): LineBreak => {
    const fromEnd = newBreaks.length - index;
    return (fromEnd <= keptAtEnd ? oldBreaks.at(-fromEnd) : firstBreaks[index]) ?? further;
  };
  let index = 0;
  return replacement.replace(/\r?\n/g, given => {
    const own = breakFor(index++);
    return given === '\r\n' ? given : own;
  });
}
