/**
 * Why something is to be stopped before it ends by itself: its time is over, or its signal aborted.
 */
type StopReason = 'timed out' | 'interrupted';

interface Stop {
  /** Settles when there is a reason, perhaps never. */
  readonly reason: Promise<StopReason>;
  /** No time is over any more. */
  untime(): void;
  /** Leaves no timer and no listener. */
  dispose(): void;
}

export function createStop(signal: AbortSignal, timeoutMs: number): Stop {
  let dispose = (): void => {};
  let untime = (): void => {};
  const reason = new Promise<StopReason>(resolve => {
    const onAbort = (): void => resolve('interrupted');
    const timer = setTimeout(() => resolve('timed out'), timeoutMs);
    signal.addEventListener('abort', onAbort, {once: true});
    if (signal.aborted) onAbort();
    untime = () => clearTimeout(timer);
    dispose = () => {
      untime();
      signal.removeEventListener('abort', onAbort);
    };
  });
  return {reason, untime, dispose};
}
