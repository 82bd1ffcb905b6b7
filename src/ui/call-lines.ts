/** A tool call as lines: state, tool, subject, time; below it why it failed, the diff or the folded output. */
import type {ToolDisplay} from '../core/types.js';
import {refusedWord} from './choices.js';
import {diffLines} from './diff-lines.js';
import {count, duration, plural} from './format.js';
import type {CallItem, CallState} from './items.js';
import {clean, cleanLine} from './text/clean.js';
import {reveal, revealLine} from './text/reveal.js';
import {toAnsi, wrap} from './text/styled.js';
import {truncate, width} from './text/width.js';
import {paint, type StyleName, type Theme} from './theme.js';

export interface CallLayout {
  readonly columns: number;
  readonly theme: Theme;
  /** The glyph of what runs, at this frame. */
  readonly spinner: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The call is shown whole, and why it failed. */
  readonly isWhole?: boolean;
}

/** Characters of a title that are looked at. */
const longestTitle = 2_000;
/** Lines of a reason, where it is not shown whole. */
const maxReasonLines = 3;

/** Of folded output, this many lines from its beginning and its end are shown. */
const headLines = 3;
const tailLines = 5;
/** From its beginning, if it says why a call failed and is to be shown whole. */
const wholeLines = 100;
/** Of a finished diff, likewise. */
const diffHead = 40;
const diffTail = 10;

export function callLines(call: CallItem, layout: CallLayout): string[] {
  const {head, below} = headOf(call, layout);
  const details = [...below, ...detailLines(call, layout)];
  return [head, ...details.map(line => (line ? `    ${line}` : line))];
}

/** The call's own line; below it, where the line has no room for that, all of its subject, and why it failed. */
function headOf(call: CallItem, layout: CallLayout): {readonly head: string; readonly below: readonly string[]} {
  const {columns, theme, spinner, now} = layout;
  const {styles, glyphs} = theme;
  const mark = stateMark(call.state, theme, spinner);
  const time = timeOf(call, now);
  const tool = revealLine(call.tool);
  const whole = revealLine(call.title, longestTitle);
  const room = columns - 3 - width(mark) - width(tool) - (time ? width(time) + 2 : 0);
  const summary = summaryOf(call);
  const isBad = call.state === 'failed' || call.state === 'denied';
  const times = timesOf(call, glyphs.dot);
  const besideTitle = Math.max(12, columns >> 1, room - width(whole + times) - 1);
  const isBelow = isBad && width(summary) > besideTitle - 3;
  const aside = summary && !isBelow ? ` ${glyphs.dot} ${truncate(summary, besideTitle - 3, glyphs.ellipsis)}` : '';
  const title = truncate(whole, Math.max(0, room - 1 - width(aside + times)), glyphs.ellipsis);
  const style = isBad ? styles.bad : styles.dim;
  const left = `  ${mark} ${paint(styles.bold, tool)}${title ? ` ${title}` : ''}${paint(styles.dim, times)}${paint(style, aside)}`;
  return {
    head: time ? `${left}  ${paint(styles.dim, time)}` : left,
    below: [
      ...(layout.isWhole ? subjectLines(call, title === whole, columns) : []),
      ...(isBelow ? reasonLines(summary, layout) : []),
    ],
  };
}

/** How many refusals it stands for. */
function timesOf({more}: CallItem, dot: string): string {
  if (more === null) return '';
  return more.areSame ? ` ${dot} ${more.count + 1} times` : ` and ${more.count} more`;
}

/** All that the title is about, unless that says it all; a title of other words is a better one than its subject. */
function subjectLines({title, subject}: CallItem, isTitleWhole: boolean, columns: number): string[] {
  const [first = '', ...rest] = subject.split('\n');
  const isLonger = rest.length > 0 && title.startsWith(first);
  if (isTitleWhole && !isLonger) return [];
  return reveal(isLonger ? subject : title)
    .split('\n')
    .flatMap(line => wrap([{text: line, style: ''}], columns - 4).map(toAnsi));
}

function reasonLines(reason: string, {columns, theme, isWhole}: CallLayout): string[] {
  const {styles, glyphs} = theme;
  const lines = wrap([{text: reason, style: ''}], columns - 4).map(line => line.map(({text}) => text).join(''));
  const shown = isWhole ? lines : lines.slice(0, maxReasonLines);
  const isCut = shown.length < lines.length;
  return shown.map((line, index) => {
    const isLast = index === shown.length - 1;
    return paint(
      styles.bad,
      isCut && isLast ? truncate(`${line} ${lines[index + 1]}`, columns - 4, glyphs.ellipsis) : line,
    );
  });
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

function summaryOf({state, isRefused, display, inputLength, startedAt}: CallItem): string {
  if (state === 'preparing') return inputLength > 200 ? `${count(inputLength)} characters` : '';
  const summary = cleanLine(display?.summary ?? '');
  // What the model was told is not for the person who said it.
  if (state === 'denied' && isRefused) return summary.startsWith(refusedWord) ? summary : refusedWord;
  if (state === 'denied') return summary || 'not allowed';
  if (state !== 'interrupted') return summary;
  return summary || (startedAt === null ? 'not started' : 'interrupted');
}

/** Shown from a second on; a call that takes less shows nothing. */
function timeOf({state, startedAt, durationMs}: CallItem, now: number): string {
  const elapsed = state === 'running' && startedAt !== null ? now - startedAt : durationMs;
  return elapsed >= 1_000 ? duration(elapsed, state !== 'running') : '';
}

function detailLines({state, display, output}: CallItem, {columns, theme, isWhole}: CallLayout): string[] {
  const room = columns - 4;
  if (state === 'running') return outputLines(output, room, theme, 0);
  if (display?.diff) return folded(diffLines(display.diff, room, theme), diffHead, diffTail, theme);
  const head = state === 'failed' && isWhole ? wholeLines : headLines;
  if (!display?.output) return [];
  return [
    ...outputLines(display.output, room, theme, head, display.cut?.lines),
    ...noteLines(display.cut, room, theme),
  ];
}

function noteLines(cut: ToolDisplay['cut'], columns: number, {styles}: Theme): string[] {
  return cut ? wrap([{text: reveal(cut.note), style: styles.dim}], columns).map(toAnsi) : [];
}

/**
 * Output in dim, its lines cut to the width; with `head` 0 only the end is shown, as of a command that still runs. `total`:
 * how many lines there were, where these are not all.
 */
function outputLines(output: string, columns: number, theme: Theme, head: number, total = 0): string[] {
  const lines = clean(output).trimEnd().split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  const styled = (line: string): string =>
    paint(theme.styles.dim, truncate(line.trimEnd(), columns, theme.glyphs.ellipsis));
  return head === 0 ? lines.slice(-tailLines).map(styled) : folded(lines.map(styled), head, tailLines, theme, total);
}

/** The first and last lines, and how many lie between; `total`, if these are not all. */
function folded(lines: readonly string[], head: number, tail: number, {styles, glyphs}: Theme, total = 0): string[] {
  if (lines.length - head - tail <= 1) return [...lines];
  const hidden = Math.max(total, lines.length) - head - tail;
  return [
    ...lines.slice(0, head),
    paint(styles.dim, `${glyphs.ellipsis} + ${plural(hidden, 'line')}`),
    ...lines.slice(-tail),
  ];
}
