/**
 * The whole session as lines, and the window on them that is seen. Every agent is a head where it was spawned, and below
 * that, unfolded, all it said and did, at any depth. Items that are final are laid out once.
 */
import type {AgentSnapshot} from '../../core/tree.js';
import type {AgentId} from '../../core/types.js';
import {createItemLines, type ItemLayout, type ItemLines} from '../item-lines.js';
import {type Item, isFinal} from '../items.js';
import {edges, rowLines} from '../panes/row-lines.js';
import {isLive, type Pane} from '../panes/tree.js';
import type {Screen} from '../screen.js';
import {clip, width} from '../text/width.js';
import {paint, type Theme} from '../theme.js';
import {type AgentView, agentOf} from '../view.js';
import type {Transcript, TranscriptLayout} from './transcript.js';

export interface TranscriptLines {
  /** The view's lines, fewer than the terminal has rows, and how they came about. */
  frame(screen: Screen, transcript: Transcript, layout: ItemLayout): TranscriptFrame;
}

interface TranscriptFrame {
  readonly lines: readonly string[];
  readonly layout: TranscriptLayout;
}

/** A run of lines, or the head of an agent, which is one; or that all of an open one has been said. */
type Part =
  | {readonly pane: Pane}
  | {readonly lines: readonly string[]; readonly edge: string}
  | {readonly endOf: AgentId};

/** The way out first: the last give way where the window is narrow. */
const keys = ['esc back', 'pgup, pgdn scroll'];

export function createTranscriptLines(): TranscriptLines {
  /** Lines of final items, and the width they were laid out for. */
  const known = new WeakMap<Item, {readonly columns: number; readonly lines: readonly string[]}>();
  const itemLines: ItemLines = createItemLines();

  const linesOf = (item: Item, layout: ItemLayout): readonly string[] => {
    const before = known.get(item);
    if (before?.columns === layout.columns) return before.lines;
    const {lines} = itemLines.print([item], 'nothing', layout);
    if (isFinal(item) && layout.markdown) known.set(item, {columns: layout.columns, lines});
    return lines;
  };

  const partsOf = (screen: Screen, transcript: Transcript, layout: ItemLayout): readonly Part[] => {
    const {view} = screen;
    const parts: Part[] = [];
    const byCall = new Map(
      [...view.known.values()].map(child => [`${child.parentId} ${child.callId}`, child] as const),
    );
    const add = (agent: AgentView, above: readonly Pane[]): void => {
      const edge = above.length === 0 ? '' : `${edges(above, transcript.selected, layout.theme)}`;
      const inner = {
        ...layout,
        columns: layout.columns - 2 - 2 * above.length,
        isPane: above.length > 0,
        isWhole: true,
      };
      const told = new Set<AgentId>();
      let isAfterRow = true;
      for (const item of itemsOf(agent)) {
        // Its head says what it came to.
        if (item.type === 'agent' && view.known.has(item.agentId)) continue;
        const child = item.type === 'call' ? byCall.get(`${agent.id} ${item.id}`) : undefined;
        if (child) told.add(child.id);
        const lines = child ? [] : linesOf(item, inner);
        const isRow = item.type === 'call' || item.type === 'agent';
        if ((child || lines.length > 0) && !(isRow && isAfterRow) && parts.length > 0) parts.push({lines: [''], edge});
        if (child) addAgent(child, above);
        else parts.push({lines, edge});
        if (child || lines.length > 0) isAfterRow = isRow;
      }
      for (const child of view.known.values())
        if (child.parentId === agent.id && !told.has(child.id)) addAgent(child, above);
    };
    const addAgent = (agent: AgentSnapshot, above: readonly Pane[]): void => {
      const isOpen = transcript.open.has(agent.id);
      const pane: Pane = {agent, level: above.length, fold: isOpen ? 'open' : 'closed', above, below: 0};
      parts.push({pane});
      const content = isOpen ? agentOf(view, agent.id) : null;
      if (content) add(content, [...above, pane]);
      parts.push({endOf: agent.id});
    };
    const root = view.rootId === null ? null : view.agents.get(view.rootId);
    if (root) add(root, []);
    return parts;
  };

  return {
    frame(screen, transcript, layout) {
      const {size, view} = screen;
      const parts = partsOf(screen, transcript, layout);
      const rows = Math.max(1, size.rows - 2);
      const heads: TranscriptLayout['heads'][number][] = [];
      let total = 0;
      let followedEnd = 0;
      for (const part of parts) {
        if ('pane' in part) heads.push(headOf(part.pane, total));
        if ('endOf' in part && part.endOf === transcript.followed) followedEnd = total;
        total += heightOf(part);
      }
      const top = Math.max(0, Math.min(Math.max(transcript.top ?? total, followedEnd - rows), total - rows));
      const seen = cutOut(parts, top, rows);
      const panes = seen.flatMap(part => (typeof part === 'string' ? [] : [part]));
      const {theme, spinner, now} = layout;
      const focus = transcript.selected;
      const drawn = rowLines(panes, {columns: size.columns, theme, spinner, now, view, focus});
      const lines = seen.map(part => (typeof part === 'string' ? part : (drawn[panes.indexOf(part)] ?? '')));
      while (lines.length < rows) lines.push('');
      const place = `${Math.min(total, top + 1)}${theme.glyphs.minus}${Math.min(total, top + rows)} of ${total}`;
      const waits = view.questions.length > 0 ? [`${view.questions.length} waiting for you`] : [];
      const foot = [...waits, place, ...keys, ...(heads.length > 0 ? agentKeys(theme) : [])];
      const status = paint(theme.styles.dim, `  ${fitting(foot, size.columns - 2, theme)}`);
      const cut = [...lines, status].map(line => clip(line, size.columns, theme.glyphs.ellipsis));
      return {lines: cut, layout: {total, rows, top, heads}};
    },
  };
}

function headOf({agent, above}: Pane, line: number): TranscriptLayout['heads'][number] {
  return {agentId: agent.id, above: above.at(-1)?.agent.id ?? null, line, isLive: isLive(agent)};
}

function heightOf(part: Part): number {
  if ('pane' in part) return 1;
  return 'lines' in part ? part.lines.length : 0;
}

/** The lines from `top`, heads as their panes. */
function cutOut(parts: readonly Part[], top: number, rows: number): (string | Pane)[] {
  const seen: (string | Pane)[] = [];
  let line = 0;
  for (const part of parts) {
    if (seen.length >= rows) break;
    const height = heightOf(part);
    if (line + height > top && !('endOf' in part)) {
      if ('pane' in part) seen.push(part.pane);
      else for (const text of part.lines.slice(Math.max(0, top - line))) seen.push((part.edge + text).trimEnd());
    }
    line += height;
  }
  return seen.slice(0, rows);
}

const agentKeys = ({glyphs}: Theme): readonly string[] => [`${glyphs.updown} move`, `${glyphs.sideways} fold`];

/** As many of the parts as there is room for, whole ones. */
function fitting(parts: readonly string[], columns: number, theme: Theme): string {
  const joined = parts.join(` ${theme.glyphs.dot} `);
  return width(joined) <= columns || parts.length === 1 ? joined : fitting(parts.slice(0, -1), columns, theme);
}

/** All it said and did, in order. */
function itemsOf({items, past}: AgentView): readonly Item[] {
  const all: Item[] = [];
  for (let link = past; link; link = link.before) all.push(link.item);
  return [...all.reverse(), ...items];
}
