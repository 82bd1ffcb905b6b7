/** An agent's memory and the log that keeps it: what changes the one is in the other before anything is done about it. */
import {toChanges} from './changes.js';
import type {Measured} from './estimate.js';
import {append} from './readable.js';
import type {AgentLog, LogRecord, Origin} from './records.js';
import type {Entry, Mail} from './types.js';

export interface Conversation {
  readonly history: readonly Entry[];
  /** What the provider last counted, to estimate the next request from. */
  measured: Measured;
  /** When a request was last answered, null if none was: the provider's cache is as old. */
  answeredAt: number | null;
  add(entry: Entry, origin: Origin, delivered?: Mail): void;
  /** Makes this the history: with the results that were missing, or without what was not accepted. */
  become(history: readonly Entry[]): void;
  /** Takes out this entry and all after it; gives those. None where it is not in the history. */
  rewind(entryId: string): readonly Entry[];
  /** Makes this the history, as these records say it. */
  turnInto(history: readonly Entry[], records: readonly LogRecord[]): void;
}

const nothingMeasured: Measured = {entries: 0, tokens: 0};

export function createConversation(
  log: Pick<AgentLog, 'write'>,
  begun: readonly Entry[],
  answeredAt: number | null,
): Conversation {
  let history = begun;
  return {
    get history() {
      return history;
    },
    measured: nothingMeasured,
    answeredAt,
    add(entry, origin, mail) {
      log.write(mail ? {type: 'mail_read', entry, mailId: mail.id, seq: mail.seq} : {type: 'entry', entry, origin});
      history = append(history, entry);
    },
    become(next) {
      for (const record of toChanges(history, next)) log.write(record);
      history = next;
    },
    rewind(entryId) {
      const cut = history.findIndex(({id}) => id === entryId);
      if (cut < 0) return [];
      const [left, gone] = [history.slice(0, cut), history.slice(cut)];
      this.turnInto(left, [{type: 'rewound', entryId}]);
      return gone;
    },
    turnInto(next, records) {
      for (const record of records) log.write(record);
      history = next;
      this.measured = nothingMeasured;
    },
  };
}
