/** A request whose answer is nobody's reply: its words are not told of, and its calls are not made. */
import type {CallSink} from './reply.js';
import type {AgentEvent} from './types.js';

export const deaf: CallSink = {offer: () => [], drain: () => [], retract: () => {}};

const told: ReadonlySet<AgentEvent['type']> = new Set(['retry_scheduled', 'request_held']);

/** Only why it takes long. */
export async function* quietly<T>(events: AsyncGenerator<AgentEvent, T>): AsyncGenerator<AgentEvent, T> {
  try {
    for (;;) {
      const step = await events.next();
      if (step.done) return step.value;
      if (told.has(step.value.type)) yield step.value;
    }
  } finally {
    // Whoever breaks off ends the request with it.
    await events.return(undefined as never);
  }
}
