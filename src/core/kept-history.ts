/** What of an agent's records its next request has: all that was said, or since it was compacted a summary and the rest. */
import type {LogRecord} from './records.js';
import type {Entry} from './types.js';

export function toHistory(records: readonly LogRecord[]): readonly Entry[] {
  const history = new Map<string, Entry>();
  const begin = (entries: readonly Entry[]): void => {
    history.clear();
    for (const entry of entries) history.set(entry.id, entry);
  };
  for (const record of records) {
    switch (record.type) {
      case 'entry':
      case 'entry_changed':
      case 'mail_read':
        history.set(record.entry.id, record.entry);
        break;
      case 'entry_cleared':
        if (history.has(record.entry.id)) history.set(record.entry.id, record.entry);
        break;
      case 'entry_removed':
        history.delete(record.entryId);
        break;
      case 'rewound': {
        const entries = [...history.values()];
        const cut = entries.findIndex(({id}) => id === record.entryId);
        if (cut >= 0) begin(entries.slice(0, cut));
        break;
      }
      case 'cleared':
        begin([]);
        break;
      case 'compacted':
        begin(record.entries);
        break;
      default:
    }
  }
  return [...history.values()];
}
