/**
 * Tells a person before whom nothing happens that the model's answer is still waited for: when nothing was heard of it for
 * a while, and then every minute. What else happens meanwhile, a command's output for example, is heard as well.
 */
import type {Clock} from '../core/ports.js';
import type {AgentId, StampedEvent} from '../core/types.js';
import {createAlarm} from '../providers/alarm.js';

/** Milliseconds until a person wonders, and between two lines after that. */
const firstAfter = 20_000;
const everyMs = 60_000;

export interface StillWaiting {
  hear(event: StampedEvent): void;
  stop(): void;
}

export function createStillWaiting(clock: Clock, tell: (line: string) => void): StillWaiting {
  /** Agents whose request is on its way and unanswered. */
  const asking = new Set<AgentId>();
  let since = 0;
  let nextAt = 0;
  const alarm = createAlarm(clock, ring);

  function ring(): void {
    if (clock.now() >= nextAt) {
      tell(`Still waiting for the model's answer (${inWords(nextAt - since)}).`);
      nextAt = nextAt - since < everyMs ? since + everyMs : nextAt + everyMs;
    }
    alarm.set(nextAt);
  }

  return {
    hear(event) {
      const isPaused = event.type === 'retry_scheduled' || event.type === 'request_held';
      if (event.type === 'request_started' || isPaused) asking.add(event.agentId);
      else asking.delete(event.agentId);
      since = clock.now() + (isPaused ? event.delayMs : 0);
      nextAt = since + firstAfter;
      alarm.set(asking.size > 0 ? nextAt : null);
    },
    stop: () => alarm.set(null),
  };
}

function inWords(ms: number): string {
  return ms < everyMs ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / everyMs)} min`;
}
