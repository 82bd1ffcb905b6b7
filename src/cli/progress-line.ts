/**
 * One line in the terminal that says what a one-shot run does: rewritten each second, and gone before anything else is written.
 * The answer comes only once it is whole, so without it nothing would move for minutes.
 */
import type {AgentControl} from '../core/control.js';
import type {Clock} from '../core/ports.js';
import {createAlarm} from '../providers/alarm.js';
import {duration, plural} from '../ui/format.js';
import {cleanLine} from '../ui/text/clean.js';
import {truncate} from '../ui/text/width.js';

/** Milliseconds until there is one: most answers that come at once need none. */
const firstAfter = 2_000;
const everyMs = 1_000;

export interface ProgressLine {
  /** Wipes it before something else is written; it comes again. */
  clear(): void;
  stop(): void;
}

export interface ProgressLineOptions {
  readonly agents: Pick<AgentControl, 'snapshot'>;
  readonly clock: Clock;
  /** Of the terminal, at the moment. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

export function createProgressLine({agents, clock, columns, write}: ProgressLineOptions): ProgressLine {
  const startedAt = clock.now();
  let isShown = false;
  const alarm = createAlarm(clock, draw);
  alarm.set(startedAt + firstAfter);

  function draw(): void {
    // One column stays free: behind a full row some terminals begin another.
    const line = truncate(`${duration(clock.now() - startedAt)}  ${doing(agents)}`, columns() - 1, '...');
    write(`\r${line}\x1b[K`);
    isShown = true;
    alarm.set(clock.now() + everyMs);
  }

  function clear(): void {
    if (isShown) write('\r\x1b[K');
    isShown = false;
  }

  return {
    clear,
    stop() {
      alarm.set(null);
      clear();
    },
  };
}

/** What the main agent does; where others are at work, how many, and what one of them does. */
function doing(agents: Pick<AgentControl, 'snapshot'>): string {
  const live = agents.snapshot().filter(({endedAt}) => endedAt === null);
  const below = live.filter(({parentId}) => parentId !== null);
  const [main] = live;
  const last = below.toSorted((one, other) => other.since - one.since)[0] ?? main;
  const does = cleanLine(last?.activity || last?.state || '');
  return below.length === 0 ? does : `${plural(below.length, 'agent')} at work: ${does}`;
}
