/**
 * The one order of a turn's events as its reader sees it: what the root's run yields, one at a time, and between that
 * what the agents below say of their own accord.
 */
import type {Mailbox} from './mailbox.js';
import type {AgentEvent, StampedEvent} from './types.js';

type Next = {readonly result: IteratorResult<AgentEvent, unknown>} | {readonly error: unknown};

/**
 * The run goes on only when its last event was taken. Ends with the run.
 *
 * @param tell gives an event of the run its place in the order.
 */
export async function* merge(
  run: AsyncGenerator<AgentEvent, unknown>,
  below: Mailbox<StampedEvent>,
  tell: (event: AgentEvent) => StampedEvent,
): AsyncGenerator<StampedEvent, void> {
  let wake = (): void => {};
  const leave = below.onWake(() => wake());
  /** Asks for the run's next event, once, however often the answer is looked for. */
  const pull = (): {answer: Next | null} => {
    const asked: {answer: Next | null} = {answer: null};
    const settle = (answer: Next): void => {
      asked.answer = answer;
      wake();
    };
    run.next().then(
      result => settle({result}),
      error => settle({error}),
    );
    return asked;
  };
  try {
    for (let asked = pull(); ; ) {
      for (const event of below.drain()) yield event;
      if (asked.answer) {
        if ('error' in asked.answer) throw asked.answer.error;
        const {done, value} = asked.answer.result;
        if (done) return;
        yield tell(value);
        asked = pull();
      }
      if (asked.answer === null && below.isEmpty()) {
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
