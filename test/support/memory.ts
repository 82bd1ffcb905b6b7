/** Logs in memory, as what would be in the files: data, not objects. And what a program finds there after another has gone. */
import {aftermath} from '../../src/core/aftermath.js';
import {type KeptTree, toKeptTree} from '../../src/core/kept-tree.js';
import {type Resumed, toResumed} from '../../src/core/recall.js';
import type {AgentLog, LogRecord, Store} from '../../src/core/records.js';
import type {AgentId} from '../../src/core/types.js';

export type Logs = ReadonlyMap<AgentId, readonly LogRecord[]>;

export interface Memory {
  readonly store: Store;
  readonly logs: Map<AgentId, LogRecord[]>;
  /** Every record, in the order in which it was written. */
  readonly written: {readonly id: AgentId; readonly record: LogRecord}[];
  syncs: number;
}

/** @param found what stands in the logs already. */
export function createMemory(found: Logs = new Map()): Memory {
  const memory: Memory = {
    logs: new Map([...found].map(([id, records]) => [id, [...records]])),
    written: [],
    syncs: 0,
    store: {root: open('main'), below: open},
  };
  function open(id: AgentId): AgentLog {
    return {
      write(record) {
        const line = JSON.parse(JSON.stringify(record));
        memory.written.push({id, record: line});
        const own = memory.logs.get(id) ?? [];
        memory.logs.set(id, own);
        own.push(line);
      },
      sync: () => {
        memory.syncs += 1;
      },
    };
  }
  return memory;
}

export function treeOf(logs: Logs): KeptTree {
  const below = new Map([...logs].filter(([id]) => id !== 'main'));
  return toKeptTree(logs.get('main') ?? [], below);
}

/** Brings what is in the logs to rest, and writes there what that takes: at most so many records. */
export function bringToRest({logs, store}: Memory, most = Infinity): Resumed {
  let ids = 0;
  let left = most;
  for (const [id, records] of aftermath(treeOf(logs), () => `a${logs.get('main')?.length ?? 0}-${++ids}`))
    for (const record of records) if (left-- > 0) (id === 'main' ? store.root : store.below(id)).write(record);
  return toResumed(treeOf(logs));
}
