/**
 * A model that is refused tries again, often many times: equal refusals in a row are one item that says how many they were.
 * What each of them was about, the whole session's view tells.
 */
import type {CallItem, Item} from './items.js';
import {isRunning, type Screen} from './screen.js';
import {rootOf} from './view.js';

/** The items, each run of equal refusals as its first. */
export function foldRefusals(items: readonly Item[]): readonly Item[] {
  const folded: Item[] = [];
  for (const item of items) {
    const last = folded.at(-1);
    const both = last ? joinRefusals(last, item) : null;
    if (both) folded[folded.length - 1] = both;
    else folded.push(item);
  }
  return folded;
}

/** Two that follow each other as one; null unless they are equal refusals. */
export function joinRefusals(first: Item, next: Item): CallItem | null {
  if (!isRefusal(first) || !isRefusal(next)) return null;
  const areEqual =
    first.tool === next.tool &&
    first.state === next.state &&
    first.isRefused === next.isRefused &&
    // What the person decided stays one by one.
    (!first.isRefused || first.title === next.title) &&
    first.display?.summary === next.display?.summary;
  if (!areEqual) return null;
  const parts = [first.more, next.more].flatMap(more => more ?? []);
  const count = parts.reduce((sum, more) => sum + more.count, 1);
  return {...first, more: {count, areSame: first.title === next.title && parts.every(({areSame}) => areSame)}};
}

/** What can be printed: a refusal at the end waits for its like, as long as one may come. */
export function dueItems(screen: Screen): readonly Item[] {
  const {held, view} = screen;
  const last = held.at(-1);
  const next = rootOf(view)?.items.at(0);
  const mayGoOn = isRunning(screen) && (next === undefined || next.type === 'call');
  return mayGoOn && last && isRefusal(last) ? held.slice(0, -1) : held;
}

/** A call that nothing came of: not allowed, or called off before it began. */
function isRefusal(item: Item): item is CallItem {
  if (item.type !== 'call' || item.agent !== null) return false;
  return item.state === 'denied' || (item.state === 'interrupted' && item.startedAt === null);
}
