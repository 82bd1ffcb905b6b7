/**
 * The tree of agents as lines, at most as many as it is given: first a row for each agent, those that wait for a person
 * before all others, then the streams of open panes, the focused one's first.
 */
import type {AgentId} from '../../core/types.js';
import {createItemLines, type ItemLayout, type ItemLines} from '../item-lines.js';
import type {Item} from '../items.js';
import {foldRefusals, joinRefusals} from '../refusals.js';
import {askedQuestion, isAsked, type Screen} from '../screen.js';
import {paint, type Theme} from '../theme.js';
import {type AgentView, agentOf} from '../view.js';
import {edges, rowLines} from './row-lines.js';
import {type Pane, panesOf} from './tree.js';

export interface PaneLines {
  /** Empty if there are no agents; else, where there is room, led by a blank line. */
  lines(screen: Screen, layout: ItemLayout, rows: number): readonly string[];
}

/** Lines of its stream that an open pane shows, if there is room. */
const streamLines = 8;
const focusedLines = 16;
/** What the focused pane leaves to each of the others, and never more than half of all. */
const leastLines = 2;
/** Fewer rows are not spent on a blank line, still fewer not on how many are hidden; a question leaves two, for that as well. */
const roomForBlank = 6;
const roomForCount = 3;
const roomBesideQuestion = 2;

export function createPaneLines(): PaneLines {
  const streams = new Map<AgentId, ItemLines>();

  /** The last lines of what an agent said and did, without those below it, which have rows of their own. */
  const streamOf = (
    {agent, above, ...pane}: Pane,
    {view, focus}: Screen,
    layout: ItemLayout,
    rows: number,
  ): string[] => {
    const content = agentOf(view, agent.id);
    if (!content) return [];
    const known = streams.get(agent.id) ?? createItemLines();
    streams.set(agent.id, known);
    const edge = edges([...above, {agent, above, ...pane}], focus, layout.theme);
    const inner = {...layout, columns: layout.columns - 4 - 2 * above.length - 2, isPane: true};
    const lines = known.window(lastItems(content, rows), 'nothing', inner, 2 * rows).filter(line => line !== '');
    return lines.slice(-rows).map(line => `${edge}  ${line.startsWith('  ') ? line.slice(2) : line}`);
  };

  /** The streams of the open panes in so many rows: the focused one's first, the rest in equal parts. */
  const streamsOf = (
    panes: readonly Pane[],
    screen: Screen,
    layout: ItemLayout,
    rows: number,
  ): ReadonlyMap<AgentId, readonly string[]> => {
    const found = new Map<AgentId, readonly string[]>();
    const isFocused = ({agent}: Pane): boolean => agent.id === screen.focus;
    const open = panes.filter(({fold}) => fold === 'open');
    const ordered = [...open.filter(isFocused), ...open.filter(pane => !isFocused(pane))];
    let left = rows;
    for (const [index, pane] of ordered.entries()) {
      const spared = left - leastLines * (open.length - 1);
      const part = isFocused(pane) ? Math.max(Math.ceil(left / 2), spared) : Math.floor(left / (open.length - index));
      const most = Math.max(0, Math.min(isFocused(pane) ? focusedLines : streamLines, part));
      const lines = most === 0 ? [] : streamOf(pane, screen, layout, most);
      left -= lines.length;
      found.set(pane.agent.id, lines);
    }
    return found;
  };

  return {
    lines(screen, layout, rows) {
      const panes = panesOf(screen);
      for (const id of streams.keys()) if (!panes.some(({agent}) => agent.id === id)) streams.delete(id);
      if (panes.length === 0 || rows < 1) return [];
      const {theme, spinner, now} = layout;
      const {view, focus, size} = screen;
      const blank = rows < roomForBlank ? [] : [''];
      const room = rows - blank.length;
      const focused = panes.find(({agent, fold}) => agent.id === focus && fold === 'open');
      const kept = focused ? streamOf(focused, screen, layout, Math.min(focusedLines, room >> 1)).length : 0;
      const shown = chosen(panes, screen, room - kept);
      const more = room < countFrom(screen) ? [] : hiddenLines(panes, shown, screen, theme);
      const heads = rowLines(shown, {columns: size.columns, theme, spinner, now, view, focus});
      const bodies = streamsOf(shown, screen, layout, room - heads.length - more.length);
      const lines = shown.flatMap(({agent}, index) => [heads[index] ?? '', ...(bodies.get(agent.id) ?? [])]);
      return [...blank, ...lines, ...more];
    },
  };
}

/** How many rows there must be, for one to say how many are hidden. */
function countFrom(screen: Screen): number {
  return isAsked(screen) ? roomBesideQuestion : roomForCount;
}

/** The panes that get a row, in their order: the one whose question is open, others that ask, then the focused one, or the first, and what is nearest to it. */
function chosen(panes: readonly Pane[], screen: Screen, rows: number): readonly Pane[] {
  if (panes.length <= rows) return panes;
  const room = Math.max(1, rows < countFrom(screen) ? rows : rows - 1);
  const at = indexOf(panes, screen.focus);
  const asked = askedQuestion(screen)?.agentId;
  const near = panes.map((pane, index) => ({pane, distance: Math.abs(index - at)}));
  const ordered = near.sort((one, other) => one.distance - other.distance).map(({pane}) => pane);
  const first = panes.filter(({agent}) => agent.id === asked);
  const asking = panes.filter(({agent}) => agent.state === 'asking');
  const kept = new Set([...new Set([...first, ...asking, ...ordered])].slice(0, room));
  return panes.filter(pane => kept.has(pane));
}

/** How many rows are hidden, on which side of the focused one, and the key that goes there. */
function hiddenLines(
  panes: readonly Pane[],
  shown: readonly Pane[],
  {focus}: Screen,
  {styles, glyphs}: Theme,
): string[] {
  const hidden = panes.flatMap((pane, index) => (shown.includes(pane) ? [] : [index]));
  if (hidden.length === 0) return [];
  const above = focus === null ? 0 : hidden.filter(index => index < indexOf(panes, focus)).length;
  const below = hidden.length - above;
  const counts = [
    ...(above > 0 ? [`${above} above (${glyphs.up})`] : []),
    ...(below > 0 ? [focus === null ? `${below} more (tab)` : `${below} below (${glyphs.down})`] : []),
  ];
  return [paint(styles.dim, `  + ${counts.join(` ${glyphs.dot} `)}`)];
}

/** Of the focused pane, or of the first. */
function indexOf(panes: readonly Pane[], focus: AgentId | null): number {
  return Math.max(
    0,
    panes.findIndex(({agent}) => agent.id === focus),
  );
}

/** Enough of an agent's last items to fill so many lines. */
function lastItems({items, past}: AgentView, rows: number): readonly Item[] {
  const last = [...foldRefusals(items.filter(item => item.type !== 'call' || item.agent === null))];
  for (let link = past; link && last.length <= 2 * rows; link = link.before) {
    const [first] = last;
    const both = first ? joinRefusals(link.item, first) : null;
    last.splice(0, both ? 1 : 0, both ?? link.item);
  }
  return last.slice(-2 * rows);
}
