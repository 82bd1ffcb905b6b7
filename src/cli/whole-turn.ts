/**
 * A turn with all that it started: agents in the background may outlive it, and where nobody stays to hear of them, the
 * turn is over only when they are.
 */

import type {RunOutcome, StampedEvent} from '../core/types.js';
import type {Session} from '../session.js';
import type {Prompt} from './prompt.js';

type Watched = Pick<Session, 'send' | 'observe' | 'agents'>;

/** As `session.send`, and then what the agents say that still live, to the last one's end. To be read to the end. */
export async function* wholeTurn(session: Watched, prompt: Prompt): AsyncGenerator<StampedEvent, RunOutcome> {
  const turn = session.send(prompt);
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
