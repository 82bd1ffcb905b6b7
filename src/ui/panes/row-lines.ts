/**
 * Panes as rows, one line each: fold mark, state, type, description, what it does, then time, tokens and cost. The
 * columns of all rows align.
 */
import type {AgentId} from '../../core/types.js';
import {clockTime, duration} from '../format.js';
import {costText, tokensText, workedMs} from '../spending.js';
import {revealLine} from '../text/reveal.js';
import {clip, pad, truncate, width} from '../text/width.js';
import {paint, type Theme} from '../theme.js';
import {agentOf, figuresOf, lastMail, type View} from '../view.js';
import {doing, doingFor, stateMark} from './agent-state.js';
import {gap, type RowColumns, shareRows} from './row-columns.js';
import {type Pane, subtree} from './tree.js';

export interface RowLayout {
  readonly columns: number;
  readonly theme: Theme;
  readonly spinner: string;
  readonly now: number;
  readonly view: View;
  readonly focus: AgentId | null;
}

/** What stands in a row, before it is cut to its columns. */
interface Cells {
  readonly kind: string;
  readonly title: string;
  /** How many rows are folded away. */
  readonly below: string;
  readonly said: string;
  /** For how long it does that, in ever fewer columns, each led by a space. */
  readonly times: readonly string[];
}

/** Columns that the figures take at least, so that growing ones rarely move the others: `12 s`, `~9.4k`, `~$0.03`. */
const leastFigures = [4, 5, 6] as const;
/** Fewer columns hold no tokens beside time and cost. */
const roomForTokens = 44;
/** So long it stands in a row that a message was delivered. */
const deliveredMs = 5_000;
/** Columns of a type's name. */
const widestKind = 20;
const minuteMs = 60_000;
/** Of what an agent does, before it is told for how long. */
const leastSaid = 10;
/** Columns of each level. */
const levelColumns = 2;

/** What stands before an agent's type: indentation, fold mark, state. Every glyph is one column wide. */
const marksColumns = (level: number): number => 2 + level * levelColumns + 4;

/** What stands left of a row, or of a pane's stream: the edges of the open panes it is in. */
export function edges(panes: readonly Pane[], focus: AgentId | null, {styles, glyphs}: Theme): string {
  const marks = panes.map(({agent, fold}) => {
    if (fold !== 'open') return ' '.repeat(levelColumns);
    const [style, glyph] = agent.id === focus ? [styles.accent, glyphs.edge] : [styles.dim, glyphs.bar];
    return paint(style, glyph) + ' '.repeat(levelColumns - 1);
  });
  return `  ${marks.join('')}`;
}

export function rowLines(panes: readonly Pane[], layout: RowLayout): string[] {
  const {columns, theme} = layout;
  const figures = figureColumns(panes, layout);
  const rows = panes.map(pane => ({pane, cells: cellsOf(pane, layout)}));
  const needs = rows.map(({pane, cells: {kind, title, below}}) => ({
    marks: marksColumns(pane.level),
    kind: width(kind),
    // The mark of the focus has its place everywhere, so that nothing moves with it.
    title: width(title || kind) + width(below) + 1 + width(theme.glyphs.focus),
  }));
  const shares = shareRows(needs, columns - gap - width(figures[0] ?? ''));
  return rows.map(({pane, cells}, index) => {
    const share = shares[index] ?? {kind: 0, title: 0, said: 0};
    const parts = [`${marksOf(pane, layout)}${whoOf(pane, cells, share, layout)}`];
    if (share.said > 0) parts.push(saidOf(pane, cells, share, layout));
    const line = [...parts, paint(theme.styles.dim, figures[index] ?? '')].join(' '.repeat(gap));
    return clip(line, columns, theme.glyphs.ellipsis);
  });
}

