/** One frame of the live region: its parts as lines, shared out over the window's height, and the caret's place. */
import {queuedLines, spinnerAt, stateLine} from './activity.js';
import type {Command} from './commands.js';
import {type ComposerLines, composerLines} from './composer/composer-lines.js';
import type {ItemLayout, ItemLines} from './item-lines.js';
import type {Item} from './items.js';
import {draftRows, isAiry, promptColumns, promptIndent, share, treeRows} from './layout.js';
import {panelLines} from './panel.js';
import type {PaneLines} from './panes/pane-lines.js';
import {liveAgents} from './panes/tree.js';
import {foldRefusals} from './refusals.js';
import {isLively, type Screen} from './screen.js';
import {statusRule} from './status-rule.js';
import type {Caret} from './terminal/painter.js';
import type {Markdown} from './text/reply-text.js';
import {clip} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {rootOf} from './view.js';

/**
 * The parts of the live region from top to bottom. Those that are texts may have several lines; empty, they take no row.
 * A blank row by itself is a space.
 */
export interface Frame {
  /** What streams, and the tree of agents: lines as they are drawn. */
  readonly window: readonly string[];
  readonly activity: string;
  readonly panel: string;
  readonly status: string;
  readonly draft: string;
  readonly caret: Caret | null;
}

/** What stands below the window. */
export type PartName = Exclude<keyof Frame, 'window' | 'caret'>;

export const partNames: readonly PartName[] = ['activity', 'panel', 'status', 'draft'];

/** Rows that what streams keeps if it needs them when the tree could take them all: of a low window only a third. */
const streamRows = 4;

export interface FrameOptions {
  readonly theme: Theme;
  readonly itemLines: ItemLines;
  readonly paneLines: PaneLines;
  readonly commands: readonly Pick<Command, 'name' | 'description'>[];
  readonly markdown: () => Markdown | null;
  /** Milliseconds by which the terminal may tell too late that its window is another. */
  readonly lateness: number;
}

export function itemLayout({size, now}: Screen, {theme, markdown}: FrameOptions): ItemLayout {
  return {columns: size.columns, theme, markdown: markdown(), now, spinner: spinnerAt(now, theme)};
}

export function toFrame(screen: Screen, options: FrameOptions): Frame {
  const {theme, itemLines, paneLines, commands} = options;
  const {size, composer, view} = screen;
  const queued = queuedLines(screen, theme);
  const state = stateLine(screen, theme);
  const shares = share(size, {
    window: size.rows,
    state: state.length,
    queued: queued.length,
    panel: panelLines(screen, commands, theme, size.rows).length,
    composer: draftRows(screen),
    tree: treeRows(screen),
  });
  const layout = itemLayout(screen, options);
  const live = foldRefusals([...screen.held, ...(rootOf(view)?.items.filter(item => !hasRow(item)) ?? [])]);
  const streamOf = (rows: number): readonly string[] => itemLines.window(live, screen.printed, layout, rows);
  const kept =
    liveAgents(view) === 0 ? 0 : streamOf(Math.min(streamRows, Math.max(1, Math.floor(shares.window / 3)))).length;
  const tree = paneLines.lines(screen, layout, shares.window - kept);
  const stream = streamOf(shares.window - tree.length);
  const panel = panelLines(screen, commands, theme, shares.panel);
  const draft = composerLines(composer, promptColumns(size), shares.composer);
  const activity = [...queued.slice(queued.length - shares.queued), ...state.slice(state.length - shares.state)];
  const caret = caretOf(screen, options.lateness);
  const blank = isAiry(size) ? [''] : [];
  const fitted = (lines: readonly string[]): readonly string[] =>
    lines.map(line => clip(line, size.columns, theme.glyphs.ellipsis));
  const toPart = (lines: readonly string[]): string => fitted(lines).join('\n');
  return {
    window: [...stream, ...fitted(tree)],
    activity: toPart([...blank, ...activity]) || ' '.repeat(blank.length),
    panel: toPart(activity.length > 0 && panel.length > 0 ? [...blank, ...panel] : panel),
    status: statusRule(screen, theme),
    draft: draftLines(draft.lines, caret === 'cell', theme),
    caret: caret === 'cursor' ? placeOf(draft) : null,
  };
}

/** A call that waits for an agent: the agent's row stands for it. */
function hasRow(item: Item): boolean {
  return item.type === 'call' && item.agent !== null;
}

/** The draft behind its mark, without a box: people copy it. */
function draftLines(lines: readonly string[], hasCell: boolean, {styles, glyphs}: Theme): string {
  const mark = paint(styles.accent, glyphs.prompt);
  if (hasCell) return `${mark} ${paint(styles.caret, ' ')}`;
  return lines.map((line, row) => `${row === 0 ? mark : ' '} ${line}`.trimEnd()).join('\n');
}

/**
 * What shows the caret: nothing while a question has the keys; the terminal's cursor where input methods look for it; or
 * a cell. A frame that comes by itself may find another window than it was made for: until a draft is begun the cursor
 * waits at the region's top then, from where everything below can be wiped, whatever that was wrapped into.
 */
function caretOf(screen: Screen, lateness: number): 'nothing' | 'cursor' | 'cell' {
  const {answering, composer, picker} = screen;
  if ((answering?.hasFocus && !answering.kept) || picker) return 'nothing';
  return lateness > 0 && composer.text === '' && isLively(screen, lateness) ? 'cell' : 'cursor';
}

/** Nothing stands below the draft. */
function placeOf({lines, caret}: ComposerLines): Caret {
  return {fromBottom: lines.length - 1 - caret.row, column: promptIndent + caret.column};
}
