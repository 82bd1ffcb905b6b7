/**
 * A tree of scopes over AbortController. Aborting a scope aborts its live descendants, depth first; a finished or
 * forgotten child costs its parent nothing.
 *
 * Parents hold children weakly. While somebody still holds a child's *signal*, the map from signal to node keeps the
 * child reachable, so the abort arrives; when nobody does, the child is collected and its slot in the parent with it.
 * `AbortSignal.any` would leak an entry per call on a long-lived parent, and is not used.
 */
import {Interrupted} from './errors.js';

/** A piece of work that can be stopped with everything below it. */
export interface Scope {
  readonly signal: AbortSignal;
  /** Aborts this scope and its live descendants, children first. Later calls do nothing. */
  abort(reason?: Interrupted): void;
  /** A scope below this one; born aborted if this one is. */
  child(): Scope;
  /** Leaves the tree: an abort of the parent no longer reaches it. */
  close(): void;
  /** How many children the parent still knows of. */
  readonly size: number;
}

interface Node {
  readonly controller: AbortController;
  readonly children: Set<WeakRef<Node>>;
}

const nodeOf = new WeakMap<AbortSignal, Node>();
const forgotten = new FinalizationRegistry<{parent: WeakRef<Node>; reference: WeakRef<Node>}>(({parent, reference}) => {
  parent.deref()?.children.delete(reference);
});

function abortNode(node: Node, reason: Interrupted): void {
  if (node.controller.signal.aborted) return;
  for (const reference of [...node.children]) {
    const child = reference.deref();
    if (child) abortNode(child, reason);
  }
  node.children.clear();
  node.controller.abort(reason);
}

function toScope(node: Node, leave: () => void): Scope {
  return {
    signal: node.controller.signal,
    abort: (reason = new Interrupted()) => abortNode(node, reason),
    child: () => childOf(node),
    close: leave,
    get size() {
      return node.children.size;
    },
  };
}

function createNode(): Node {
  const node: Node = {controller: new AbortController(), children: new Set()};
  nodeOf.set(node.controller.signal, node);
  return node;
}

function childOf(parent: Node): Scope {
  const node = createNode();
  if (parent.controller.signal.aborted) {
    node.controller.abort(parent.controller.signal.reason);
    return toScope(node, () => {});
  }
  const reference = new WeakRef(node);
  parent.children.add(reference);
  forgotten.register(node, {parent: new WeakRef(parent), reference}, reference);
  return toScope(node, () => {
    parent.children.delete(reference);
    forgotten.unregister(reference);
  });
}

/** The root of a tree of scopes. */
export function createScope(): Scope {
  return toScope(createNode(), () => {});
}

/** The reason of an aborted signal as an `Interrupted`, whatever it was aborted with. */
export function interruption(signal: AbortSignal): Interrupted {
  return signal.reason instanceof Interrupted ? signal.reason : new Interrupted('interrupted', {cause: signal.reason});
}

/**
 * Settles as `work` does, or rejects with `Interrupted` as soon as `signal` aborts. Leaves no listener behind.
 * `work` itself goes on: whoever started it stops it through the same signal.
 */
export function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(interruption(signal));
    if (signal.aborted) {
      work.catch(() => {});
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, {once: true});
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
