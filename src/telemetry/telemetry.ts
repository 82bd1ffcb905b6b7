/** Telemetry of one session: what its events come to as spans and metrics, on their way to a collector. */
import type {StampedEvent} from '../core/types.js';
import {openExporters} from './exporters.js';
import type {Following, SessionFacts} from './following.js';
import {createMetrics} from './metrics.js';
import {createSpans} from './spans.js';
import type {TelemetryWish} from './wish.js';

/** How long the end of a session waits for what is left to be sent. Milliseconds. */
const closingMs = 1_000;

/** The events of a session, from now on. */
interface Source {
  drain(): readonly StampedEvent[];
  onWake(listener: () => void): () => void;
}

export interface Telemetry {
  watch(source: Source): void;
  /** Sends what is left, within a bound. Rejects never. */
  close(): Promise<void>;
}

/** @param onFault is told, once, that nothing can be sent, and why. */
export function openTelemetry(wish: TelemetryWish, facts: SessionFacts, onFault: (line: string) => void): Telemetry {
  const {tracer, meter, close} = openExporters(wish, onFault);
  const {withContent, parent} = wish;
  const followers: readonly Following[] = [
    ...(tracer ? [createSpans({...facts, tracer, withContent, parent})] : []),
    ...(meter ? [createMetrics({...facts, meter, now: () => performance.now()})] : []),
  ];
  let leave = (): void => {};
  return {
    watch(source) {
      const follow = (): void => {
        for (const event of source.drain()) for (const follower of followers) follower.follow(event);
      };
      // At once, so that times are those of the events.
      leave = source.onWake(follow);
      follow();
    },
    async close() {
      leave();
      for (const follower of followers) follower.end();
      await close(closingMs);
    },
  };
}
