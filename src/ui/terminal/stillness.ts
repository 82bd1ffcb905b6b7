/**
 * Waits until the window stands still. A window that is dragged changes many times a second; whatever is drawn meanwhile
 * the terminal wraps anew with the next change, and may push it into the scrollback, where nothing takes it back.
 */

export interface Stillness {
  /** It changed within the last moments. */
  readonly isAwaited: boolean;
  /** It changed. */
  moved(): void;
  /** Waits no longer: what is due is called now. */
  settle(): void;
  /** Waits no longer, and calls nothing. */
  stop(): void;
}

/** `after`: milliseconds without a change. */
export function createStillness({after, onStill}: {readonly after: number; readonly onStill: () => void}): Stillness {
  let waiting: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  const settle = (): void => {
    if (waiting === undefined) return;
    stop();
    onStill();
  };
  return {
    get isAwaited() {
      return waiting !== undefined;
    },
    moved() {
      clearTimeout(waiting);
      waiting = setTimeout(settle, after);
    },
    settle,
    stop,
  };
}
