/**
 * The line between what was said and what is being typed: model, folder, branch, context used and cost, then the keys.
 * It stands above the draft because nothing wide may stand below the caret: some terminals, when they get narrower,
 * re-wrap the lines there and take the cursor along.
 */
import {cost, plural} from './format.js';
import {addresseeOf} from './panes/focus.js';
import {stopKey} from './panes/stops.js';
import {liveAgents} from './panes/tree.js';
import {isAsked, putOffQuestions, type Screen} from './screen.js';
import {cleanLine} from './text/clean.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {liveCommands, rootOf, totalSpent, type View} from './view.js';

export function statusRule(screen: Screen, theme: Theme): string {
  const {glyphs, styles} = theme;
  const {columns} = screen.size;
  const edge = glyphs.rule.repeat(2);
  const [keys, isUrgent] = keysOf(screen, theme);
  const state = (addressLine(screen) ?? statusParts(screen)).join(` ${glyphs.dot} `);
  const room = columns - 2 * width(edge) - 4;
  const hasRoomForKeys = isUrgent || width(state) + width(keys) + 4 <= room;
  const right = hasRoomForKeys && width(keys) + 4 <= room ? ` ${keys} ${edge}` : edge;
  const left = `${edge} ${truncate(state, Math.max(0, columns - width(right) - width(edge) - 3), glyphs.ellipsis)} `;
  const rule = glyphs.rule.repeat(Math.max(0, columns - width(left) - width(right)));
  return paint(styles.dim, truncate(left + rule + right, columns, ''));
}

/** Whom the keys are for, if that is not plain: a stop that was held off, a draft that is no prompt to the root. */
function addressLine(screen: Screen): string[] | null {
  if (screen.answering?.kept) return ['why not?'];
  if (screen.moved?.isHeldOff) return [`${screen.moved.from} has ended`, `again: for ${addresseeOf(screen)}`];
  if (screen.strayed !== null) return [`${screen.strayed} has ended`, `enter: for ${addresseeOf(screen)} instead`];
  return screen.focus === null ? null : [`to: ${addresseeOf(screen)}`];
}

/** Also whether they matter more than the state. */
function keysOf(screen: Screen, {glyphs}: Theme): readonly [keys: string, isUrgent: boolean] {
  if (screen.isLeaving) return ['ctrl-c again leaves', true];
  // The question stands where else it would be told what stops.
  const stops = isAsked(screen) ? stopKey(screen) : '';
  if (stops !== '') return [stops, true];
  if (screen.focus !== null) return ['shift+tab back', false];
  const panes = putOffQuestions(screen).length > 0 ? 'shift+tab panes' : 'tab panes';
  return [liveAgents(screen.view) > 0 ? panes : `? keys ${glyphs.dot} / commands`, false];
}

function statusParts({status, view}: Screen): string[] {
  const {model, folder, branch} = status;
  const place = branch ? `${folder} (${branch.name}${branch.isDirty ? '*' : ''})` : folder;
  return [
    cleanLine(model),
    cleanLine(place),
    ...contextPart(view, status.contextWindow),
    ...costPart(view),
    ...backgroundPart(view),
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

/** Agents that nobody waits for at a call. */
function backgroundPart({known}: View): string[] {
  const live = [...known.values()].filter(({background, endedAt}) => background && endedAt === null).length;
  return live === 0 ? [] : [`${live} in the background`];
}

function commandPart(view: View): string[] {
  const live = liveCommands(view);
  return live === 0 ? [] : [`${plural(live, 'command')} running`];
}
