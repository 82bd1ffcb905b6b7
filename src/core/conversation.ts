/**
 * An agent's memory, and the log that keeps it: whatever changes the one is in the other before anybody hears of it, and
 * before anything is done about it.
 */
import type {Measured} from './estimate.js';
import type {AgentLog, Origin} from './records.js';
import type {Entry, Mail} from './types.js';

export interface Conversation {
  readonly history: readonly Entry[];
  /** What the provider last counted, to estimate the next request from. */
  measured: Measured;
  add(entry: Entry, origin: Origin, delivered?: Mail): void;
  /** Makes this the history: with the results that were missing, or without what was not accepted. */
  become(history: readonly Entry[]): void;
  /** Takes out this entry and all after it; gives those. None where it is not in the history. */
  rewind(entryId: string): readonly Entry[];
  /** Begins anew. */
  clear(): void;
}

const nothingMeasured: Measured = {entries: 0, tokens: 0};

export function createConversation(log: Pick<AgentLog, 'write'>, begun: readonly Entry[]): Conversation {
  let history = begun;
  return {
    get history() {
      return history;
    },
    measured: nothingMeasured,
    add(entry, origin, mail) {
      log.write(mail ? {type: 'mail_read', entry, mailId: mail.id, seq: mail.seq} : {type: 'entry', entry, origin});
      history = [...history, entry];
    },
    become(next) {
      const before = new Map(history.map(entry => [entry.id, entry]));
      const after = new Set(next.map(({id}) => id));
      for (const {id} of history) if (!after.has(id)) log.write({type: 'entry_removed', entryId: id});
      for (const entry of next) {
        const known = before.get(entry.id);
        if (known === undefined) log.write({type: 'entry', entry, origin: 'results'});
        else if (known !== entry) log.write({type: 'entry_changed', entry});
      }
      history = next;
    },
    rewind(entryId) {
      const cut = history.findIndex(({id}) => id === entryId);
      const gone = cut < 0 ? [] : history.slice(cut);
      if (gone.length > 0) log.write({type: 'rewound', entryId});
      history = history.slice(0, history.length - gone.length);
      this.measured = nothingMeasured;
      return gone;
    },
    clear() {
      log.write({type: 'cleared'});
      history = [];
      this.measured = nothingMeasured;
    },
  };
}
