/**
 * How long to wait before another try: exponential with full jitter, so that programs which failed together do not
 * come back together, and never less than the server asks for.
 */

/** Milliseconds. After `steps` failures in a row the longest wait is reached. */
export const backoff = {baseMs: 500, capMs: 32_000, steps: 7} as const;

/** `failures` counts from 1; `random` is like `Math.random`. */
export function backoffMs(failures: number, random: () => number, retryAfterMs = 0): number {
  const ceiling = Math.min(backoff.capMs, backoff.baseMs * 2 ** (failures - 1));
  return Math.max(retryAfterMs, Math.round(random() * ceiling));
}
