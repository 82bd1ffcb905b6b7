/** What an agent's records come to: its conversation as it was when the last of them was written. */
import {type Bill, charge, nothingBilled} from './bill.js';
import type {ToolDefinition} from './ports.js';
import type {LogRecord, Origin} from './records.js';
import type {Effort, Entry} from './types.js';
import {addCost, addUsage, nothingSpent, type Spending} from './usage.js';

export interface KeptEntry {
  readonly entry: Entry;
  readonly origin: Origin;
  /** What the requests came to that it took, of a reply. */
  readonly spent: Spending;
}

export type KeptCall = Extract<LogRecord, {type: 'call'}>;

export interface Kept {
  readonly entries: readonly KeptEntry[];
  /** What was seen of each call, by its id. */
  readonly calls: ReadonlyMap<string, KeptCall>;
  /** What tools keep. */
  readonly toolState: ReadonlyMap<string, unknown>;
  /** What every request of it begins with; null where that was not kept. */
  readonly beginning: {readonly system: string; readonly tools: readonly ToolDefinition[]} | null;
  /** Of the last turn; null where there was none. */
  readonly turn: {readonly model: string; readonly effort: Effort | null; readonly cwd: string} | null;
  /** By itself. */
  readonly spent: Bill;
}

export function toKept(records: readonly LogRecord[]): Kept {
  const entries = new Map<string, KeptEntry>();
  const calls = new Map<string, KeptCall>();
  const toolState = new Map<string, unknown>();
  let beginning = null as Kept['beginning'];
  let turn = null as Kept['turn'];
  /** Since the last reply. */
  let own = nothingSpent;
  const spent = records.reduce(
    (bill, record) => (record.type === 'spent' ? charge(bill, record) : bill),
    nothingBilled,
  );
  for (const record of records) {
    switch (record.type) {
      case 'begun':
        beginning = {system: record.system, tools: record.tools};
        break;
      case 'turn_started':
        turn = {model: record.model, effort: record.effort, cwd: record.cwd};
        break;
      case 'turn_ended':
        if (turn) turn = {...turn, cwd: record.cwd};
        break;
      case 'entry':
        entries.set(record.entry.id, {entry: record.entry, origin: record.origin, spent: own});
        own = nothingSpent;
        break;
      case 'mail_read':
        entries.set(record.entry.id, {entry: record.entry, origin: 'mail', spent: nothingSpent});
        break;
      case 'entry_changed': {
        const known = entries.get(record.entry.id) ?? {origin: 'runtime', spent: nothingSpent};
        entries.set(record.entry.id, {...known, entry: record.entry});
        break;
      }
      case 'call':
        calls.set(record.callId, record);
        if (turn && record.cwd !== undefined) turn = {...turn, cwd: record.cwd};
        break;
      case 'tool_state':
        toolState.set(record.tool, record.value);
        break;
      case 'entry_removed':
        entries.delete(record.entryId);
        break;
      case 'cleared':
        entries.clear();
        calls.clear();
        toolState.clear();
        break;
      case 'rewound': {
        const ids = [...entries.keys()];
        const cut = ids.indexOf(record.entryId);
        if (cut >= 0) for (const id of ids.slice(cut)) entries.delete(id);
        break;
      }
      case 'spent':
        own = addSpent(own, record);
        break;
      default:
      // What `toLife` makes of it.
    }
  }
  return {entries: [...entries.values()], calls, toolState, beginning, turn, spent};
}

function addSpent({usage, costUsd}: Spending, record: LogRecord): Spending {
  if (record.type !== 'spent') return {usage, costUsd};
  return {usage: addUsage(usage, record.usage), costUsd: addCost(costUsd, record.costUsd)};
}
