/**
 * Which pane has the keys, and whose draft is being typed. Every agent has a draft of its own; what was typed for one
 * that ends stays where it is, and is sent to nobody else before the person has seen so.
 */
import type {AgentId} from '../../core/types.js';
import {nameOf} from '../agent-lines.js';
import {type Composer, compose, createComposer} from '../composer/composer.js';
import type {Screen} from '../screen.js';
import {agentOf, type View} from '../view.js';
import {type Fold, isLive, panesOf} from './tree.js';

/** To whom the draft goes. */
export function addresseeOf({view, focus}: Screen): string {
  const agent = focus === null ? undefined : view.known.get(focus);
  return agent ? nameOf(agent) : 'the main agent';
}

/** To whom the draft goes, if something sent there is not read yet and may come back: as long as nothing is typed. */
export function takenBackFrom({view, focus, steered, composer, answering}: Screen): AgentId | null {
  const isUntouched = composer.isGivenBack || (composer.text === '' && composer.recalled === null);
  if (!isUntouched || answering?.kept) return null;
  if (focus === null) return steered.length > 0 ? view.rootId : null;
  const items = agentOf(view, focus)?.items ?? [];
  return items.some(item => item.type === 'mail' && item.from === 'user' && item.state === 'queued') ? focus : null;
}

/** Gives the keys to a pane, or to the root's draft. A draft without a reader goes along. */
export function focusOn(screen: Screen, focus: AgentId | null): Screen {
  if (focus === screen.focus) return screen;
  if (screen.strayed !== null) return {...screen, focus};
  const {composer} = screen;
  const drafts = new Map(screen.drafts);
  if (composer.text !== '') drafts.set(screen.focus ?? '', composer);
  return withDraft({...screen, focus, drafts, composer: createComposer(composer.history)});
}

/** Takes up the draft that was left for the one who has the focus, unless another is being typed. */
export function withDraft(screen: Screen): Screen {
  const key = screen.focus ?? '';
  const left = screen.drafts.get(key);
  if (!left || screen.composer.text !== '') return screen;
  const drafts = new Map(screen.drafts);
  drafts.delete(key);
  return {...screen, drafts, composer: {...left, history: screen.composer.history}};
}

/** Puts what was sent to an agent, or to the root, back into its draft, wherever that is while another is typed. */
export function giveBack(screen: Screen, to: AgentId | null, text: string): Screen {
  const change = (draft: Composer): Composer => compose(draft, {type: 'giveBack', text});
  const {focus, answering, composer, drafts} = screen;
  if (focus !== to) {
    const key = to ?? '';
    return {...screen, drafts: new Map(drafts).set(key, change(drafts.get(key) ?? createComposer(composer.history)))};
  }
  if (answering?.kept) return {...screen, answering: {...answering, kept: change(answering.kept)}};
  return {...screen, composer: change(composer)};
}

/**
 * The focus moves on from an agent that ends: to its neighbour, else to what it stands below, else back to the draft. Whoever
 * went to one that had ended stays there as long as it has a row. `before`: what was seen when it was there.
 */
export function withFocus(screen: Screen, before: View): Screen {
  const {focus, view, composer} = screen;
  if (focus === null || screen.answering?.kept) return screen;
  const agent = view.known.get(focus);
  if (agent && isLive(agent)) return screen;
  const known = before.known.get(focus);
  if (known && !isLive(known) && panesOf(screen).some(pane => pane.agent.id === focus)) return screen;
  const next = neighbourOf(screen, focus, before);
  const from = agent ? nameOf(agent) : focus;
  const left: Screen = {...screen, moved: {from, at: screen.now, isHeldOff: false}};
  return composer.text === '' ? focusOn(left, next) : {...left, focus: next, strayed: screen.strayed ?? from};
}

/**
 * Who lives and stood nearest: the next below the same agent, else the one before, else that agent itself; then the same
 * of that agent's neighbours; at last anybody.
 */
function neighbourOf(screen: Screen, id: AgentId, before: View): AgentId | null {
  const panes = panesOf({view: before, folds: screen.folds});
  const pane = panes.find(({agent}) => agent.id === id);
  if (!pane) return rowAbove(screen, id);
  const live = new Set(panesOf(screen).flatMap(({agent}) => (isLive(agent) ? [agent.id] : [])));
  const isLeft = (row: AgentId): boolean => live.has(row);
  for (const from of [pane, ...pane.above.toReversed()]) {
    if (isLeft(from.agent.id)) return from.agent.id;
    const beside = panes.filter(({above}) => above.at(-1)?.agent.id === from.above.at(-1)?.agent.id);
    const rows = beside.map(({agent}) => agent.id);
    const at = rows.indexOf(from.agent.id);
    const next = rows.slice(at + 1).find(isLeft) ?? rows.slice(0, Math.max(0, at)).findLast(isLeft);
    if (next !== undefined) return next;
  }
  return [...live].at(0) ?? null;
}

function rowAbove({view, folds}: Screen, id: AgentId): AgentId | null {
  const rows = new Set(panesOf({view, folds}).map(({agent}) => agent.id));
  let above = view.known.get(id)?.parentId ?? null;
  while (above !== null && !rows.has(above)) above = view.known.get(above)?.parentId ?? null;
  return above;
}

/** Moves over the rows; over either end, to the draft if `wraps`. */
export function moveFocus(screen: Screen, by: -1 | 1, wraps: boolean): Screen {
  const ids = panesOf(screen).map(({agent}) => agent.id);
  const at = screen.focus === null ? (by < 0 ? ids.length : -1) : ids.indexOf(screen.focus);
  const next = ids[at + by];
  if (next !== undefined) return focusOn(screen, next);
  return wraps ? focusOn(screen, null) : screen;
}

/** Unfolds a step, or folds one; what is folded already gives the focus to the row above. */
export function changeFold(screen: Screen, direction: 'fold' | 'unfold' | 'toggle'): Screen {
  const pane = panesOf(screen).find(({agent}) => agent.id === screen.focus);
  if (!pane) return screen;
  const {agent, fold, below} = pane;
  const set = (next: Fold): Screen => ({...screen, folds: new Map(screen.folds).set(agent.id, next)});
  if (direction === 'toggle') return set(fold === 'open' ? 'rows' : 'open');
  if (direction === 'unfold') return set(fold === 'closed' && below > 0 ? 'rows' : 'open');
  if (fold === 'open') return set('rows');
  if (fold === 'rows' && below > 0) return set('closed');
  const above = rowAbove(screen, agent.id);
  return above === null ? screen : focusOn(screen, above);
}
