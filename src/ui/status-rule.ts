/**
 * The line between what was said and what is being typed: the mode if it is not the usual one, model, folder, branch,
 * context used and cost, then the keys. It stands above the draft because nothing wide may stand below the caret: some terminals, when they get narrower,
 * re-wrap the lines there and take the cursor along.
 */

import type {AgentSnapshot} from '../core/tree.js';
import {cost, plural} from './format.js';
import {modeWord} from './mode.js';
import {addresseeOf} from './panes/focus.js';
import {stopKey, stoppedByLeaving} from './panes/stops.js';
import {liveAgents} from './panes/tree.js';
import {isAsked, type LeavingKey, putOffQuestions, type Screen} from './screen.js';
import {costText} from './spending.js';
import {cleanLine} from './text/clean.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {liveCommands, rootOf, totalSpent, type View} from './view.js';

export function statusRule(screen: Screen, theme: Theme): string {
  const {glyphs, styles} = theme;
  const {columns} = screen.size;
  const edge = glyphs.rule.repeat(2);
  const {matter, ...told} = keysOf(screen, theme);
  const {whole, fewer} = statesOf(screen, theme);
  const room = columns - 2 * width(edge) - 3;
  const keys = told.keys.find(each => width(each) + 2 < room) ?? '';
  const keysRoom = width(keys) + 2;
  const beside = (matter === 'little' ? whole : [...whole, ...fewer]).find(each => width(each) + keysRoom <= room);
  const hasKeys = keys !== '' && (beside !== undefined || matter === 'most');
  const alone = [...whole, ...fewer].find(each => width(each) <= room) ?? fewer.at(-1) ?? '';
  const state = beside ?? (hasKeys ? (fewer.at(-1) ?? '') : alone);
  const right = hasKeys ? ` ${keys} ${edge}` : edge;
  const left = `${edge} ${truncate(state, Math.max(0, columns - width(right) - width(edge) - 3), glyphs.ellipsis)} `;
  const rule = glyphs.rule.repeat(Math.max(0, columns - width(left) - width(right)));
  const line = truncate(left + rule + right, columns, '');
  const mode = modeWord(screen.status.mode);
  const [start, end] = [edge.length + 1, edge.length + 1 + (mode?.word.length ?? 0)];
  if (mode === null || line.slice(start, end) !== mode.word) return paint(styles.dim, line);
  return (
    paint(styles.dim, line.slice(0, start)) + paint(styles[mode.style], mode.word) + paint(styles.dim, line.slice(end))
  );
}

/** Whom the keys are for, if that is not plain: a stop that was held off, a draft that is no prompt to the root. */
function addressLine(screen: Screen): string[] | null {
  if (screen.answering?.kept) return ['why not?'];
  if (screen.moved?.isHeldOff) return [`${screen.moved.from} has ended`, `again: for ${addresseeOf(screen)}`];
  if (screen.strayed !== null) return [`${screen.strayed} has ended`, `enter: for ${addresseeOf(screen)} instead`];
  if (screen.focus === null) return null;
  const hasEnded = screen.view.ended.has(screen.focus);
  return hasEnded ? [`${addresseeOf(screen)} has ended`, 'it reads nothing any more'] : [`to: ${addresseeOf(screen)}`];
}

/** In fewer and fewer words. `most`: they matter more than the state; `little`: less than all of it. */
interface Keys {
  readonly keys: readonly string[];
  readonly matter: 'most' | 'some' | 'little';
}

function keysOf(screen: Screen, {glyphs}: Theme): Keys {
  if (screen.leaving) return {keys: leavingKeys(screen, screen.leaving), matter: 'most'};
  if (screen.isGoingBack) return {keys: ['esc again: back to a message'], matter: 'most'};
  // The question stands where else it would be told what stops.
  const stops = isAsked(screen) ? stopKey(screen) : '';
  if (stops !== '') return {keys: [stops], matter: 'most'};
  if (screen.wayOut === 'told') return {keys: ['shift+tab again: another mode'], matter: 'most'};
  if (screen.focus !== null) return {keys: ['shift+tab back'], matter: 'some'};
  const panes = putOffQuestions(screen).length > 0 ? `${glyphs.down} panes` : 'tab panes';
  if (liveAgents(screen.view) > 0) return {keys: [panes], matter: 'some'};
  return {keys: [`? keys ${glyphs.dot} / commands`], matter: 'little'};
}

