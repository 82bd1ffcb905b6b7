/**
 * The line between what was said and what is being typed: model, folder, branch, context used and cost, then the keys.
 * It stands above the draft because nothing wide may stand below the caret: some terminals, when they get narrower,
 * re-wrap the lines there and take the cursor along.
 */
import {cost, plural} from './format.js';
import type {Screen} from './screen.js';
import {cleanLine} from './text/clean.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {liveCommands, rootOf, totalSpent, type View} from './view.js';

export function statusRule(screen: Screen, theme: Theme): string {
  const {glyphs, styles} = theme;
  const {columns} = screen.size;
  const edge = glyphs.rule.repeat(2);
  const keys = screen.isLeaving ? 'ctrl-c again leaves' : `? keys ${glyphs.dot} / commands`;
  const state = (screen.answering?.kept ? ['why not?'] : statusParts(screen)).join(` ${glyphs.dot} `);
  const room = columns - 2 * width(edge) - 4;
  const hasRoomForKeys = screen.isLeaving || width(state) + width(keys) + 4 <= room;
  const right = hasRoomForKeys && width(keys) + 4 <= room ? ` ${keys} ${edge}` : edge;
  const left = `${edge} ${truncate(state, Math.max(0, columns - width(right) - width(edge) - 3), glyphs.ellipsis)} `;
  const rule = glyphs.rule.repeat(Math.max(0, columns - width(left) - width(right)));
  return paint(styles.dim, truncate(left + rule + right, columns, ''));
}

function statusParts({status, view}: Screen): string[] {
  const {model, folder, branch} = status;
  const place = branch ? `${folder} (${branch.name}${branch.isDirty ? '*' : ''})` : folder;
  return [
    cleanLine(model),
    cleanLine(place),
    ...contextPart(view, status.contextWindow),
    ...costPart(view),
    ...commandPart(view),
  ];
}

function contextPart(view: View, contextWindow: number | null): string[] {
  const used = rootOf(view)?.contextTokens ?? null;
  if (used === null || contextWindow === null) return [];
  return [`context ${Math.round((used / contextWindow) * 100)} %`];
}

/** Nothing before something was spent. */
function costPart(view: View): string[] {
  const {tokens, costUsd} = totalSpent(view);
  return tokens === 0 && costUsd === 0 ? [] : [cost(costUsd)];
}

function commandPart(view: View): string[] {
  const live = liveCommands(view);
  return live === 0 ? [] : [`${plural(live, 'command')} running`];
}
