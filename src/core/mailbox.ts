/**
 * A bounded queue with a wake signal: a push is answered with a receipt, a drain empties, each item comes out once.
 */
import {race} from './cancel.js';

/** `position` counts the items in the box, from 1. */
export type Push =
  | {readonly accepted: true; readonly position: number}
  | {readonly accepted: false; readonly reason: 'full' | 'stopped'};

export interface Mailbox<T> {
  push(item: T): Push;
  drain(): readonly T[];
  isEmpty(): boolean;
  has(is: (item: T) => boolean): boolean;
  /** Calls, within the push, when the first item that wakes comes in, and at the close; returns how to end that. */
  onWake(listener: () => void): () => void;
  /** Until something that wakes is in the box, or it is closed; `Interrupted` if `signal` aborts before that. */
  wait(signal: AbortSignal): Promise<void>;
  /** Refuses further pushes; what is in stays drainable. */
  close(): void;
  readonly closed: boolean;
}

export interface MailboxOptions<T> {
  /** How many items a box holds before it is full, at least 1. */
  readonly bound: number;
  /** Makes one item of the last and the next, or null. What comes out may be dropped if `last` may. */
  merge?(last: T, next: T): T | null;
  /** Full: the oldest such item goes, to make room. */
  mayDrop?(item: T): boolean;
  /** Full, and none to drop: such an item is taken all the same. By default what `mayDrop` spares; without it, none. */
  mustKeep?(item: T): boolean;
  /** Whether an item wakes who waits. Not given: every item does. */
  wakes?(item: T): boolean;
}

/** An empty box. What it does when full is its owner's choice: refuse, or lose the oldest of what may be lost. */
export function createMailbox<T>({bound, merge, mayDrop, mustKeep, wakes}: MailboxOptions<T>): Mailbox<T> {
  let items = new Map<number, T>();
  let newest = 0;
  let search = items.entries(); // for an item to drop; goes on where it stopped, so that it looks at each once
  let searched = 0;
  let awake = false;
  const listeners = new Set<() => void>();
  const isKept = mustKeep ?? (item => mayDrop !== undefined && !mayDrop(item));
  const has: Mailbox<T>['has'] = is => [...items.values()].some(is);
  const box = {push, drain, isEmpty: () => items.size === 0, has, onWake, wait, close, closed: false};
  return box;

  function dropOldest(): boolean {
    while (mayDrop && searched < newest) {
      const [key, item] = search.next().value as [number, T];
      searched = key;
      if (mayDrop(item)) return items.delete(key);
    }
    return false;
  }

  function push(item: T): Push {
    if (box.closed) return {accepted: false, reason: 'stopped'};
    const merged = merge && items.size > 0 ? merge(items.get(newest) as T, item) : null;
    if (merged === null && items.size >= bound && !dropOldest() && !isKept(item))
      return {accepted: false, reason: 'full'};
    if (merged === null) newest += 1;
    items.set(newest, merged ?? item);
    const position = items.size;
    if (!awake && (wakes?.(item) ?? true)) {
      awake = true;
      for (const wake of listeners) wake();
    }
    return {accepted: true, position};
  }

  function drain(): readonly T[] {
    const drained = [...items.values()];
    items = new Map();
    search = items.entries();
    awake = false;
    return drained;
  }

  function onWake(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  async function wait(signal: AbortSignal): Promise<void> {
    while (!awake && !box.closed) {
      const leave: (() => void)[] = [];
      const woken = new Promise<void>(wake => leave.push(onWake(wake)));
      await race(woken, signal).finally(() => leave.pop()?.());
    }
  }

  function close(): void {
    box.closed = true;
    for (const wake of listeners) wake();
  }
}
