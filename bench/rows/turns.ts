/** A conversation of 10,000 turns: whether its last turns take longer than its first, and what it holds beside what was said. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as nextTick} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import type {Row} from '../bench.js';
import {type Figure, megabytes, milliseconds, spread} from '../figure.js';

const turns = 10_000;
const quickTurns = 3_000;
/** By then all code is compiled that a turn runs. */
const warmTurns = 500;
const compared = 100;

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}

const heapMegabytes = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
};

export const turnsRow: Row = {
  name: 'turns',
  async measure({quick}) {
    const {createScriptedModel, createSession} = await import('../../src/index.js');
    const folder = mkdtempSync(join(tmpdir(), 'bench-turns-'));
    const model = createScriptedModel([]);
    const answering = {
      info: model.info,
      async *stream(...[request, signal]: Parameters<typeof model.stream>) {
        // As an answer that comes over a wire: files are closed meanwhile.
        await nextTick();
        const text = `This is answer ${request.messages.length} of some words`;
        yield* createScriptedModel([{text}]).stream({...request, messages: []}, signal);
      },
    };
    const env = {HOME: folder, PATH: process.env.PATH};
    const session = await createSession({cwd: folder, env, model: answering});
    const times: number[] = [];
    const count = quick ? quickTurns : turns;
    let warm = 0;
    try {
      for (let at = 1; at <= count; at += 1) {
        const start = performance.now();
        for await (const _ of session.send(`prompt ${at}`));
        times.push(performance.now() - start);
        if (at === warmTurns) warm = heapMegabytes();
      }
      const growth = heapMegabytes() - warm;
      const [first, last] = [times.slice(warmTurns, warmTurns + compared), times.slice(-compared)].map(
        some => spread(some).median,
      );
      const figures: readonly Figure[] = [
        {
          name: 'turns.last',
          work: `turn ${count.toLocaleString('en-US')} against the first (not node -e 0)`,
          unit: milliseconds,
          samples: [{value: last ?? Number.NaN, base: first ?? Number.NaN}],
          limit: {ratio: 1.2},
        },
        {
          name: 'turns.growth',
          work: `${count.toLocaleString('en-US')} turns: growth of the heap`,
          unit: megabytes,
          samples: [{value: growth}],
          // What was said takes most of it: 1.5 kB a turn, and half as much its lists.
          limit: {value: 25},
        },
      ];
      return figures;
    } finally {
      await session.close();
      rmSync(folder, {recursive: true});
    }
  },
};
