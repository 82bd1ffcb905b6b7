/** How one history becomes another, as records of a log: what leaves it, what comes in, and what is another now. */
import type {LogRecord} from './records.js';
import type {Entry} from './types.js';

export function toChanges(history: readonly Entry[], next: readonly Entry[]): readonly LogRecord[] {
  const before = new Map(history.map(entry => [entry.id, entry]));
  const after = new Set(next.map(({id}) => id));
  return [
    ...history.flatMap(({id}) => (after.has(id) ? [] : [{type: 'entry_removed', entryId: id} as const])),
    ...next.flatMap((entry): LogRecord[] => {
      const known = before.get(entry.id);
      if (known === undefined) return [{type: 'entry', entry, origin: 'results'}];
      return known === entry ? [] : [{type: 'entry_changed', entry}];
    }),
  ];
}