function cellsOf(pane: Pane, {theme, view, now}: RowLayout): Cells {
  const {agent, fold, below} = pane;
  const elapsed = doingFor(view, agent, now);
  return {
    kind: truncate(revealLine(agent.kind), widestKind, theme.glyphs.ellipsis),
    title: revealLine(agent.description),
    below: fold === 'closed' && below > 0 ? ` (${below} below)` : '',
    said: [...mailOf(pane, view, now).map(state => `${theme.glyphs.mail} ${state}`), doing(view, agent, now)].join(
      ` ${theme.glyphs.dot} `,
    ),
    times:
      elapsed === null
        ? []
        : [duration(elapsed), ...(elapsed < minuteMs ? [] : [clockTime(elapsed)])].map(time => ` ${time}`),
  };
}

/** How it stands with what the person wrote to the agent last, if its stream does not show it. */
function mailOf({agent, fold}: Pane, view: View, now: number): readonly string[] {
  const content = fold === 'open' ? null : agentOf(view, agent.id);
  const mail = content && lastMail(content);
  if (!mail || mail.state === 'undelivered') return [];
  return mail.state === 'queued' || now - mail.at < deliveredMs ? [mail.state] : [];
}

/** Indentation, fold mark and state. */
function marksOf({agent, above, fold, below}: Pane, {theme, spinner, focus, view}: RowLayout): string {
  const {styles, glyphs} = theme;
  const isUnfolded = fold === 'open' || (fold === 'rows' && below > 0);
  const mark = isUnfolded ? glyphs.unfolded : glyphs.folded;
  const [style, glyph] = stateMark(view, agent, {theme, spinner});
  return `${edges(above, focus, theme)}${paint(agent.id === focus ? styles.accent : styles.dim, mark)} ${paint(styles[style], glyph)} `;
}

/** Type and description. */
function whoOf({agent}: Pane, {kind, title, below}: Cells, share: RowColumns, {theme, focus}: RowLayout): string {
  const {styles, glyphs} = theme;
  const isFocused = agent.id === focus;
  const markColumns = width(glyphs.focus);
  const isNamed = share.title > 1 + markColumns;
  const tail = isFocused ? `${isNamed ? ' ' : ''}${glyphs.focus}` : '';
  const room = share.title - width(tail);
  const folded = room - width(below) < 2 ? '' : below;
  const named = share.kind === 0 ? title || kind : title;
  const shown = isNamed ? truncate(named, room - width(folded), glyphs.ellipsis) + folded : '';
  return [
    share.kind === 0
      ? ''
      : paint(isFocused ? styles.accent : styles.bold, pad(truncate(kind, share.kind, glyphs.ellipsis), share.kind)),
    share.kind === 0 || share.title === 0 ? '' : ' '.repeat(gap),
    paint(isFocused ? styles.accent : '', shown) + paint(styles.accent, tail),
    ' '.repeat(Math.max(0, room - width(shown))),
  ].join('');
}

function saidOf({agent}: Pane, cells: Cells, share: RowColumns, {theme: {styles, glyphs}}: RowLayout): string {
  const time = cells.times.find(each => leastSaid + width(each) <= share.said) ?? '';
  const said = truncate(cells.said, share.said - width(time), glyphs.ellipsis) + time;
  const marked = {asking: styles.waiting, failed: styles.bad} as Partial<Record<string, string>>;
  return paint(marked[agent.state] ?? styles.dim, said) + ' '.repeat(share.said - width(said));
}

/**
 * Time, tokens and cost of each, aligned at their right ends; in a very narrow window without the tokens. A folded row stands
 * for all below it, ended ones too: tokens and cost are marked as sums then.
 */
function figureColumns(panes: readonly Pane[], {view, now, columns, theme}: RowLayout): readonly string[] {
  const table = panes.map(({agent, fold}) => {
    const counted = fold === 'closed' ? subtree(view, agent.id) : [agent];
    const used = figuresOf(view, counted);
    const sum = counted.length > 1 ? theme.glyphs.sum : '';
    return [
      duration(workedMs(agent, now)),
      ...(columns < roomForTokens ? [] : [sum + tokensText(used)]),
      sum + (used.costUsd === null ? '$?' : costText(used)),
    ];
  });
  const widths = leastFigures.map((least, column) =>
    Math.max(least, ...table.map(cells => (cells[column] ?? '').length)),
  );
  return table.map(cells => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}