function leavingKeys({view}: Screen, leaving: LeavingKey): readonly string[] {
  const again = `${leaving.replace('+', '-')} again`;
  const stops = stoppedByLeaving(view);
  const longer = stops === '' ? [] : [`${again} leaves and stops ${stops}`, `${again}: stops ${stops}`];
  return [...longer, `${again} leaves`];
}

/** What is told, in fewer and fewer words: first the folder gives way; then the branch, the place, the context, the model. */
interface States {
  readonly whole: readonly string[];
  readonly fewer: readonly string[];
}

function statesOf(screen: Screen, {glyphs}: Theme): States {
  const {status, view} = screen;
  const mode = modeWord(status.mode);
  const dotted = (...parts: readonly string[]): string =>
    [...(mode ? [mode.word] : []), ...parts].join(` ${glyphs.dot} `);
  const address = addressLine(screen);
  if (address !== null) return {whole: [], fewer: [dotted(...address)]};
  const {branch} = status;
  const named = branch ? ` (${cleanLine(branch.name)}${branch.isDirty ? '*' : ''})` : '';
  const folders = shorter(cleanLine(status.folder), glyphs.ellipsis);
  const run = rootOf(view)?.run;
  const model = cleanLine(run && run.model !== run.chosen ? run.model : status.model);
  const context = contextPart(view, status.contextWindow);
  const rest = [...costPart(view, status.budgetUsd), ...backgroundPart(view), ...commandPart(view)];
  const fewer = [
    ...folders.slice(-1).map(folder => dotted(model, folder, ...context, ...rest)),
    dotted(model, ...context, ...rest),
    dotted(model, ...rest),
    dotted(...rest),
  ];
  return {
    whole: folders.map(folder => dotted(model, folder + named, ...context, ...rest)),
    fewer: fewer.filter(state => state !== ''),
  };
}

/** `~/code/shop/api`, `…/shop/api`, `…/api`. */
function shorter(folder: string, ellipsis: string): readonly string[] {
  const names = folder.split('/').filter(name => name !== '');
  const ends = names.slice(1).map((_, index) => `${ellipsis}/${names.slice(index + 1).join('/')}`);
  return [folder, ...ends.filter(end => width(end) < width(folder))];
}

function contextPart(view: View, contextWindow: number | null): string[] {
  const used = rootOf(view)?.contextTokens ?? null;
  if (used === null || contextWindow === null) return [];
  return [`context ${Math.round((used / contextWindow) * 100)} %`];
}

/** Nothing before something was spent; what is left, if there is a limit. */
function costPart(view: View, budgetUsd: number | null): string[] {
  const total = totalSpent(view);
  const {tokens, costUsd} = total;
  const spent = tokens === 0 && costUsd === 0 ? [] : [costText(total)];
  return budgetUsd === null || costUsd === null ? spent : [...spent, `${cost(Math.max(0, budgetUsd - costUsd))} left`];
}

/** Agents that nobody waits for at a call, with those below them. */
function backgroundPart({known}: View): string[] {
  const isAside = ({background, parentId}: AgentSnapshot): boolean => {
    const parent = known.get(parentId ?? '');
    return background || (parent !== undefined && isAside(parent));
  };
  const live = [...known.values()].filter(agent => agent.endedAt === null && isAside(agent)).length;
  return live === 0 ? [] : [`${live} in the background`];
}

function commandPart(view: View): string[] {
  const live = liveCommands(view);
  return live === 0 ? [] : [`${plural(live, 'command')} running`];
}
