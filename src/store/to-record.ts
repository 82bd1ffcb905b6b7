/**
 * What a line holds, as a record. Its checksum says already that it was written so; what a newer version writes, or somebody by
 * hand, is looked at as far as it is used.
 */
import type {LogRecord} from '../core/ports.js';

const types: ReadonlySet<unknown> = new Set<LogRecord['type']>([
  'begun',
  'turn_started',
  'entry',
  'entry_changed',
  'entry_removed',
  'cleared',
  'rewound',
  'compacted',
  'entry_cleared',
  'titled',
  'tool_state',
  'call',
  'spent',
  'turn_ended',
  'agent_spawned',
  'agent_resumed',
  'agent_ended',
  'mail_queued',
  'mail_read',
  'mail_withdrawn',
  'agents_dropped',
  'question_asked',
  'question_answered',
  'file_seen',
]);

const holders: ReadonlySet<unknown> = new Set<LogRecord['type']>([
  'entry',
  'entry_changed',
  'entry_cleared',
  'mail_read',
]);

/** Null for none that is known. */
export function toRecord(value: object): LogRecord | null {
  const {type, entry, entries} = value as Readonly<Record<'type' | 'entry' | 'entries', unknown>>;
  if (!types.has(type) || (holders.has(type) && !isEntry(entry))) return null;
  if (type === 'compacted' && !(Array.isArray(entries) && entries.every(isEntry))) return null;
  return value as LogRecord;
}

function isEntry(value: unknown): boolean {
  const {id, message} = (value ?? {}) as {readonly id?: unknown; readonly message?: {readonly content?: unknown}};
  const content = message?.content;
  return typeof id === 'string' && (typeof content === 'string' || Array.isArray(content));
}
