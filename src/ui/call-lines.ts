/** A tool call as lines: state, tool, subject, time; below it the diff or the folded output. */

import {diffLines} from './diff-lines.js';
import {count, duration, plural} from './format.js';
import type {CallItem, CallState} from './items.js';
import {clean, cleanLine} from './text/clean.js';
import {truncate, width} from './text/width.js';
import {paint, type StyleName, type Theme} from './theme.js';

export interface CallLayout {
  readonly columns: number;
  readonly theme: Theme;
  /** The glyph of what runs, at this frame. */
  readonly spinner: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Of folded output, this many lines from its beginning and its end are shown. */
const headLines = 3;
const tailLines = 5;
/** Of a finished diff, likewise. */
const diffHead = 40;
const diffTail = 10;

export function callLines(call: CallItem, layout: CallLayout): string[] {
  const {columns, theme} = layout;
  return [headLine(call, layout), ...detailLines(call, columns - 4, theme).map(line => (line ? `    ${line}` : line))];
}

function headLine(call: CallItem, {columns, theme, spinner, now}: CallLayout): string {
  const {styles, glyphs} = theme;
  const mark = stateMark(call.state, theme, spinner);
  const time = timeOf(call, now);
  const summary = summaryOf(call);
  const aside = summary ? ` ${glyphs.dot} ${truncate(summary, Math.max(12, columns >> 1), glyphs.ellipsis)}` : '';
  const room = columns - 3 - width(mark) - width(call.tool) - 1 - width(aside) - (time ? width(time) + 2 : 0);
  const title = truncate(cleanLine(call.title.slice(0, columns * 4)), Math.max(0, room), glyphs.ellipsis);
  const asideStyle = call.state === 'failed' || call.state === 'denied' ? styles.bad : styles.dim;
  const left = `  ${mark} ${paint(styles.bold, cleanLine(call.tool))}${title ? ` ${title}` : ''}${paint(asideStyle, aside)}`;
  return time ? `${left}  ${paint(styles.dim, time)}` : left;
}

function stateMark(state: CallState, {styles, glyphs}: Theme, spinner: string): string {
  const marks: Readonly<Record<CallState, readonly [StyleName, string]>> = {
    preparing: ['dim', glyphs.queued],
    queued: ['dim', glyphs.queued],
    asking: ['waiting', glyphs.asks],
    running: ['accent', spinner],
    ok: ['good', glyphs.done],
    failed: ['bad', glyphs.failed],
    denied: ['bad', glyphs.failed],
    interrupted: ['dim', glyphs.stopped],
  };
  const [style, glyph] = marks[state];
  return paint(styles[style], glyph);
}

function summaryOf({state, isRefused, display, inputLength}: CallItem): string {
  if (state === 'preparing') return inputLength > 200 ? `${count(inputLength)} characters` : '';
  // What the model was told is not for the person who said it.
  if (state === 'denied' && isRefused) return 'you said no';
  const summary = cleanLine(display?.summary ?? '');
  if (state === 'denied') return summary || 'not allowed';
  return state === 'interrupted' ? summary || 'interrupted' : summary;
}

/** Shown from a second on; a call that takes less shows nothing. */
function timeOf({state, startedAt, durationMs}: CallItem, now: number): string {
  const elapsed = state === 'running' && startedAt !== null ? now - startedAt : durationMs;
  return elapsed >= 1_000 ? duration(elapsed, state !== 'running') : '';
}

function detailLines({state, display, output}: CallItem, columns: number, theme: Theme): string[] {
  if (state === 'running') return outputLines(output, columns, theme, 0);
  if (display?.diff) return folded(diffLines(display.diff, columns, theme), diffHead, diffTail, theme);
  return display?.output ? outputLines(display.output, columns, theme, headLines) : [];
}

/** Output in dim, its lines cut to the width; with `head` 0 only the end is shown, as of a command that still runs. */
function outputLines(output: string, columns: number, theme: Theme, head: number): string[] {
  const lines = clean(output).trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  const styled = (line: string): string =>
    paint(theme.styles.dim, truncate(line.trimEnd(), columns, theme.glyphs.ellipsis));
  return head === 0 ? lines.slice(-tailLines).map(styled) : folded(lines, head, tailLines, theme, styled);
}

/** The first and last lines, and how many lie between. */
function folded(
  lines: readonly string[],
  head: number,
  tail: number,
  {styles, glyphs}: Theme,
  toLine: (line: string) => string = line => line,
): string[] {
  const hidden = lines.length - head - tail;
  if (hidden <= 1) return lines.map(toLine);
  return [
    ...lines.slice(0, head).map(toLine),
    paint(styles.dim, `${glyphs.ellipsis} + ${plural(hidden, 'line')}`),
    ...lines.slice(-tail).map(toLine),
  ];
}
