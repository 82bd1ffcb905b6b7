/** What an agent's records come to: its conversation as it was when the last of them was written. */
import type {ToolValue} from './asides.js';
import {type Bill, charge, nothingBilled} from './bill.js';
import {type KeptEntry, toEntries} from './kept-entries.js';
import {toHistory} from './kept-history.js';
import type {ToolDefinition} from './ports.js';
import type {LogRecord} from './records.js';
import type {Entry} from './types.js';

export type KeptCall = Extract<LogRecord, {type: 'call'}>;

export interface Kept {
  /** All that was said since the conversation began. */
  readonly entries: readonly KeptEntry[];
  /** What of it a request has: since it was compacted less. */
  readonly history: readonly Entry[];
  /** What was seen of each call, by its id. */
  readonly calls: ReadonlyMap<string, KeptCall>;
  /** What tools keep. */
  readonly toolState: readonly ToolValue[];
  /** What every request of it begins with; null where that was not kept. */
  readonly beginning: {readonly system: string; readonly tools: readonly ToolDefinition[]} | null;
  /** Of the last turn; null where there was none. `at`: its last known time. */
  readonly turn: Omit<Extract<LogRecord, {type: 'turn_started'}>, 'type'> | null;
  /** By itself. */
  readonly spent: Bill;
}

export function toKept(records: readonly LogRecord[]): Kept {
  const calls = new Map<string, KeptCall>();
  let toolState: readonly ToolValue[] = [];
  /** Of all entries so far that did not leave the conversation by going back. */
  const ids: string[] = [];
  let beginning = null as Kept['beginning'];
  let turn = null as Kept['turn'];
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
        turn = {model: record.model, effort: record.effort, cwd: record.cwd, at: record.at};
        break;
      case 'turn_ended':
        if (turn) turn = {...turn, cwd: record.cwd, at: record.at};
        break;
      case 'call':
        calls.set(record.callId, record);
        if (turn && record.cwd !== undefined) turn = {...turn, cwd: record.cwd};
        break;
      case 'entry':
      case 'mail_read':
        ids.push(record.entry.id);
        break;
      case 'tool_state':
        toolState = [...toolState, record];
        break;
      case 'rewound': {
        const cut = ids.indexOf(record.entryId);
        const gone = new Set<string | null>(cut < 0 ? [] : ids.splice(cut));
        toolState = toolState.filter(({since}) => !gone.has(since));
        break;
      }
      case 'cleared':
        calls.clear();
        toolState = [];
        break;
      default:
      // What others make of it, in files beside this one.
    }
  }
  return {entries: toEntries(records), history: toHistory(records), calls, toolState, beginning, turn, spent};
}
