/**
 * The difference of two versions of a file for a person: hunks with three lines around and true line numbers. The work
 * follows the part that changed, not the file, and what is shown is bounded.
 */
import type {DiffLine, FileDiff} from '../core/types.js';
import {toShown} from './look-alikes.js';

const contextLines = 3;
/** Beyond this many changed lines the middle is shown as removed and added; finding the least change is quadratic. */
const maxEditLength = 1_000;
const maxShownLines = 500;
const maxShownCharacters = 500;

/** A run of lines that were kept, removed or added, with their line breaks. */
interface Run {
  readonly type: DiffLine['type'];
  readonly lines: readonly string[];
}

/** Lines with their breaks: a last line without one differs from one with it. */
const splitLines = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Where the line begins that has the character at `index`. */
const lineStart = (text: string, index: number): number => (index <= 0 ? 0 : text.lastIndexOf('\n', index - 1) + 1);

/** How long the whole lines are that two texts share at the beginning, and then at the end. */
function sharedEnds(before: string, after: string): {readonly head: number; readonly tail: number} {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  const head = lineStart(before, same);
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  // The line that the common tail begins in may differ before it.
  const firstBreak = tail === 0 ? -1 : before.indexOf('\n', before.length - tail);
  return {head, tail: firstBreak === -1 ? 0 : before.length - firstBreak - 1};
}

async function runsOf(before: readonly string[], after: readonly string[]): Promise<readonly Run[]> {
  const whole: readonly Run[] = [
    {type: 'removed', lines: before},
    {type: 'added', lines: after},
  ];
  if (before.length === 0 || after.length === 0) return whole;
  const {diffArrays} = await import('diff');
  const changes = diffArrays([...before], [...after], {maxEditLength});
  return (
    changes?.map(({added, removed, value}) => ({type: added ? 'added' : removed ? 'removed' : 'kept', lines: value})) ??
    whole
  );
}

function bounded(text: string): string {
  const hidden = text.length - maxShownCharacters;
  return hidden > 0 ? `${text.slice(0, maxShownCharacters)}… +${hidden} characters` : text;
}

function* numbered(runs: readonly Run[], firstLine: number): Generator<DiffLine> {
  let before = firstLine;
  let after = firstLine;
  for (const {type, lines} of runs) {
    for (const line of lines) {
      const text = bounded(toShown(line.replace(/\r?\n$/, '')));
      if (type === 'kept') yield {type, text, before: before++, after: after++};
      else if (type === 'removed') yield {type, text, before: before++};
      else yield {type, text, after: after++};
    }
  }
}

/** Runs of changed lines with their context; neighbours whose contexts touch are one. */
function toHunks(lines: readonly DiffLine[]): readonly (readonly DiffLine[])[] {
  const hunks: DiffLine[][] = [];
  let lastShown = -1;
  lines.forEach((line, index) => {
    if (line.type === 'kept' || index <= lastShown - contextLines) return;
    const from = Math.max(lastShown + 1, index - contextLines);
    const to = Math.min(lines.length - 1, index + contextLines);
    const piece = lines.slice(from, to + 1);
    const hunk = hunks.at(-1);
    if (hunk && from === lastShown + 1) hunk.push(...piece);
    else hunks.push([...piece]);
    lastShown = to;
  });
  return hunks;
}

const countLines = (runs: readonly Run[], type: Run['type']): number =>
  runs.reduce((sum, run) => sum + (run.type === type ? run.lines.length : 0), 0);

/** The lines before `end`, as many as context has. */
function linesBefore(text: string, end: number): readonly string[] {
  let start = end;
  for (let line = 0; line < contextLines; line++) start = lineStart(text, start - 1);
  return splitLines(text.slice(start, end));
}

function linesAfter(text: string, start: number): readonly string[] {
  let end = start;
  for (let line = 0; line < contextLines && end < text.length; line++) {
    const lineBreak = text.indexOf('\n', end);
    end = lineBreak === -1 ? text.length : lineBreak + 1;
  }
  return splitLines(text.slice(start, end));
}

function countBreaks(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** What changes between two texts; `path` is as it is to be shown. */
export async function diffFile(path: string, before: string, after: string): Promise<FileDiff> {
  const {head, tail} = sharedEnds(before, after);
  const end = before.length - tail;
  const runs = await runsOf(splitLines(before.slice(head, end)), splitLines(after.slice(head, after.length - tail)));
  const leading = linesBefore(before, head);
  const around: readonly Run[] = [
    {type: 'kept', lines: leading},
    ...runs,
    {type: 'kept', lines: linesAfter(before, end)},
  ];
  const lines = [...numbered(around, countBreaks(before, head) - leading.length + 1)].slice(0, maxShownLines);
  return {path, added: countLines(runs, 'added'), removed: countLines(runs, 'removed'), hunks: toHunks(lines)};
}

/** "+2 −1", and how many of the lines a bounded diff shows. */
export function summarize({added, removed, hunks}: FileDiff): string {
  const shown = hunks.flat().filter(({type}) => type !== 'kept').length;
  const cut = shown < added + removed ? ` (the first ${shown} changed lines shown)` : '';
  return `+${added} −${removed}${cut}`;
}
