/**
 * When to draw: streamed events are flushed at most every so often, at once after a pause; while something runs, the
 * clock moves on even without events. When nothing runs there is no timer.
 */

export interface Pulse {
  /** Events came in. */
  wake(): void;
  /** A frame was drawn; `isRunning` asks for the next one. */
  drawn(isRunning: boolean): void;
  stop(): void;
}

export interface PulseOptions {
  /** Milliseconds between two flushes. */
  readonly flushEvery: number;
  /** Milliseconds until the clock moves on. */
  readonly tickEvery: number;
  readonly onFlush: () => void;
  readonly onTick: () => void;
}

export function createPulse({flushEvery, tickEvery, onFlush, onTick}: PulseOptions): Pulse {
  let lastFlush = 0;
  let flushing: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;

  const flush = (): void => {
    flushing = undefined;
    lastFlush = Date.now();
    onFlush();
  };

  return {
    wake() {
      flushing ??= setTimeout(flush, Math.max(0, lastFlush + flushEvery - Date.now()));
    },
    drawn(isRunning) {
      clearTimeout(ticking);
      if (isRunning) ticking = setTimeout(onTick, tickEvery);
    },
    stop() {
      clearTimeout(flushing);
      clearTimeout(ticking);
    },
  };
}
