/**
 * Replaces one text in another, or says why not. The exact text comes first; if it is not there, the same text with
 * other line endings, with look-alike characters, with other indentation or trailing blanks, the last two only where
 * one single place fits. Outside the places replaced no character changes.
 */
import {isBlank, reindented, trimLine} from './indentation.js';
import {type LfView, type Span, toLfView, withEndingsOf} from './line-endings.js';
import {fold, inStyleOf} from './look-alikes.js';

export interface ReplaceRequest {
  readonly oldText: string;
  readonly newText: string;
  readonly all: boolean;
}

/** What old and found text differed in, if in anything. */
export type Tolerance = 'nothing' | 'line endings' | 'look-alike characters' | 'indentation or trailing blanks';

export type Replacement =
  | {readonly type: 'replaced'; readonly text: string; readonly count: number; readonly despite: Tolerance}
  | {readonly type: 'ambiguous'; readonly count: number; readonly despite: Tolerance}
  | {readonly type: 'missing'}
  | {readonly type: 'too large'};

/** Characters of a text that can still be handled, a quarter of what a string can hold. */
const maxCharacters = 2 ** 27;

interface Place extends Span {
  /** What comes there. */
  readonly text: string;
}

const toLf = (text: string): string => text.replaceAll('\r\n', '\n');

/** The places of `wanted`, left to right, without overlap. */
function findAll(text: string, wanted: string): readonly Span[] {
  const spans: Span[] = [];
  for (let start = text.indexOf(wanted); start !== -1; start = text.indexOf(wanted, start + wanted.length)) {
    spans.push({start, end: start + wanted.length});
  }
  return spans;
}

function put(text: string, places: readonly Place[], despite: Tolerance): Replacement {
  const grown = places.reduce((sum, place) => sum + place.text.length - (place.end - place.start), text.length);
  if (grown > maxCharacters) return {type: 'too large'};
  const parts: string[] = [];
  let end = 0;
  for (const place of places) {
    parts.push(text.slice(end, place.start), place.text);
    end = place.end;
  }
  return {type: 'replaced', text: parts.join('') + text.slice(end), count: places.length, despite};
}

/** `replacement` at the place `span` of the text, with the line endings of the place. */
const toPlace = (text: string, {hasCrlf}: LfView, span: Span, replacement: string): Place => ({
  ...span,
  text: hasCrlf ? withEndingsOf(text, span, replacement) : replacement,
});

/** As `toPlace`, for a span of the view. */
const fromView = (text: string, view: LfView, span: Span, replacement: string): Place =>
  toPlace(text, view, view.toOriginal(span), replacement);

function replaceExact(text: string, view: LfView, {oldText, newText, all}: ReplaceRequest): Replacement {
  const namesReturns = oldText.includes('\r');
  // An LF is not found within a CRLF: half of a line break is no text.
  const spans = findAll(text, oldText).filter(({start}) => !(oldText.startsWith('\n') && text[start - 1] === '\r'));
  if (spans.length > 1 && !all) return {type: 'ambiguous', count: spans.length, despite: 'nothing'};
  // With replace_all and CRLF about, the view finds these places and those with the other line ending.
  if (spans.length === 0 || (all && !namesReturns && view.hasCrlf)) return {type: 'missing'};
  const places = spans.map(span => (namesReturns ? {...span, text: newText} : toPlace(text, view, span, newText)));
  return put(text, places, 'nothing');
}

function replaceInView(text: string, view: LfView, {oldText, newText, all}: ReplaceRequest): Replacement {
  const spans = findAll(view.text, toLf(oldText));
  const despite = oldText.includes('\n') ? 'line endings' : 'nothing';
  if (spans.length > 1 && !all) return {type: 'ambiguous', count: spans.length, despite};
  if (spans.length === 0) return {type: 'missing'};
  const replacement = oldText.includes('\r') ? toLf(newText) : newText;
  return put(
    text,
    spans.map(span => fromView(text, view, span, replacement)),
    despite,
  );
}

function replaceLookAlike(text: string, view: LfView, {oldText, newText}: ReplaceRequest): Replacement {
  const despite = 'look-alike characters';
  const spans = findAll(fold(view.text), fold(toLf(oldText)));
  const [span] = spans;
  if (span === undefined) return {type: 'missing'};
  if (spans.length > 1) return {type: 'ambiguous', count: spans.length, despite};
  const replacement = inStyleOf(view.text.slice(span.start, span.end), toLf(newText));
  return put(text, [fromView(text, view, span, replacement)], despite);
}

/** How often `wanted` is in `text`, places that overlap included. */
function countOverlapping(text: string, wanted: string): number {
  let count = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) count++;
  return count;
}

const countBreaks = (text: string): number => text.split('\n').length - 1;

function replaceLines(text: string, view: LfView, {oldText, newText}: ReplaceRequest): Replacement {
  const despite = 'indentation or trailing blanks';
  const withBreak = oldText.endsWith('\n');
  const keepsBreak = withBreak && newText.endsWith('\n');
  const given = toLf(withBreak ? oldText.replace(/\r?\n$/, '') : oldText).split('\n');
  if (given.every(isBlank)) return {type: 'missing'};
  const lines = view.text.split('\n');
  const haystack = `\n${lines.map(trimLine).join('\n')}\n`;
  const needle = `\n${given.map(trimLine).join('\n')}\n`;
  const at = haystack.indexOf(needle);
  if (at === -1) return {type: 'missing'};
  const count = countOverlapping(haystack, needle);
  if (count > 1) return {type: 'ambiguous', count, despite};
  const first = countBreaks(haystack.slice(0, at));
  const inFile = lines.slice(first, first + given.length);
  const isLast = first + given.length === lines.length;
  if (withBreak && isLast) return {type: 'missing'};
  const start = lines.slice(0, first).reduce((sum, line) => sum + line.length + 1, 0);
  const end = start + inFile.join('\n').length + (withBreak && !keepsBreak ? 1 : 0);
  const replacement = toLf(keepsBreak ? newText.replace(/\r?\n$/, '') : newText).split('\n');
  const fitted = reindented(given, inFile, replacement);
  if (fitted === null) return {type: 'missing'};
  return put(text, [fromView(text, view, {start, end}, fitted.join('\n'))], despite);
}

/** `oldText` must not be empty. */
export function replaceText(text: string, request: ReplaceRequest): Replacement {
  const view = toLfView(text);
  const attempts = [
    () => replaceExact(text, view, request),
    () => replaceInView(text, view, request),
    ...(request.all ? [] : [() => replaceLookAlike(text, view, request), () => replaceLines(text, view, request)]),
  ];
  for (const attempt of attempts) {
    const outcome = attempt();
    if (outcome.type !== 'missing') return outcome;
  }
  return {type: 'missing'};
}
