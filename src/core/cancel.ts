/**
 * A tree of scopes over AbortController. Aborting a scope aborts its live descendants, depth first; a finished or
 * forgotten child costs its parent nothing.
 *
 * Parents hold children weakly, children hold their parent. Whoever still holds a scope, or only its *signal* (the
 * map from signal to node sees to that), keeps the whole path to it, so an abort further up arrives; what nobody holds
 * is collected. `AbortSignal.any` would leak an entry per call on a long-lived parent, and is not used.
 */
import {Interrupted} from './errors.js';

/** A piece of work that can be stopped with everything below it. */
export interface Scope {
  readonly signal: AbortSignal;
  /** Aborts this scope and its live descendants, children first. Later calls do nothing. */
  abort(reason?: Interrupted): void;
  /** A scope below this one; born aborted if an abort of this one has begun. */
  child(): Scope;
  /** Leaves the tree: an abort of the parent no longer reaches it. Children that still live move up to the parent. */
  close(): void;
  /** How many children the scope still knows of. */
  readonly size: number;
}

interface Node {
  readonly id: symbol;
  readonly controller: AbortController;
  readonly children: Map<symbol, WeakRef<Node>>;
  /** Null for a root and for what has left the tree. */
  parent: Node | null;
  /** Set when an abort begins, before the descendants hear of it. */
  reason: Interrupted | null;
}

const nodeOf = new WeakMap<AbortSignal, Node>();
const forgotten = new FinalizationRegistry<{siblings: Node['children']; id: symbol}>(({siblings, id}) => {
  siblings.delete(id);
});

function createNode(): Node {
  const node: Node = {id: Symbol(), controller: new AbortController(), children: new Map(), parent: null, reason: null};
  nodeOf.set(node.controller.signal, node);
  return node;
}

function move(node: Node, parent: Node | null): void {
  node.parent?.children.delete(node.id);
  node.parent = parent;
  if (parent === null) return;
  parent.children.set(node.id, new WeakRef(node));
  forgotten.register(node, {siblings: parent.children, id: node.id});
}

/** Reads the live map, not a copy: a listener may close a scope whose turn has not come. */
function* childrenOf(node: Node): Generator<Node, void> {
  for (const reference of node.children.values()) {
    const child = reference.deref();
    if (child) yield child;
  }
}

function abortNode(node: Node, reason: Interrupted): void {
  if (node.reason !== null) return;
  node.reason = reason;
  for (const child of childrenOf(node)) abortNode(child, reason);
  move(node, null);
  node.controller.abort(reason);
}

function closeNode(node: Node): void {
  if (node.parent === null) return;
  for (const child of childrenOf(node)) move(child, node.parent);
  move(node, null);
}

function toScope(node: Node): Scope {
  return {
    signal: node.controller.signal,
    abort: (reason = new Interrupted()) => abortNode(node, reason),
    child() {
      const child = createNode();
      if (node.reason === null) move(child, node);
      else abortNode(child, node.reason);
      return toScope(child);
    },
    close: () => closeNode(node),
    get size() {
      return node.children.size;
    },
  };
}

/** The root of a tree of scopes. */
export function createScope(): Scope {
  return toScope(createNode());
}

/** The reason of an aborted signal as an `Interrupted`, whatever it was aborted with. */
export function interruption(signal: AbortSignal): Interrupted {
  return signal.reason instanceof Interrupted ? signal.reason : new Interrupted('interrupted', {cause: signal.reason});
}

const waiting = new WeakMap<EventTarget, Set<() => void>>();

function wakeAll({target}: Event): void {
  for (const wake of (target && waiting.get(target)) ?? []) wake();
}

/** Calls `wake` within the abort, until left. One listener a signal, however many wait: Node warns of an eleventh. */
export function whenAborted(signal: AbortSignal, wake: () => void): () => void {
  const wakes = waiting.get(signal) ?? new Set();
  waiting.set(signal, wakes.add(wake));
  if (signal.aborted) wake();
  else signal.addEventListener('abort', wakeAll, {once: true});
  return () => {
    wakes.delete(wake);
    if (wakes.size === 0) signal.removeEventListener('abort', wakeAll);
  };
}

/**
 * Settles as `work` does, or rejects with `Interrupted` as soon as `signal` aborts, and leaves no listener behind.
 * `work` itself goes on: whoever started it stops it through the same signal.
 */
export function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = whenAborted(signal, () => reject(interruption(signal)));
    work.finally(leave).then(resolve, reject);
  });
}
