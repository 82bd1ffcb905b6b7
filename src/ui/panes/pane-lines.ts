/**
 * The tree of agents as lines, at most as many as it is given: first a row for each agent, those that wait for a person
 * before all others, then the streams of open panes, the focused one's first.
 */
import type {AgentId} from '../../core/types.js';
import {createItemLines, type ItemLayout, type ItemLines} from '../item-lines.js';
import type {Item} from '../items.js';
import type {Screen} from '../screen.js';
import {paint} from '../theme.js';
import {type AgentView, agentOf} from '../view.js';
import {edges, rowLines} from './row-lines.js';
import {type Pane, panesOf} from './tree.js';

export interface PaneLines {
  /** Empty if there are no agents, else led by a blank line. */
  lines(screen: Screen, layout: ItemLayout, rows: number): readonly string[];
}

/** Lines of its stream that an open pane shows, if there is room. */
const streamLines = 8;
const focusedLines = 16;

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

  return {
    lines(screen, layout, rows) {
      const panes = panesOf(screen);
      for (const id of streams.keys()) if (!panes.some(({agent}) => agent.id === id)) streams.delete(id);
      if (panes.length === 0 || rows < 2) return [];
      const {theme, spinner, now} = layout;
      const {view, focus, size} = screen;
      const focused = panes.find(({agent, fold}) => agent.id === focus && fold === 'open');
      const kept = focused ? streamOf(focused, screen, layout, Math.floor((rows - 1) / 2)).length : 0;
      const shown = chosen(panes, screen, rows - 1 - Math.min(kept, focusedLines));
      const heads = rowLines(shown, {columns: size.columns, theme, spinner, now, view, focus});
      const hidden = panes.length - shown.length;
      const isTold = hidden > 0 && rows > 2;
      let room = rows - 1 - heads.length - (isTold ? 1 : 0);
      const bodies = new Map<AgentId, readonly string[]>();
      const open = byFocus(
        shown.filter(({fold}) => fold === 'open'),
        focus,
      );
      for (const [index, pane] of open.entries()) {
        const isFocused = pane.agent.id === focus;
        const part = isFocused ? room - 2 * (open.length - 1) : Math.floor(room / (open.length - index));
        const most = Math.min(isFocused ? focusedLines : streamLines, Math.max(0, part));
        const lines = most > 0 ? streamOf(pane, screen, layout, most) : [];
        room -= lines.length;
        bodies.set(pane.agent.id, lines);
      }
      const lines = shown.flatMap(({agent}, index) => [heads[index] ?? '', ...(bodies.get(agent.id) ?? [])]);
      const more = paint(theme.styles.dim, `  + ${hidden} more (${theme.glyphs.down})`);
      return ['', ...lines, ...(isTold ? [more] : [])];
    },
  };
}

/** The panes that get a row, in their order. */
function chosen(panes: readonly Pane[], {focus}: Screen, rows: number): readonly Pane[] {
  if (panes.length <= rows) return panes;
  const at = Math.max(
    0,
    panes.findIndex(({agent}) => agent.id === focus),
  );
  const asking = panes.filter(({agent}) => agent.state === 'asking');
  const focused = panes.filter(({agent}) => agent.id === focus);
  const around = [...panes.slice(at), ...panes.slice(0, at).reverse()];
  const kept = new Set([...new Set([...asking, ...focused, ...around])].slice(0, Math.max(1, rows - 1)));
  return panes.filter(pane => kept.has(pane));
}

function byFocus(panes: readonly Pane[], focus: AgentId | null): readonly Pane[] {
  return [...panes].sort((one, other) => Number(other.agent.id === focus) - Number(one.agent.id === focus));
}

/** Enough of an agent's last items to fill so many lines. */
function lastItems({items, past}: AgentView, rows: number): readonly Item[] {
  const last: Item[] = [];
  for (let link = past; link && last.length < 2 * rows; link = link.before) last.unshift(link.item);
  return [...last, ...items.filter(item => item.type !== 'call' || item.agent === null)].slice(-2 * rows);
}
