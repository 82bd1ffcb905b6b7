/**
 * Panes as rows, one line each: fold mark, state, type, description, what it does, then time, tokens and cost. The
 * columns of all rows align. Where room is short, the description gives way first, then what it does; the numbers never.
 */
import type {AgentId} from '../../core/types.js';
import {cost, count, duration} from '../format.js';
import {newTokens} from '../spending.js';
import {cleanLine} from '../text/clean.js';
import {pad, truncate, width, withoutStyles} from '../text/width.js';
import {paint, type Theme} from '../theme.js';
import type {View} from '../view.js';
import {doing, stateMark} from './agent-state.js';
import type {Pane} from './tree.js';

export interface RowLayout {
  readonly columns: number;
  readonly theme: Theme;
  readonly spinner: string;
  readonly now: number;
  readonly view: View;
  readonly focus: AgentId | null;
}

/** Wider rows are harder to follow with the eye. */
const widest = 130;
/** Columns for what an agent does, before its description gets more. */
const enough = 24;
/** Columns of a type's name. */
const widestKind = 20;
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
  const {theme} = layout;
  const figures = figureColumns(panes, layout);
  const kinds = panes.map(({agent}) => truncate(cleanLine(agent.kind), widestKind, theme.glyphs.ellipsis));
  const titles = panes.map(titleOf);
  const room = Math.min(widest, layout.columns) - 4 - width(figures[0] ?? '');
  const least = Math.max(0, ...panes.map(({level}, index) => marksColumns(level) + width(kinds[index] ?? '')));
  const wanted = least + 2 + Math.max(0, ...titles.map(width)) + width(theme.glyphs.focus) + 1;
  const left = Math.max(least, Math.min(wanted, room - enough));
  const right = Math.max(0, room - left);
  return panes.map((pane, index) => {
    const kind = pad(kinds[index] ?? '', least - marksColumns(pane.level));
    const head = headOf(pane, {kind, title: titles[index] ?? '', left}, layout);
    const said = truncate(doing(layout.view, pane.agent, layout.now), right, theme.glyphs.ellipsis);
    const styles = {asking: theme.styles.waiting, failed: theme.styles.bad} as Partial<Record<string, string>>;
    const activity = paint(styles[pane.agent.state] ?? theme.styles.dim, said) + ' '.repeat(right - width(said));
    const line = `${head}  ${activity}  ${paint(theme.styles.dim, figures[index] ?? '')}`;
    if (width(line) <= layout.columns) return line;
    return truncate(withoutStyles(line), layout.columns, theme.glyphs.ellipsis);
  });
}

/** Its description, and how many rows are folded away. */
function titleOf({agent, fold, below}: Pane): string {
  const title = cleanLine(agent.description);
  return fold === 'closed' && below > 0 ? `${title} (${below} below)` : title;
}

/** Everything up to the description's end, `left` columns wide. */
function headOf(
  {agent, level, above, fold, below}: Pane,
  {kind, title, left}: {readonly kind: string; readonly title: string; readonly left: number},
  {theme, spinner, focus, view}: RowLayout,
): string {
  const {styles, glyphs} = theme;
  const isFocused = agent.id === focus;
  const isUnfolded = fold === 'open' || (fold === 'rows' && below > 0);
  const mark = isUnfolded ? glyphs.unfolded : glyphs.folded;
  const [style, glyph] = stateMark(view, agent, {theme, spinner});
  const lead = marksColumns(level) + width(kind);
  const tail = isFocused && left - lead > width(glyphs.focus) ? ` ${glyphs.focus}` : '';
  const room = left - lead - 2 - width(tail);
  const shown = room < 2 ? '' : truncate(title, room, glyphs.ellipsis);
  const rest = Math.max(0, left - lead - (shown === '' ? 0 : 2 + width(shown)) - width(tail));
  const name = isFocused ? styles.accent : '';
  return [
    edges(above, focus, theme),
    `${paint(isFocused ? styles.accent : styles.dim, mark)} ${paint(styles[style], glyph)} `,
    paint(isFocused ? styles.accent : styles.bold, kind),
    shown === '' ? '' : `  ${paint(name, shown)}`,
    paint(styles.accent, tail),
    ' '.repeat(rest),
  ].join('');
}

/** Time, tokens and cost of each, aligned at their right ends. */
function figureColumns(panes: readonly Pane[], {now}: RowLayout): readonly string[] {
  const table = panes.map(({agent: {startedAt, endedAt, usage, costUsd}}) => [
    duration((endedAt ?? now) - startedAt),
    count(newTokens(usage)),
    costUsd === null ? '$?' : cost(costUsd),
  ]);
  const widths = [0, 1, 2].map(column => Math.max(4, ...table.map(cells => (cells[column] ?? '').length)));
  return table.map(cells => cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}
