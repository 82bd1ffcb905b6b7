/** Keeping a conversation: what a message costs that is written to its log before anything is done about it. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Row, repeat, rounds} from '../bench.js';
import {microseconds} from '../figure.js';

const messages = 2_000;
/** Characters, about as many as a call's result has. */
const length = 1_000;

export const appendRow: Row = {
  name: 'append',
  async measure(bench) {
    const {createLog} = await import('../../src/store/log.js');
    const folder = mkdtempSync(join(tmpdir(), 'bench-log-'));
    const path = join(folder, 'session.jsonl');
    const fail = (error: unknown): never => {
      throw error;
    };
    const log = createLog({path, next: 1, isCut: false, header: () => ({type: 'opened'}), onFault: fail});
    const message = {role: 'user', content: [{type: 'text', text: 'a word '.repeat(length / 7)}]};
    const appendAll = (): void => {
      for (let at = 0; at < messages; at += 1) log.write({type: 'entry', entry: {id: `entry-${at}`, message}});
    };
    try {
      appendAll();
      const samples = await repeat(rounds(bench, 9), async () => {
        const start = performance.now();
        appendAll();
        return {value: ((performance.now() - start) * 1000) / messages};
      });
      const work = `a message of ${length} characters kept on disk`;
      return [{name: 'append.message', work, unit: microseconds, samples, limit: {value: 20}}];
    } finally {
      await log.sync();
      rmSync(folder, {recursive: true});
    }
  },
};
