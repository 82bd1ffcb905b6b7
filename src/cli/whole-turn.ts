/**
 * A turn with all that it started: agents in the background may outlive it, and where nobody stays to hear of them, the
 * turn is over only when they are.
 */

import type {RunOutcome, StampedEvent} from '../core/types.js';
import type {Session} from '../session.js';
import type {Prompt} from './prompt.js';

type Watched = Pick<Session, 'send' | 'compact' | 'observe' | 'agents'>;

/** As `session.send`, and then what the agents say that still live, to the last one's end. To be read to the end. */
export async function* wholeTurn(session: Watched, prompt: Prompt): AsyncGenerator<StampedEvent, RunOutcome> {
  const instructions = compactionIn(prompt);
  const turn = instructions === null ? session.send(prompt) : compacting(session, instructions);
  let seen = 0;
  let rest: ReturnType<Session['observe']> | null = null;
  for (;;) {
    const step = await turn.next();
    if (step.done) {
      if (rest) yield* afterwards(rest, session, seen);
      return step.value;
    }
    const {seq, type, parentId} = step.value;
    seen = seq;
    // From before the turn's last word, so that nothing falls between the two.
    if (type === 'run_finished' && parentId === null)
      rest = session.observe({filter: event => event.parentId !== null});
    yield step.value;
  }
}

/** What the summary is to hold, where the prompt asks for nothing but one: `/compact keep the names`. */
function compactionIn(prompt: Prompt): string | null {
  const asked = typeof prompt === 'string' ? /^\/compact(?:\s+(.*))?$/s.exec(prompt.trim()) : null;
  return asked && (asked[1] ?? '');
}

/** A compaction as a turn that is read event by event. */
async function* compacting(session: Watched, instructions: string): AsyncGenerator<StampedEvent, RunOutcome> {
  const events = session.observe();
  const {signal} = new AbortController();
  try {
    const done = session.compact(instructions);
    for (let isOver = false; !isOver; ) {
      await Promise.race([events.wait(signal), done]);
      for (const event of events.drain()) {
        isOver ||= event.type === 'run_finished' && event.parentId === null;
        yield event;
      }
    }
    return await done;
  } finally {
    events.close();
  }
}

/** @param seen the number of the last event that was told before. */
async function* afterwards(
  rest: ReturnType<Session['observe']>,
  {agents}: Watched,
  seen: number,
): AsyncGenerator<StampedEvent, void> {
  const {signal} = new AbortController();
  const isAnyAlive = (): boolean =>
    agents.snapshot().some(({parentId, endedAt}) => parentId !== null && endedAt === null);
  try {
    while (!rest.isEmpty() || isAnyAlive()) {
      for (const event of rest.drain()) if (event.seq > seen) yield event;
      if (isAnyAlive()) await rest.wait(signal);
    }
  } finally {
    rest.close();
  }
}
