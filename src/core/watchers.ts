/**
 * Who watches the events of a session: a mailbox each, of its own bound and filter. Watching keeps nothing that nobody
 * watches, and a slow watcher costs no more than its bound.
 */
import {isDelta, mergeDeltas} from './deltas.js';
import {createMailbox, type Mailbox} from './mailbox.js';
import type {StampedEvent} from './types.js';

export interface ObserveOptions {
  filter?(event: StampedEvent): boolean;
  readonly bound?: number;
}

export interface Watchers {
  /**
   * A mailbox of everything told from now on; its owner closes it. Neighbouring deltas of one block merge, and when it is
   * full the oldest deltas go: what they said comes whole with the end of their block or call.
   */
  observe(options?: ObserveOptions): Mailbox<StampedEvent>;
  tell(event: StampedEvent): void;
}

interface Watcher {
  readonly box: Mailbox<StampedEvent>;
  readonly filter: ObserveOptions['filter'];
}

/** Events that may wait for a watcher, unless it says otherwise. */
const defaultBound = 2_048;

export function createWatchers(): Watchers {
  const watchers = new Set<Watcher>();
  return {
    observe({filter, bound = defaultBound} = {}) {
      const box = createMailbox<StampedEvent>({bound, merge: mergeDeltas, mayDrop: isDelta});
      watchers.add({box, filter});
      return box;
    },
    tell(event) {
      for (const watcher of watchers) {
        if (watcher.box.closed) watchers.delete(watcher);
        else if (watcher.filter?.(event) ?? true) watcher.box.push(event);
      }
    },
  };
}
