/** One frame of the live region: its parts as lines, shared out over the window's height, and the caret's place. */
import {activityLines, spinnerAt} from './activity.js';
import type {Command} from './commands.js';
import {composerLines} from './composer/composer-lines.js';
import type {ItemLayout, ItemLines} from './item-lines.js';
import {promptColumns, share} from './layout.js';
import {panelLines} from './panel.js';
import {liveItems, type Screen} from './screen.js';
import {statusLine} from './status-line.js';
import type {Caret} from './terminal/painter.js';
import type {Markdown} from './text/reply-text.js';
import {width} from './text/width.js';
import {paint, type Theme} from './theme.js';

/** The parts of the live region from top to bottom, as text of one or more lines; an empty part takes no row. */
export interface Frame {
  readonly window: string;
  readonly activity: string;
  readonly panel: string;
  readonly composer: string;
  readonly status: string;
  readonly caret: Caret | null;
}

export interface FrameOptions {
  readonly theme: Theme;
  readonly itemLines: ItemLines;
  readonly commands: readonly Pick<Command, 'name' | 'description'>[];
  readonly markdown: () => Markdown | null;
}

export function itemLayout({size, now}: Screen, {theme, markdown}: FrameOptions): ItemLayout {
  return {columns: size.columns, theme, markdown: markdown(), now, spinner: spinnerAt(now, theme)};
}

export function toFrame(screen: Screen, options: FrameOptions): Frame {
  const {theme, itemLines, commands} = options;
  const {size, composer} = screen;
  const most = size.rows;
  const activity = activityLines(screen, theme);
  const panel = panelLines(screen, commands, theme, most);
  const rows = composerLines(composer, promptColumns(size), most);
  const wants = {window: most, activity: activity.length, panel: panel.length, composer: rows.height};
  const shares = share(size, wants);
  const window = itemLines.window(liveItems(screen), screen.printed, itemLayout(screen, options), shares.window);
  const draft = composerLines(composer, promptColumns(size), shares.composer);
  const parts = {
    window: window.join('\n'),
    activity: ['', ...activity.slice(-shares.activity)].join('\n'),
    panel: panelLines(screen, commands, theme, shares.panel).join('\n'),
    composer: composerBox(draft.lines, screen, theme),
    status: statusLine(screen, theme),
  };
  return {...parts, caret: caretOf(screen, draft)};
}

/** The draft between two rules, without sides: what people copy has no box around it. */
function composerBox(lines: readonly string[], {answering, size}: Screen, {styles, glyphs}: Theme): string {
  const label = answering?.kept ? `${glyphs.rule}${glyphs.rule} why not? ` : '';
  const rule = (said: string): string =>
    paint(styles.dim, said + glyphs.rule.repeat(Math.max(0, size.columns - width(said))));
  const mark = paint(styles.accent, glyphs.prompt);
  return [rule(label), ...lines.map((line, row) => `${row === 0 ? mark : ' '} ${line}`.trimEnd()), rule('')].join('\n');
}

/** Below the draft stand the rule and the status line. */
function caretOf({answering}: Screen, {lines, caret}: ReturnType<typeof composerLines>): Caret | null {
  if (answering?.hasFocus && !answering.kept) return null;
  return {fromBottom: lines.length - 1 - caret.row + 2, column: 2 + caret.column};
}
