/** The last line: model, folder, branch, context used and cost on the left, keys on the right. */
import {cost, plural} from './format.js';
import type {Screen} from './screen.js';
import {cleanLine} from './text/clean.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {rootOf, totalSpent, type View} from './view.js';

export function statusLine(screen: Screen, theme: Theme): string {
  const {glyphs, styles} = theme;
  const columns = screen.size.columns - 4;
  const right = screen.isLeaving ? 'ctrl-c again leaves' : `? keys ${glyphs.dot} / commands`;
  const parts = statusParts(screen);
  const left = parts.join(` ${glyphs.dot} `);
  const room = columns - width(right) - 2;
  if (room < 20 || width(left) > room) {
    const only = screen.isLeaving ? right : truncate(left, columns, glyphs.ellipsis);
    return `  ${paint(styles.dim, only)}`;
  }
  return `  ${paint(styles.dim, left + ' '.repeat(columns - width(left) - width(right)) + right)}`;
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
  const live = [...view.agents.values()].reduce((sum, {liveCommands}) => sum + liveCommands, 0);
  return live === 0 ? [] : [`${plural(live, 'command')} running`];
}
