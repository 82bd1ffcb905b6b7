/**
 * The one order of a turn's events as its reader sees it: what the root's run yields, one at a time, and between that
 * what happens beside it: in the agents below, and mail that comes. It is the order in which things happened, however
 * slow the reader is.
 */
import type {Mailbox} from './mailbox.js';
import type {AgentEvent, StampedEvent} from './types.js';

type Answer =
  | {readonly event: StampedEvent}
  | {readonly end: IteratorReturnResult<unknown>}
  | {readonly error: unknown};

/**
 * The run goes on only when its last event was taken. Ends with the run.
 *
 * @param tell gives an event of the run its place in the order, when it happens and not when it is taken.
 */
export async function* merge(
  run: AsyncGenerator<AgentEvent, unknown>,
  beside: Mailbox<StampedEvent>,
  tell: (event: AgentEvent) => StampedEvent,
): AsyncGenerator<StampedEvent, void> {
  let wake = (): void => {};
  const leave = beside.onWake(() => wake());
  /** Asks for the run's next event, once, however often the answer is looked for. */
  const ask = (): {answer: Answer | null} => {
    const asked: {answer: Answer | null} = {answer: null};
    const settle = (answer: Answer): void => {
      asked.answer = answer;
      wake();
    };
    run
      .next()
      .then(next => settle(next.done ? {end: next} : {event: tell(next.value)}))
      .catch(error => settle({error}));
    return asked;
  };
  try {
    for (let asked = ask(); ; ) {
      for (const event of beside.drain()) {
        if (asked.answer && 'event' in asked.answer && asked.answer.event.seq < event.seq) {
          yield asked.answer.event;
          asked = ask();
        }
        yield event;
      }
      const {answer} = asked;
      if (answer && 'error' in answer) throw answer.error;
      if (answer && 'end' in answer) return;
      // What came meanwhile may be older.
      if (!beside.isEmpty()) continue;
      if (answer) {
        yield answer.event;
        asked = ask();
      } else {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    }
  } finally {
    leave();
    await run.return(undefined);
  }
}
