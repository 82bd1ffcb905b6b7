/** Watching one agent: its events from now on, for as long as it lives and somebody wants them. */
import {createScope} from './cancel.js';
import type {Mailbox} from './mailbox.js';
import {stopFirst} from './patience.js';
import type {Registry} from './registry.js';
import type {AgentId, StampedEvent} from './types.js';

export interface Following {
  events(id: AgentId): AsyncGenerator<StampedEvent, void>;
  /** Lets go of those who still watch: nothing more will be said. */
  close(): void;
}

export function createFollowing(registry: Registry): Following {
  const followed = new Set<Mailbox<StampedEvent>>();
  return {
    events(id) {
      const box = registry.observe({filter: ({agentId}) => agentId === id});
      for (const old of followed) if (old.closed) followed.delete(old);
      followed.add(box);
      return stopFirst(
        follow(box, () => registry.find(id)?.endedAt !== null),
        () => box.close(),
      );
    },
    close() {
      for (const box of followed) box.close();
    },
  };
}

/** @param isOver whether nothing more will come. */
async function* follow(box: Mailbox<StampedEvent>, isOver: () => boolean): AsyncGenerator<StampedEvent, void> {
  const {signal} = createScope();
  try {
    while (true) {
      for (const event of box.drain()) {
        yield event;
        if (event.type === 'agent_finished') return;
      }
      if (!box.isEmpty()) continue;
      if (box.closed || isOver()) return;
      await box.wait(signal);
    }
  } finally {
    box.close();
  }
}
