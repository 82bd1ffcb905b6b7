/** All that was said since a conversation began, as its records tell it, whatever of that its next request still has. */
import type {LogRecord, Origin} from './records.js';
import {addSpending} from './spending.js';
import type {Entry} from './types.js';
import {nothingSpent, type Spending} from './usage.js';

export interface KeptEntry {
  readonly entry: Entry;
  readonly origin: Origin;
  /** What the requests came to that it took, of a reply or a summary. */
  readonly spent: Spending;
  /** It sums up what was before. */
  readonly compaction?: Pick<Extract<LogRecord, {type: 'compacted'}>, 'trigger' | 'before' | 'after'>;
}

export function toEntries(records: readonly LogRecord[]): readonly KeptEntry[] {
  const entries = new Map<string, KeptEntry>();
  /** Since the last entry. */
  let spent = nothingSpent;
  const add = (kept: Omit<KeptEntry, 'spent'>): void => {
    entries.set(kept.entry.id, {...kept, spent});
    spent = nothingSpent;
  };
  for (const record of records) {
    switch (record.type) {
      case 'entry':
        add({entry: record.entry, origin: record.origin});
        break;
      case 'mail_read':
        entries.set(record.entry.id, {entry: record.entry, origin: 'mail', spent: nothingSpent});
        break;
      case 'entry_changed': {
        const known = entries.get(record.entry.id) ?? {origin: 'runtime', spent: nothingSpent};
        entries.set(record.entry.id, {...known, entry: record.entry});
        break;
      }
      case 'entry_removed':
        entries.delete(record.entryId);
        break;
      case 'cleared':
        entries.clear();
        break;
      case 'rewound': {
        const ids = [...entries.keys()];
        const cut = ids.indexOf(record.entryId);
        if (cut >= 0) for (const id of ids.slice(cut)) entries.delete(id);
        break;
      }
      case 'compacted': {
        const {entries: left, trigger, before, after} = record;
        const [entry, ...unread] = left;
        // Of what was said before only mail was read, for the word that it was: it stands with the rest, or not at all.
        if ([...entries.values()].every(({origin}) => origin === 'mail')) entries.clear();
        if (entry) add({entry, origin: 'runtime', compaction: {trigger, before, after}});
        // They stand before it in the log, which may not have been read so far.
        for (const each of unread)
          if (!entries.has(each.id)) add({entry: each, origin: each.request === 'prompt' ? 'prompt' : 'mail'});
        break;
      }
      case 'spent':
        spent = addSpending(spent, record);
        break;
      default:
    }
  }
  return [...entries.values()];
}
