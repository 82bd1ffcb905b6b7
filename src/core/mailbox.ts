/**
 * A bounded queue with a wake signal: a push is answered with a receipt, a drain empties, each item comes out once.
 */
import {race} from './cancel.js';
import {createQueue, type Queue, type QueueOptions} from './queue.js';

/** `position` counts the items in the box, from 1. */
export type Push =
  | {readonly accepted: true; readonly position: number}
  | {readonly accepted: false; readonly reason: 'full' | 'stopped'};

export interface Mailbox<T> extends Pick<Queue<T>, 'drain' | 'withdraw' | 'has' | 'isEmpty'> {
  push(item: T): Push;
  /** Calls, within the push, when the first item that wakes comes in, and at the close; returns how to end that. */
  onWake(listener: () => void): () => void;
  /** Until something that wakes is in the box, or it is closed; `Interrupted` if `signal` aborts before that. */
  wait(signal: AbortSignal): Promise<void>;
  /** Refuses further pushes; what is in stays drainable. */
  close(): void;
  readonly closed: boolean;
}

export interface MailboxOptions<T> extends QueueOptions<T> {
  /** Whether an item wakes who waits. Not given: every item does. */
  wakes?(item: T): boolean;
}

/** An empty box. What it does when full is its owner's choice: refuse, or lose the oldest of what may be lost. */
export function createMailbox<T>({wakes = () => true, ...options}: MailboxOptions<T>): Mailbox<T> {
  const queue = createQueue(options);
  let awake = false;
  const listeners = new Set<() => void>();
  const {has, isEmpty} = queue;
  const box = {push, drain, withdraw, has, isEmpty, onWake, wait, close, closed: false};
  return box;

  function push(item: T): Push {
    if (box.closed) return {accepted: false, reason: 'stopped'};
    const position = queue.add(item);
    if (position === null) return {accepted: false, reason: 'full'};
    if (!awake && wakes(item)) {
      awake = true;
      for (const wake of listeners) wake();
    }
    return {accepted: true, position};
  }

  function drain(): readonly T[] {
    awake = false;
    return queue.drain();
  }

  function withdraw(is: (item: T) => boolean): T | null {
    const item = queue.withdraw(is);
    awake &&= has(wakes);
    return item;
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
